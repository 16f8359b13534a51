package dev.renkei.core.snapshot;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Lot.Table;
import java.io.Serializable;
import java.time.Instant;

/**
 * A snapshot whose rows need not be counted any more.
 *
 * @param part whether it was of a part of the table
 * @param last the highest sequence of its rows that counted; its start where there were none
 * @param rows that it had
 * @param swept how many had vanished
 * @param givenUp whether its rows never came together: nothing was swept
 */
public record Settled(
    Table table,
    boolean part,
    Sequence start,
    Sequence last,
    long rows,
    long swept,
    boolean givenUp,
    Instant at)
    implements Serializable {
  public static Settled swept(SnapshotClosed closed, Sequence last, long swept, Instant at) {
    return of(closed, last, swept, false, at);
  }

  public static Settled givenUp(SnapshotClosed closed, Instant at) {
    return of(closed, closed.start(), 0, true, at);
  }

  private static Settled of(
      SnapshotClosed closed, Sequence last, long swept, boolean givenUp, Instant at) {
    return new Settled(
        new Table(closed.source(), closed.table()),
        closed.part() != null,
        closed.start(),
        last,
        closed.rows(),
        swept,
        givenUp,
        at);
  }

  /** Whether rows of this lot change nothing any more. */
  public boolean covers(Lot lot) {
    boolean itsOwn = lot.isOf(start) && lot.sequence().compareTo(last) <= 0;
    return itsOwn || !part && lot.sequence().compareTo(start) < 0;
  }

  /** Whether a closing that comes again, or late, has nothing to add. */
  public boolean covers(SnapshotClosed closed) {
    int after = closed.start().compareTo(start);
    return part ? closed.part() != null && after == 0 : after <= 0;
  }
}
