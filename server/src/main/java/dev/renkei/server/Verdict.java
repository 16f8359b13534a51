package dev.renkei.server;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an installation is.
 *
 * @param health the worst of the findings; {@link Health#OK} without any
 * @param findings the worst first
 */
public record Verdict(Health health, List<Finding> findings) {
  public Verdict {
    findings = List.copyOf(findings);
  }

  /** From well to not well. */
  public enum Health {
    OK,
    /** Works, or will by itself: something starts, is tried again, or has lost its second. */
    DEGRADED,
    /** Somebody must act. */
    PROBLEM
  }

  /**
   * Something that is not as it should be.
   *
   * @param kind for readers in other languages
   * @param subject what it is about, for example {@code dbo.Orders (tracker a)}
   * @param cure what to do; null where it mends itself
   */
  public record Finding(
      Health health, Kind kind, String subject, String message, @Nullable String cure) {}

  /** What can be found. */
  public enum Kind {
    NOTHING_RUNS,
    PROCESS_SILENT,
    VERSIONS_MIXED,
    HUB_SILENT,
    SOURCE_SILENT,
    TABLE_STARTS,
    TABLE_TROUBLED,
    TABLE_RETRIED,
    TABLE_FAILING,
    TABLE_STOPPED,
    TABLE_PAUSED,
    FLOW_PAUSED,
    FLOW_STARTS,
    FLOW_DOWN,
    FLOW_TROUBLED,
    WAREHOUSE_STARTS,
    WAREHOUSE_RETRIED,
    WAREHOUSE_STOPPED,
    WAREHOUSE_PAUSED,
    WAREHOUSE_TROUBLED,
    SET_ASIDE
  }
}
