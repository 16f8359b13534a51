package dev.renkei.server.event;

import dev.renkei.core.config.Rate;
import java.time.Duration;

/**
 * So many in a time: a bucket that holds as many tokens as the rate has, filled steadily. Not
 * thread-safe.
 */
final class TokenBucket {
  private final double capacity;
  private final double nanosPerToken;
  private double tokens;
  private long atNanos;

  TokenBucket(Rate rate, long nowNanos) {
    this.capacity = rate.count();
    this.nanosPerToken = (double) rate.per().toNanos() / rate.count();
    this.tokens = capacity;
    this.atNanos = nowNanos;
  }

  /**
   * Takes one, where there is one.
   *
   * @param nowNanos of a clock that only goes on
   * @return how long to wait for one; zero where it was taken
   */
  Duration take(long nowNanos) {
    tokens = Math.min(capacity, tokens + (nowNanos - atNanos) / nanosPerToken);
    atNanos = nowNanos;
    if (tokens >= 1) {
      tokens -= 1;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) Math.ceil((1 - tokens) * nanosPerToken));
  }
}
