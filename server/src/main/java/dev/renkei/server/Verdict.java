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
   * @param subject what it is about, for example {@code dbo.Orders (tracker a)}
   * @param cure what to do; null where it mends itself
   */
  public record Finding(Health health, String subject, String message, @Nullable String cure) {}
}
