package dev.renkei.standin.tracking;

import java.util.Arrays;

/**
 * The ids that one transaction gave to its changes of one table, as runs. Small: it grows with the
 * commits of others meanwhile, not with the changes.
 *
 * <p>An UPDATE of keys deletes old keys and inserts new ones. All its deletes come before all its
 * inserts, whatever the order in which H2 reports the rows: {@code SET id = id + 1} both leaves and
 * enters key 2, which then still exists. So such a statement takes two blocks far apart.
 */
final class ChangeRuns {
  private static final long BLOCK = 1 << 12;
  private static final long MOVES = 1L << 30;

  private final SideTable side;
  private long[] runs = new long[4];
  private int size;

  private long epoch;
  private long start;
  private long next;
  private long end;

  private long moves;
  private long deletes;
  private long inserts;
  private long movesEpoch;
  private long movesStatement;

  ChangeRuns(SideTable side) {
    this.side = side;
  }

  SideTable side() {
    return side;
  }

  /** The id of an insert, update or delete. */
  long plain(int operation) {
    if (next == end || epoch != side.epoch()) {
      closePlain();
      epoch = side.epoch();
      start = side.take(BLOCK);
      next = start;
      end = start + BLOCK;
    }
    return (next++ << 2) | operation;
  }

  /**
   * Prepares for {@link #leave} and {@link #enter} of a statement.
   *
   * @param rowByRow whether the statement locks its rows one by one as it goes (MERGE) instead of
   *     all before the first report
   */
  void move(long statement, boolean rowByRow) {
    boolean usable =
        deletes + inserts > 0
            && movesStatement == statement
            && !(rowByRow && (movesEpoch != side.epoch() || next > start));
    if (!usable) {
      closePlain();
      closeMoves();
      movesStatement = statement;
      movesEpoch = side.epoch();
      moves = side.take(2 * MOVES);
    }
  }

  /** The id of the delete of an old key. */
  long leave() {
    return ((moves + deletes++) << 2) | SideTable.DELETE;
  }

  /** The id of the insert of a new key. */
  long enter() {
    return ((moves + MOVES + inserts++) << 2) | SideTable.INSERT;
  }

  private void closePlain() {
    if (next > start) {
      add(start, next - 1);
    }
    start = 0;
    next = 0;
    end = 0;
  }

  private void closeMoves() {
    if (deletes > 0) {
      add(moves, moves + deletes - 1);
    }
    if (inserts > 0) {
      add(moves + MOVES, moves + MOVES + inserts - 1);
    }
    deletes = 0;
    inserts = 0;
  }

  private void add(long firstPlace, long lastPlace) {
    long first = firstPlace << 2;
    long last = (lastPlace << 2) | 3;
    if (size > 0 && runs[size - 1] + 1 == first) {
      runs[size - 1] = last;
      return;
    }
    if (size == runs.length) {
      runs = Arrays.copyOf(runs, 2 * size);
    }
    runs[size++] = first;
    runs[size++] = last;
  }

  /** First and last id of each run, alternating; rows in between may be gone by a rollback. */
  long[] close() {
    closePlain();
    closeMoves();
    return Arrays.copyOf(runs, size);
  }
}
