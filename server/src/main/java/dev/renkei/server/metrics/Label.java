package dev.renkei.server.metrics;

import java.util.Locale;

/** What tells two measurements of one metric apart. There are no others, so that none grows. */
public enum Label {
  TABLE,
  WAREHOUSE,
  FLOW,
  TRACKER,
  RULE;

  /** As Prometheus has it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
