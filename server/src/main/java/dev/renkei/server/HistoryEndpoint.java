package dev.renkei.server;

import dev.renkei.server.history.History;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/history}: how this process was. */
final class HistoryEndpoint {
  static final String PATH = "/api/history";

  private static final Duration USUAL = Duration.ofMinutes(10);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final History history;
  private final Supplier<StatusReport> sample;

  /**
   * @param sample whose time is the end of each answer
   */
  HistoryEndpoint(History history, Supplier<StatusReport> sample) {
    this.history = history;
    this.sample = sample;
  }

  /** The answer; {@code values} has null where nothing was measured. */
  record Answer(long stepSeconds, Instant from, List<Series> series) {}

  record Series(String name, List<@Nullable Double> values) {}

  void answer(Context context) {
    Duration back = back(context.queryParam("seconds"));
    Set<String> metrics = Set.copyOf(context.queryParams("metric"));
    History.Span span = history.span(back, sample.get().at());
    context.contentType("application/json").result(Json.write(answer(span, metrics)));
  }

  private static Answer answer(History.Span span, Set<String> metrics) {
    List<Series> all = new ArrayList<>();
    span.series()
        .forEach(
            (name, values) -> {
              int brace = name.indexOf('{');
              if (metrics.isEmpty()
                  || metrics.contains(brace < 0 ? name : name.substring(0, brace))) {
                all.add(new Series(name, known(values)));
              }
            });
    return new Answer(span.stepMillis() / 1000, Instant.ofEpochMilli(span.fromMillis()), all);
  }

  private static List<@Nullable Double> known(List<Double> values) {
    List<@Nullable Double> known = new ArrayList<>(values.size());
    for (Double value : values) {
      known.add(value.isNaN() ? null : value);
    }
    return known;
  }

  private static Duration back(@Nullable String seconds) {
    if (seconds == null) {
      return USUAL;
    }
    if (!seconds.matches("[1-9]\\d{0,5}")
        || Duration.ofSeconds(Long.parseLong(seconds)).compareTo(LONGEST) > 0) {
      throw new Refusal(
              400, "`seconds` is no such span", "Ask for 1 to %d.".formatted(LONGEST.toSeconds()))
          .asException();
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }
}
