package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.ExactTexts;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Writes changes of one table into its log, tail and stage. Belongs to one transaction. */
final class ChangeAppender {
  private final DuckDBConnection connection;
  private final LiveTable table;
  private final StoredTable stored;
  private final long loadedAt;
  private final ExactTexts texts = new ExactTexts();
  private @Nullable DuckDBAppender log;
  private @Nullable DuckDBAppender tail;
  private @Nullable DuckDBAppender stage;

  ChangeAppender(DuckDBConnection connection, LiveTable table, Instant loadedAt) {
    this.connection = connection;
    this.table = table;
    this.stored = table.stored();
    this.loadedAt = Values.micros(loadedAt);
  }

  void apply(Change change) throws SQLException, ChangeRefusedException {
    if (log == null) {
      log = connection.createAppender(stored.name().schema(), stored.logName());
    }
    if (tail == null) {
      tail = connection.createAppender(Names.OWN_SCHEMA, stored.tailName());
    }
    @Nullable String exact = exact(change);
    logRow(log, change, exact);
    DuckDBAppender row = tail;
    try {
      row.beginRow();
      row.append(change.key().folded());
      row.append(change.sequence().packed());
      row.append(change.type() == ChangeType.DELETE);
      row.appendEpochMicros(changedAt(change));
      row.appendEpochMicros(loadedAt);
      append(row, exact);
      columns(row, change);
    } catch (ClassCastException | IllegalArgumentException | ArithmeticException e) {
      throw refused(change, "a value that does not fit its column");
    }
    row.endRow();
  }

  void stage(Change change) throws SQLException, ChangeRefusedException {
    if (stage == null) {
      stage = connection.createAppender("temp", "main", stored.stageName());
    }
    logRow(stage, change, exact(change));
  }

  boolean hasStaged() {
    return stage != null;
  }

  /** Makes what was appended visible to the transaction. */
  void flush() throws SQLException {
    try {
      close(log);
      close(tail);
      close(stage);
    } finally {
      log = null;
      tail = null;
      stage = null;
    }
  }

  /** After a failure: what was not flushed is nobody's. */
  void abandon() {
    for (DuckDBAppender appender : new @Nullable DuckDBAppender[] {log, tail, stage}) {
      try {
        close(appender);
      } catch (SQLException e) {
        // Its transaction is rolled back.
      }
    }
  }

  private static void close(@Nullable DuckDBAppender appender) throws SQLException {
    if (appender != null) {
      appender.close();
    }
  }

  private void logRow(DuckDBAppender to, Change change, @Nullable String exact)
      throws SQLException, ChangeRefusedException {
    try {
      to.beginRow();
      to.append(change.sequence().packed());
      to.append(letter(change.type()));
      to.append(change.key().folded());
      to.append(messageId(change));
      to.appendEpochMicros(changedAt(change));
      to.appendEpochMicros(loadedAt);
      append(to, changedColumns(change));
      to.append(change.schemaId());
      append(to, exact);
      columns(to, change);
    } catch (ClassCastException | IllegalArgumentException | ArithmeticException e) {
      throw refused(change, "a value that does not fit its column");
    }
    to.endRow();
  }

  private void columns(DuckDBAppender to, Change change)
      throws SQLException, ChangeRefusedException {
    Binding binding = table.binding(change.schemaId());
    List<StoredColumn> columns = stored.columns();
    for (int i = 0; i < columns.size(); i++) {
      try {
        Values.append(to, columns.get(i).type(), value(change, binding, i), texts);
      } catch (ClassCastException | IllegalArgumentException | ArithmeticException e) {
        throw refused(
            change,
            "a value of column %s that does not fit %s"
                .formatted(columns.get(i).source(), columns.get(i).type().sql()));
      }
    }
  }

  private static @Nullable Object value(Change change, Binding binding, int column) {
    Row row = change.row();
    if (row == null) {
      int position = binding.keyPosition(column);
      return position < 0 ? null : change.keyValues().get(position);
    }
    int position = binding.rowPosition(column);
    return position < 0 ? null : row.value(position);
  }

  private @Nullable String exact(Change change) throws ChangeRefusedException {
    Binding binding = table.binding(change.schemaId());
    List<StoredColumn> columns = stored.columns();
    texts.begin();
    for (int i = 0; i < columns.size(); i++) {
      StoredColumn column = columns.get(i);
      @Nullable Object value = value(change, binding, i);
      try {
        String lost = value == null ? null : Values.lostBy(column.type(), value, texts);
        if (lost != null) {
          texts.add(column.source(), lost);
        }
      } catch (ClassCastException | IllegalArgumentException e) {
        throw refused(
            change,
            "a value of column %s that does not fit %s"
                .formatted(column.source(), column.type().sql()));
      }
    }
    return texts.end();
  }

  private static ChangeRefusedException refused(Change change, String what) {
    return new ChangeRefusedException(
        "%s: the message has %s. Load the table again with `renkei reload %s`; if this recurs, look for another writer in the topic."
            .formatted(change.table(), what, change.table()),
        change);
  }

  private static void append(DuckDBAppender to, @Nullable String text) throws SQLException {
    if (text == null) {
      to.appendNull();
    } else {
      to.append(text);
    }
  }

  private @Nullable String changedColumns(Change change) {
    List<String> names = change.changedColumns();
    if (names == null) {
      return null;
    }
    StringBuilder json = new StringBuilder("[");
    for (String name : names) {
      json.append(json.length() > 1 ? "," : "").append(ExactTexts.quoted(name));
    }
    return json.append(']').toString();
  }

  private static String letter(ChangeType type) {
    return switch (type) {
      case INSERT -> "I";
      case UPDATE -> "U";
      case DELETE -> "D";
      case SNAPSHOT_ROW -> "R";
      case CONTROL -> "C";
    };
  }

  private static String messageId(Change change) {
    Change.Chunk chunk = change.chunk();
    return chunk == null
        ? MessageIds.ofChange(change.source(), change.table(), change.sequence(), change.key())
        : MessageIds.ofSnapshotRow(
            change.source(), change.table(), change.sequence(), chunk, change.key());
  }

  /** SEMANTICS 23. */
  private static long changedAt(Change change) {
    Instant commit = change.commitTime();
    return Values.micros(commit == null ? change.poll().end() : commit);
  }
}
