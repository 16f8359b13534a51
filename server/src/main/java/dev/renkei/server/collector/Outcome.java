package dev.renkei.server.collector;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.renkei.server.event.Judged;
import dev.renkei.server.event.Violation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has become of an event, as its sender reads it.
 *
 * @param status of HTTP: 202 where the hub has it
 * @param id the client's, or the one that was made for it; null where there is none
 * @param retryAfter seconds after which it is worth to come again; null where it is not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Outcome(
    int status, @Nullable String id, @Nullable Problem error, @Nullable Long retryAfter) {
  /** The shortest wait that is worth a request. */
  private static final Duration SOON = Duration.ofSeconds(2);

  /** Why an event was not taken. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Problem(String message, List<Violation> violations) {}

  static Outcome accepted(String id) {
    return new Outcome(202, id, null, null);
  }

  static Outcome refused(Judged.Refused refused) {
    Duration wait = refused.retryAfter();
    return new Outcome(
        refused.status(),
        refused.id(),
        new Problem(refused.message(), refused.violations()),
        wait == null ? null : seconds(wait));
  }

  static Outcome unavailable(@Nullable String id, String message) {
    return new Outcome(503, id, new Problem(message, List.of()), seconds(SOON));
  }

  static Outcome failed(int status, String message) {
    return new Outcome(
        status, null, new Problem(message, List.of()), status == 503 ? (Long) seconds(SOON) : null);
  }

  private static long seconds(Duration wait) {
    return Math.max(1, (wait.toMillis() + 999) / 1000);
  }
}
