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
      Health health, Kind kind, String subject, String message, @Nullable String cure) {
    public Finding {
      if (health.compareTo(kind.worst()) > 0) {
        throw new IllegalArgumentException("%s is %s".formatted(kind, health));
      }
    }
  }

  /** What can be found. */
  public enum Kind {
    NOTHING_RUNS(Health.PROBLEM),
    PROCESS_SILENT(Health.DEGRADED),
    VERSIONS_MIXED(Health.DEGRADED),
    HUB_SILENT(Health.PROBLEM),
    SOURCE_SILENT(Health.PROBLEM),
    TABLE_STARTS(Health.DEGRADED),
    TABLE_TROUBLED(Health.DEGRADED),
    TABLE_RETRIED(Health.DEGRADED),
    TABLE_FAILING(Health.PROBLEM),
    TABLE_STOPPED(Health.PROBLEM),
    TABLE_PAUSED(Health.DEGRADED),
    FLOW_PAUSED(Health.DEGRADED),
    FLOW_STARTS(Health.DEGRADED),
    FLOW_DOWN(Health.PROBLEM),
    FLOW_TROUBLED(Health.DEGRADED),
    FLOW_STANDS(Health.PROBLEM),
    WAREHOUSE_STARTS(Health.DEGRADED),
    WAREHOUSE_RETRIED(Health.DEGRADED),
    WAREHOUSE_STOPPED(Health.PROBLEM),
    WAREHOUSE_PAUSED(Health.DEGRADED),
    WAREHOUSE_TROUBLED(Health.PROBLEM),
    SET_ASIDE(Health.DEGRADED);

    private final Health worst;

    Kind(Health worst) {
      this.worst = worst;
    }

    /** How bad it is where nothing makes up for it. */
    public Health worst() {
      return worst;
    }
  }
}
