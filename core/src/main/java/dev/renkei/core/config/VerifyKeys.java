package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ValueKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code verify}, and what they make. */
final class VerifyKeys {
  private static final ValueKey<Duration> EVERY =
      ValueKey.optional(
          "every",
          ValueType.duration("1m", "365d"),
          "How often `up` and `load` compare each table by themselves; left out, only `renkei verify` does.");
  private static final ValueKey<Integer> MAX_ROWS_PER_SECOND =
      ValueKey.of(
          "max_rows_per_second",
          ValueType.number(1, 10_000_000),
          "5000",
          "Rows that are read of the source for it, at most.");
  static final Group VERIFY =
      Group.of(
          "verify",
          "Comparing warehouses with the source (docs/verify.md).",
          EVERY,
          MAX_ROWS_PER_SECOND);

  private VerifyKeys() {}

  /** The section; null where it has faults. */
  static @Nullable VerifyConfig read(Values root, Reading reading) {
    return reading.make(
        root.get(VERIFY), v -> new VerifyConfig(v.find(EVERY), v.get(MAX_ROWS_PER_SECOND)));
  }
}
