package dev.renkei.core.hub;

import dev.renkei.core.schema.TableName;
import java.util.OptionalLong;

/**
 * Which tables are a tracker's to read. Every table where trackers work side by side
 * (active-active); a share of them where they divide the tables, and then a table is one tracker's
 * at a time. Thread-safe.
 */
public interface TableAssignment {
  /** Every table is this tracker's, and every other tracker's too. */
  TableAssignment EVERY_TABLE =
      new TableAssignment() {
        @Override
        public OptionalLong term(String source, TableName table) {
          return OptionalLong.of(1);
        }

        @Override
        public boolean isExclusive() {
          return false;
        }

        @Override
        public void onChange(Runnable listener) {}
      };

  /**
   * Since when a table is this tracker's: another number whenever it has been away in between, when
   * whatever was known about it may be out of date. Empty while it is another tracker's, or not yet
   * anybody's.
   */
  OptionalLong term(String source, TableName table);

  /** Whether a table that is this tracker's is no other's. */
  boolean isExclusive();

  /**
   * Takes tables from now on: the tracker reaches its source. Before, none are its own where tables
   * are shared.
   */
  default void join() {}

  /** Leaves its tables to trackers that reach the source, until it joins again. */
  default void stepBack() {}

  /**
   * Who is told, on a thread that must not be kept, after tables have come or gone. The last one
   * set is told.
   */
  void onChange(Runnable listener);

  /**
   * Rows were not published since tables have moved between trackers. Whoever has the table now
   * reads them again; no fault of the hub.
   */
  final class MovedException extends HubException {
    private static final long serialVersionUID = 1;

    public MovedException(String message) {
      super(message);
    }

    public MovedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
