package dev.renkei.sqlserver;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.Epochs.Epoch;
import dev.renkei.sqlserver.SourceTable.Shape;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.Validity.Identity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the net changes of one table as a stream, in one SNAPSHOT transaction where that is allowed
 * (docs/change-tracking.md, rules 18 to 21).
 *
 * <p>The transaction is begun by T-SQL with autocommit on, and touches a table first: with the
 * driver's own transactions the version would be read outside the snapshot (rule 21).
 */
final class ChangeReader {
  private static final int MOST_FLAGS = 200;

  private final SourceTable table;
  private final boolean snapshot;
  private final RowReader rows;
  private final RowReader keys;
  private final List<Column> key;
  private final int flagged;

  ChangeReader(SourceTable table, boolean snapshot) {
    this.table = table;
    this.snapshot = snapshot;
    this.key = table.schema().key();
    this.keys = new RowReader(key);
    this.rows = new RowReader(table.schema().columns());
    int columns = table.schema().columns().size();
    this.flagged = table.columnsTracked() && columns <= MOST_FLAGS ? columns : 0;
  }

  /** Where a read that was ended goes on: behind this key of this version. */
  record Resume(long version, List<@Nullable Object> key) {}

  /**
   * One net change.
   *
   * @param operation I, U or D
   * @param values the row; null where it is gone
   */
  record NetChange(
      long version,
      char operation,
      List<@Nullable Object> key,
      @Nullable Object @Nullable [] values,
      @Nullable List<String> changedColumns) {}

  /** Takes the changes one by one; false ends the read behind this one. */
  interface Sink {
    boolean take(NetChange change) throws HubException, InterruptedException;
  }

  /** What the source says of the table, in the transaction of the read. */
  record Header(long current, @Nullable String fork, Shape shape, @Nullable Tracking tracking) {}

  /** How a read ended. */
  sealed interface Outcome {
    /** Everything up to the bound was taken. */
    record Whole(long bound) implements Outcome {}

    /** The sink ended it. */
    record Ended(Resume resume) implements Outcome {}

    /** Nothing was taken, or what was taken leads nowhere: the cursor does not hold. */
    record Refused(Validity validity, Header header) implements Outcome {}

    /** The columns are not what the catalog showed; it must be read again. */
    record OtherShape() implements Outcome {}

    /** Another recovery fork. */
    record OtherFork() implements Outcome {}
  }

  /**
   * Reads what lies above {@code after}. A read that was ended before its last row has closed the
   * connection: that ends the transaction at once, where the driver would first read the rest.
   *
   * @param epoch what a change is published under; another fork ends the read
   */
  Outcome read(
      Connection connection,
      Identity identity,
      long after,
      @Nullable Resume resume,
      Epoch epoch,
      Sink sink)
      throws SQLException, HubException, InterruptedException {
    if (!snapshot) {
      return readBetweenChecks(connection, identity, after, resume, epoch, sink);
    }
    SourceConnections.execute(
        connection,
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT TOP (1) 1 FROM "
            + Names.quoted(table.name()));
    Header header = header(connection, table.name()).orElse(null);
    Outcome outcome = judge(header, identity, after, epoch);
    if (outcome == null && header != null) {
      outcome = stream(connection, header, after, resume, sink);
    }
    if (!connection.isClosed()) {
      SourceConnections.execute(connection, "COMMIT TRAN");
    }
    return outcome == null ? new Outcome.OtherShape() : outcome;
  }

