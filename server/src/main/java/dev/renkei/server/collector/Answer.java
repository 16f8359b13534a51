package dev.renkei.server.collector;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered.
 *
 * @param status of HTTP: that of all its events where they share one, else 207
 * @param body {@link Outcome}, or {@link Results} for a batch
 * @param retryAfter seconds; null where it is not said
 */
record Answer(int status, Object body, @Nullable Long retryAfter) {
  private static final int MIXED = 207;

  /** One for each event of a batch, in its order. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Results(List<Outcome> results) {}

  static Answer of(Outcome outcome) {
    return new Answer(outcome.status(), outcome, outcome.retryAfter());
  }

  static Answer ofBatch(List<Outcome> outcomes) {
    long statuses = outcomes.stream().mapToInt(Outcome::status).distinct().count();
    Long longest =
        outcomes.stream()
            .map(Outcome::retryAfter)
            .filter(Objects::nonNull)
            .max(Long::compare)
            .orElse(null);
    return new Answer(
        statuses == 1 ? outcomes.get(0).status() : MIXED, new Results(outcomes), longest);
  }
}
