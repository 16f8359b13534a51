package dev.renkei.sqlserver;

import dev.renkei.sqlserver.SourceTable.Tracking;
import org.jspecify.annotations.Nullable;

/** Whether a table's changes can be read on from a cursor (SEMANTICS 12). */
public enum Validity {
  HOLDS("goes on"),
  EXPIRED(
      "SQL Server no longer keeps the changes since the cursor",
      "raise CHANGE_RETENTION above the longest time that trackers may be away"),
  RECREATED(
      "the table was dropped and created again",
      "nothing is to be done: a new table has a history of its own"),
  RESET(
      "the table was truncated (or Change Tracking was switched off and on between two polls)",
      "nothing is to be done: TRUNCATE leaves no changes to read"),
  SWITCHED(
      "Change Tracking was switched off and on again",
      "leave Change Tracking on, or expect the table to be loaded again"),
  RESTORED(
      "the database was restored, failed over with loss, or exchanged: its versions name other changes than before",
      "see whether that was meant; rows of the lost history are deleted when the load ends"),
  WENT_BACK("the database's version is below the cursor: it was restored or exchanged"),
  TRACKING_OFF("Change Tracking is off for this table"),
  NOT_SEEN("the permission VIEW CHANGE TRACKING is missing");

  private final String sentence;
  private final String advice;

  Validity(String sentence) {
    this(sentence, "");
  }

  Validity(String sentence, String advice) {
    this.sentence = sentence;
    this.advice = advice;
  }

  /** What has come of it, without a full stop. */
  public String sentence() {
    return sentence;
  }

  /** What an operator may do so that it does not come again; empty where nothing is lost. */
  public String advice() {
    return advice;
  }

  /** The changes between are gone: the table is loaded again, or stopped. */
  public boolean historyLost() {
    return switch (this) {
      case EXPIRED, RECREATED, RESET, SWITCHED, RESTORED -> true;
      case HOLDS, WENT_BACK, TRACKING_OFF, NOT_SEEN -> false;
    };
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