  /** Without SNAPSHOT: validity before and after; rows above the bound wait for the next poll. */
  private Outcome readBetweenChecks(
      Connection connection,
      Identity identity,
      long after,
      @Nullable Resume resume,
      Epoch epoch,
      Sink sink)
      throws SQLException, HubException, InterruptedException {
    SourceConnections.execute(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    Header before = header(connection, table.name()).orElse(null);
    Outcome refusal = judge(before, identity, after, epoch);
    if (refusal != null || before == null) {
      return refusal == null ? new Outcome.OtherShape() : refusal;
    }
    Outcome outcome = stream(connection, before, after, resume, sink);
    if (connection.isClosed()) {
      return outcome; // the next read checks before it begins
    }
    refusal = judge(header(connection, table.name()).orElse(null), identity, after, epoch);
    return refusal == null || refusal instanceof Outcome.OtherShape ? outcome : refusal;
  }

  private @Nullable Outcome judge(
      @Nullable Header header, Identity identity, long after, Epoch epoch) {
    if (header == null) {
      return new Outcome.OtherShape();
    }
    if (!epoch.has(header.fork())) {
      return new Outcome.OtherFork();
    }
    Validity validity =
        Validity.of(
            identity, after, header.shape().objectId(), header.tracking(), header.current());
    if (validity != Validity.HOLDS) {
      return new Outcome.Refused(validity, header);
    }
    return header.shape().equals(table.shape()) ? null : new Outcome.OtherShape();
  }

  /**
   * Asks for version, fork, columns and tracking of a table; empty where there is no such table.
   */
  static Optional<Header> header(Connection connection, TableName table) throws SQLException {
    String sql =
        """
        SELECT CHANGE_TRACKING_CURRENT_VERSION(),
          (SELECT r.recovery_fork_guid FROM sys.database_recovery_status AS r
            WHERE r.database_id = DB_ID()),
          %s,
          ct.begin_version, CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id)
        FROM sys.tables AS t
        LEFT JOIN sys.change_tracking_tables AS ct ON ct.object_id = t.object_id
        WHERE t.object_id = OBJECT_ID(%s)"""
            .formatted(Shape.COLUMNS, Names.text(Names.quoted(table)));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        return Optional.empty();
      }
      long current = row.getLong(1);
      if (row.wasNull()) {
        throw new SQLException(
            "Change Tracking is off for the database, or not to be seen", "42000", 22105);
      }
      String fork = row.getString(2);
      Shape shape = Shape.read(row, 3);
      long begin = row.getLong(6);
      boolean tracked = !row.wasNull();
      long minValid = row.getLong(7);
      Long seen = row.wasNull() ? null : (Long) minValid;
      return Optional.of(
          new Header(current, fork, shape, tracked ? new Tracking(begin, seen) : null));
    }
  }

  private Outcome stream(
      Connection connection, Header header, long after, @Nullable Resume resume, Sink sink)
      throws SQLException, HubException, InterruptedException {
    long from = resume == null ? after : Math.max(after, resume.version() - 1);
    try (OpenRead open = new OpenRead(connection, sql(resume != null))) {
      PreparedStatement statement = open.statement();
      statement.setLong(1, from);
      statement.setLong(2, header.current());
      if (resume != null) {
        statement.setLong(3, resume.version());
        Position.bind(statement, 4, key, resume.key());
      }
      ResultSet row = statement.executeQuery();
      while (row.next()) {
        if (row.getInt(1) != table.shape().maxColumnId()) {
          open.abandon();
          return new Outcome.OtherShape();
        }
        NetChange change = change(row);
        if (!sink.take(change)) {
          open.abandon();
          return new Outcome.Ended(new Resume(change.version(), change.key()));
        }
      }
    }
    return new Outcome.Whole(header.current());
  }

  private NetChange change(ResultSet row) throws SQLException {
    long version = row.getLong(2);
    char operation = row.getString(3).charAt(0);
    List<String> changed = null;
    int at = 4;
    if (flagged > 0) {
      String flags = row.getString(at++);
      changed = flags == null ? null : names(flags);
    }
    List<@Nullable Object> keyValues = Arrays.asList(keys.read(row, at));
    at += key.size();
    boolean there = row.getInt(at++) == 1;
    return new NetChange(version, operation, keyValues, there ? rows.read(row, at) : null, changed);
  }

  private List<String> names(String flags) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < flags.length(); i++) {
      if (flags.charAt(i) == '1') {
        names.add(table.schema().columns().get(i).name());
      }
    }
    return names;
  }

  private String sql(boolean resumed) {
    String name = Names.quoted(table.name());
    String join =
        key.stream()
            .map(c -> "t.%1$s = c.%1$s".formatted(Names.quoted(c.name())))
            .collect(Collectors.joining(" AND "));
    String order =
        key.stream().map(c -> ", c." + Names.quoted(c.name())).collect(Collectors.joining());
    // The highest column id is read in the statement that holds the table's schema lock: a column
    // that was added since the catalog was read is noticed before any row is published without it.
    return """
        SELECT (SELECT s.max_column_id_used FROM sys.tables AS s WHERE s.object_id = %d),
          c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, %s%s,
          CASE WHEN t.%s IS NULL THEN 0 ELSE 1 END, %s
        FROM CHANGETABLE(CHANGES %s, ?) AS c
        LEFT JOIN %s AS t ON %s
        WHERE c.SYS_CHANGE_VERSION <= ?%s
        ORDER BY c.SYS_CHANGE_VERSION%s"""
        .formatted(
            table.shape().objectId(),
            flagged > 0 ? flags() + ", " : "",
            keys.selectList("c"),
            Names.quoted(key.get(0).name()),
            rows.selectList("t"),
            name,
            name,
            join,
            resumed ? " AND (c.SYS_CHANGE_VERSION > ? OR " + Position.behind("c", key) + ")" : "",
            order);
  }

  /** A digit per column: whether the update touched it; NULL where Change Tracking does not say. */
  private String flags() {
    return table.columnIds().stream()
        .map(id -> "CHANGE_TRACKING_IS_COLUMN_IN_MASK(%d, c.SYS_CHANGE_COLUMNS)".formatted(id))
        .collect(
            Collectors.joining(
                ", ",
                "CASE WHEN c.SYS_CHANGE_COLUMNS IS NULL THEN NULL ELSE CONCAT('', ",
                ") END"));
  }
}
