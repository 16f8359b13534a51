package dev.renkei.core.hub;

import dev.renkei.core.schema.TableName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an operator, or one part of the system, asks of trackers and loaders. */
public sealed interface Command {
  /** When it was given. */
  Instant at();

  /**
   * Trackers load a table again.
   *
   * @param where which of its rows, as {@link dev.renkei.core.change.Where} reads it; null for all
   * @param reason a sentence for the log
   */
  record ReloadTable(TableName table, @Nullable String where, String reason, Instant at)
      implements Command {
    /** Of a whole table. */
    public ReloadTable(TableName table, String reason, Instant at) {
      this(table, null, reason, at);
    }
  }

  /**
   * Trackers load all tables again.
   *
   * @param reason a sentence for the log
   */
  record ReloadAll(String reason, Instant at) implements Command {}

  /**
   * Loaders read the hub again.
   *
   * @param warehouse the configured name of the one that is meant; null for all
   * @param from the first message of this time or later is the first one read
   */
  record Replay(@Nullable String warehouse, Instant from, Instant at) implements Command {}

  /**
   * A loader goes back to a mark.
   *
   * @param warehouse the configured name of the one whose mark it is
   * @param mark its name ({@link ReplayMarks})
   */
  record ReplayFromMark(String warehouse, String mark, Instant at) implements Command {}
}
