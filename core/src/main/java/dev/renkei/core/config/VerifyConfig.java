package dev.renkei.core.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How source and warehouses are compared.
 *
 * @param every how often each table is, by itself; null for only when somebody asks
 * @param maxRowsPerSecond that are read of the source for it, at most
 */
public record VerifyConfig(@Nullable Duration every, int maxRowsPerSecond) {
  public VerifyConfig {
    if (maxRowsPerSecond < 1 || every != null && (every.isZero() || every.isNegative())) {
      throw new IllegalArgumentException(
          "comparing every %s, %d rows a second".formatted(every, maxRowsPerSecond));
    }
  }
}
