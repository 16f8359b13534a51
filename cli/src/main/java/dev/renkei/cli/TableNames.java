package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.SourceCheck.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Tables that cannot stand side by side: the source's, and those that flows and loaders make. */
final class TableNames {
  private static final String LOG = "_changes";

  private TableNames() {}

  /**
   * A table with whoever makes it.
   *
   * @param by for people; empty for the source
   */
  private record Named(TableName table, String by) {}

  /** A fatal finding for each pair that would be one. */
  static List<Finding> collisions(Configuration config, List<TableName> source) {
    boolean logs =
        config.warehouses().stream()
            .anyMatch(w -> w.enabled() && w instanceof WarehouseConfig.DuckDb);
    return collisions(config.events(), config.features(), source, logs);
  }

  /**
   * The same.
   *
   * @param logs whether a warehouse has a log {@code X_changes} beside every table {@code X}
   */
  static List<Finding> collisions(
      EventsConfig events, List<FeatureConfig> features, List<TableName> source, boolean logs) {
    List<Named> all = new ArrayList<>();
    source.forEach(table -> all.add(new Named(table, "")));
    for (EventsConfig.Type type : events.types()) {
      all.add(new Named(type.table(), "events." + type.name()));
      if (type.join() != null) {
        all.add(new Named(type.enriched(), "events.%s.join".formatted(type.name())));
      }
    }
    features.forEach(feature -> all.add(new Named(feature.table(), "features." + feature.name())));
    return collisions(all, logs);
  }

  private static List<Finding> collisions(List<Named> all, boolean logs) {
    List<Finding> findings = new ArrayList<>();
    Map<String, Named> taken = new LinkedHashMap<>();
    for (Named one : all) {
      Named other = taken.putIfAbsent(folded(one.table().toString()), one);
      if (other != null) {
        findings.add(finding(one, other, ""));
      }
    }
    for (Named one : logs ? all : List.<Named>of()) {
      Named other = taken.get(folded(one.table() + LOG));
      if (other != null) {
        findings.add(finding(one, other, LOG));
      }
    }
    return findings;
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static Finding finding(Named one, Named other, String log) {
    String made = one.by().isEmpty() ? "the tracked table" : "`%s`".formatted(one.by());
    String what =
        "%s makes a table %s%s, and %s is called so too"
            .formatted(
                one.by().isEmpty() ? "a warehouse" : made,
                one.table(),
                log,
                other.by().isEmpty() ? "a tracked table" : "what `%s` makes".formatted(other.by()));
    List<String> cures =
        Stream.of(one, other)
            .map(
                named ->
                    named.by().isEmpty()
                        ? "leave the table out: `tables: {exclude: [\"%s\"]}`"
                            .formatted(named.table())
                        : "rename `%s`".formatted(named.by()))
            .distinct()
            .toList();
    String cure = String.join(", or ", cures);
    return new Finding(
        true,
        one.table() + log,
        what,
        Character.toUpperCase(cure.charAt(0)) + cure.substring(1) + ".");
  }
}
