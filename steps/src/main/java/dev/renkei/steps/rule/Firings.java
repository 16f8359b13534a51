package dev.renkei.steps.rule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a throttled rule has fired for a row.
 *
 * @param at the last firings, in milliseconds since 1970
 * @param suppressed since the last of them
 */
record Firings(List<Long> at, long suppressed) {
  static final Firings NONE = new Firings(List.of(), 0);

  Firings {
    at = List.copyOf(at);
  }

  /** Whether one more is within the limit. */
  boolean admit(Rule.Throttle throttle, Instant now) {
    return within(throttle.per(), now).count() < throttle.most();
  }

  Firings fired(Rule.Throttle throttle, Instant now) {
    return new Firings(
        Stream.concat(within(throttle.per(), now), Stream.of(now.toEpochMilli())).toList(), 0);
  }

  Firings suppress() {
    return new Firings(at, suppressed + 1);
  }

  /** Messages may come in any order of their times, so later ones count too. */
  private Stream<Long> within(Duration span, Instant now) {
    long since = now.toEpochMilli() - span.toMillis();
    return at.stream().filter(time -> time > since);
  }
}
