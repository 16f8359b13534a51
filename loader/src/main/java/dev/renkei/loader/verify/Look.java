package dev.renkei.loader.verify;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.warehouse.Comparison.Difference;

/**
 * One look at both sides: rows were read at the source from a version on, and the warehouse had
 * every change of before when it compared.
 *
 * @param epoch of the versions
 * @param since the version that was current before the first row was read
 */
record Look(int epoch, long since) {
  /**
   * Whether a difference may be one in time alone: its row was written to after the look began, so
   * that the two sides were not asked for the same moment.
   *
   * @param changedAtSource whether Change Tracking names its key after {@code since}
   */
  boolean mayBeLate(Difference difference, boolean changedAtSource) {
    return changedAtSource || isNewerInWarehouse(difference);
  }

  /** Whether the warehouse has it from after {@code since}: then the source need not be asked. */
  boolean isNewerInWarehouse(Difference difference) {
    Sequence held = difference.held();
    return held != null && held.compareTo(end()) > 0;
  }

  private Sequence end() {
    return new Sequence(epoch, since, Sequence.MAX_SNAPSHOT);
  }
}
