package dev.renkei.server.event;

import dev.renkei.core.config.Rate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What each client may still send of each type. Those that were not heard of for longest are
 * forgotten, so that no number of clients fills the memory. Thread-safe.
 */
final class RateLimits {
  private static final int REMEMBERED = 10_000;

  /** A client and what it sends. */
  private record Sender(String client, String type) {}

  private final LongSupplier nanos;
  private final Map<Sender, TokenBucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Sender, TokenBucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param nanos a clock that only goes on
   */
  RateLimits(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** How long to wait before one more; zero where it may be sent, which is then counted. */
  synchronized Duration take(String client, String type, Rate rate) {
    long now = nanos.getAsLong();
    return buckets
        .computeIfAbsent(new Sender(client, type), sender -> new TokenBucket(rate, now))
        .take(now);
  }
}
