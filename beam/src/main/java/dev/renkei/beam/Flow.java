package dev.renkei.beam;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The flows that run as pipelines, by the names that users type. */
public enum Flow {
  /** From the topic raw to the hub. */
  DEDUPE,
  /** From the hub into a warehouse on BigQuery. */
  WAREHOUSE,
  /** From the hub into Bigtable, the latest row of every key. */
  LATEST,
  /** From the hub, events and masters, to joined events in the hub. */
  ENRICH,
  /** From the hub into features, and these into the hub. */
  FEATURES,
  /** From the hub into the topic of notifications, and those that rules name. */
  RULES,
  /** From the hub to the masked side. */
  MASK;

  static Optional<Flow> named(String name) {
    return Arrays.stream(values()).filter(flow -> flow.label().equals(name)).findFirst();
  }

  /** As users type it, for example {@code dedupe}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String all() {
    return Arrays.stream(values()).map(Flow::label).collect(Collectors.joining(", "));
  }
}
