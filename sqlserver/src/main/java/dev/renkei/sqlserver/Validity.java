package dev.renkei.sqlserver;

import dev.renkei.sqlserver.SourceTable.Tracking;
import org.jspecify.annotations.Nullable;

/** Whether a table's changes can be read on from a cursor (SEMANTICS 12). */
enum Validity {
  HOLDS("goes on"),
  EXPIRED("SQL Server no longer keeps the changes since the cursor"),
  RECREATED("the table was dropped and created again"),
  RESET("the table was truncated, or Change Tracking was switched off and on"),
  WENT_BACK("the database's version is below the cursor: it was restored or exchanged"),
  TRACKING_OFF("Change Tracking is off for this table"),
  NOT_SEEN("the permission VIEW CHANGE TRACKING is missing");

  private final String sentence;

  Validity(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }

  /** The changes between are gone: the table is loaded again, or stopped. */
  boolean historyLost() {
    return this == EXPIRED || this == RECREATED || this == RESET;
  }

  /** Which table a cursor was made for. */
  record Identity(int objectId, long beginVersion) {}

  /**
   * Judges what the source says now.
   *
   * @param tracking null where it is off; its least valid version is null where it is not to be
   *     seen, three faults that are told apart here
   */
  static Validity of(
      Identity known, long cursor, int objectId, @Nullable Tracking tracking, long current) {
    if (objectId != known.objectId()) {
      return RECREATED;
    }
    if (tracking == null) {
      return TRACKING_OFF;
    }
    if (tracking.minValid() == null) {
      return NOT_SEEN;
    }
    if (current < cursor) {
      return WENT_BACK;
    }
    if (tracking.begin() != known.beginVersion()) {
      return RESET;
    }
    return cursor < tracking.minValid() ? EXPIRED : HOLDS;
  }
}
