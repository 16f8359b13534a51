package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.warehouse.Comparison;
import dev.renkei.core.warehouse.WarehouseException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Compares on a connection of its own, whose temporary tables nobody else sees and which end with
 * it. Of the rows of the source their keys and 64 bits of their values are kept; DuckDB moves them
 * to disk where memory is short.
 */
final class DuckDbComparison implements Comparison {
  private static final String LEFT_OUT = "left_out";

  private final StoredTable stored;
  private final StillStored still;
  private final LiveTable encoding;
  private final ComparisonSql sql;
  private final DuckDBConnection connection;

  /** Whether the table is as it was when the comparison began; asked before each answer. */
  interface StillStored {
    void check() throws WarehouseException;
  }

  /**
   * Begins.
   *
   * @param connection its own; closed with it
   */
  DuckDbComparison(
      StoredTable stored, SchemaRecord schema, DuckDBConnection connection, StillStored still)
      throws SQLException {
    this.stored = stored;
    this.still = still;
    this.connection = connection;
    this.encoding =
        new LiveTable(stored, new Gate(Sequence.ZERO, true, Sequence.ZERO, Sequence.ZERO));
    encoding.learn(schema.schemaId(), schema.schema());
    this.sql = new ComparisonSql(stored, encoding.binding(schema.schemaId()).present());
    try {
      execute("SET TimeZone = 'UTC'");
      for (String statement : sql.begin()) {
        execute(statement);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public void add(List<Change> rows) throws WarehouseException {
    if (rows.isEmpty()) {
      return;
    }
    try {
      execute(stored.createStage());
      ChangeAppender appender = new ChangeAppender(connection, encoding, Instant.EPOCH);
      try {
        for (Change row : rows) {
          appender.stage(row);
        }
        appender.flush();
      } catch (SQLException | WarehouseException | RuntimeException e) {
        appender.abandon();
        throw e;
      }
      execute(sql.take());
    } catch (SQLException e) {
      throw failed("rows of the source cannot be taken", e);
    }
  }

  @Override
  public void compare() throws WarehouseException {
    still.check();
    try {
      // Who only reads, but for its own temporary tables, holds up no checkpoint.
      execute("BEGIN TRANSACTION READ ONLY");
      try {
        for (String statement : sql.compare()) {
          execute(statement);
        }
      } finally {
        execute("COMMIT");
      }
    } catch (SQLException e) {
      throw failed("the rows cannot be compared", e);
    }
    still.check();
  }

  @Override
  public List<Difference> differences(@Nullable RowKey after, int most) throws WarehouseException {
    try (PreparedStatement statement = connection.prepareStatement(sql.differences())) {
      statement.setString(1, after == null ? "" : after.folded());
      statement.setInt(2, most);
      List<Difference> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String held = rows.getString(3);
          found.add(
              new Difference(
                  Kind.valueOf(rows.getString(1)),
                  new RowKey(rows.getString(2)),
                  held == null ? null : Sequence.unpacked(Long.parseUnsignedLong(held))));
        }
      }
      return found;
    } catch (SQLException e) {
      throw failed("the differences cannot be read", e);
    }
  }

  @Override
  public void leaveOut(Collection<RowKey> keys) throws WarehouseException {
    if (keys.isEmpty()) {
      return;
    }
    try {
      execute("CREATE OR REPLACE TEMP TABLE %s (_key VARCHAR)".formatted(LEFT_OUT));
      try (DuckDBAppender appender = connection.createAppender("temp", "main", LEFT_OUT)) {
        for (RowKey key : keys) {
          appender.beginRow();
          appender.append(key.folded());
          appender.endRow();
        }
      }
      execute(sql.leaveOut(LEFT_OUT));
    } catch (SQLException e) {
      throw failed("differences cannot be left out", e);
    }
  }

  @Override
  public void close() throws WarehouseException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed("the comparison cannot be ended", e);
    }
  }

  private void execute(String statement) throws SQLException {
    try (Statement on = connection.createStatement()) {
      on.execute(statement);
    }
  }

  private WarehouseException failed(String what, SQLException e) {
    return new WarehouseException("%s: %s: %s".formatted(stored.name(), what, e.getMessage()), e);
  }
}
