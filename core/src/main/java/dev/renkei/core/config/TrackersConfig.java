package dev.renkei.core.config;

/**
 * The trackers.
 *
 * @param parallelTables how many tables one tracker reads at a time
 * @param bufferBytes what one tracker holds that the hub has not acknowledged
 */
public record TrackersConfig(Mode mode, int count, int parallelTables, long bufferBytes) {
  public enum Mode {
    /** Every tracker reads every table; duplicates fall out in dedupe. */
    ACTIVE_ACTIVE,
    /** Each table is one tracker's at a time; those of a tracker that fails go to the others. */
    ASSIGNED,
    SINGLE
  }

  public TrackersConfig {
    if (count < 1 || parallelTables < 1 || bufferBytes < 1) {
      throw new IllegalArgumentException(
          "%d trackers, %d tables, %d bytes".formatted(count, parallelTables, bufferBytes));
    }
    if (mode == Mode.SINGLE && count > 1) {
      throw new IllegalArgumentException(
          "`mode: single` is one tracker: leave `count` out, or say `mode: active_active`");
    }
    if (mode == Mode.ACTIVE_ACTIVE && count == 1) {
      throw new IllegalArgumentException(
          "`mode: active_active` needs a `count` of 2 or more; one tracker is `mode: single`");
    }
  }
}
