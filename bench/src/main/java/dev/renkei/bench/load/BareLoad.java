package dev.renkei.bench.load;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Row;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** The same appends and merges as the warehouse's, and nothing else: no gate, no exact texts. */
final class BareLoad implements AutoCloseable {
  private static final String COLUMNS =
      "Id INTEGER, Customer VARCHAR, Amount DECIMAL(18,2), Status VARCHAR, UpdatedAt TIMESTAMP, Note VARCHAR";

  private final DuckDBConnection connection;
  private final long mergeRows;
  private long waiting;

  BareLoad(Path file, int memoryMebibytes, long mergeRows) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("memory_limit", memoryMebibytes + "MiB");
    settings.setProperty("threads", "2");
    settings.setProperty("checkpoint_threshold", "1TB");
    this.connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, settings);
    this.mergeRows = mergeRows;
    for (String table : List.of("merged", "tail")) {
      execute(
          "CREATE TABLE %s(k VARCHAR, seq UBIGINT, deleted BOOLEAN, changed TIMESTAMPTZ, loaded TIMESTAMPTZ, exact JSON, %s)"
              .formatted(table, COLUMNS));
    }
    execute(
        "CREATE TABLE log(seq UBIGINT, type VARCHAR, k VARCHAR, message_id VARCHAR, changed TIMESTAMPTZ, loaded TIMESTAMPTZ, cols JSON, schema_id VARCHAR, exact JSON, %s)"
            .formatted(COLUMNS));
    execute("CREATE TABLE positions(p INTEGER, next BIGINT)");
    execute("INSERT INTO positions VALUES (0, 0)");
  }

  void apply(List<Change> changes, long next) throws SQLException {
    execute("BEGIN TRANSACTION");
    try (DuckDBAppender log = connection.createAppender("log");
        DuckDBAppender tail = connection.createAppender("tail")) {
      for (Change change : changes) {
        String key = change.key().folded();
        long sequence = change.sequence().packed();
        log.beginRow().append(sequence).append("U").append(key);
        log.append("shop/dbo.Orders/1/" + change.sequence().version() + "/" + key);
        log.appendEpochMicros(0).appendEpochMicros(0).appendNull();
        log.append(change.schemaId()).appendNull();
        columns(log, Objects.requireNonNull(change.row()));
        tail.beginRow().append(key).append(sequence).append(false);
        tail.appendEpochMicros(0).appendEpochMicros(0).appendNull();
        columns(tail, Objects.requireNonNull(change.row()));
      }
    }
    execute("UPDATE positions SET next = " + next);
    execute("COMMIT");
    waiting += changes.size();
    if (waiting >= mergeRows) {
      merge();
    }
  }

  private static void columns(DuckDBAppender to, Row row) throws SQLException {
    to.append((int) (Integer) Objects.requireNonNull(row.value(0)));
    to.append((String) row.value(1));
    to.append((BigDecimal) row.value(2));
    to.append((String) row.value(3));
    LocalDateTime at = (LocalDateTime) Objects.requireNonNull(row.value(4));
    to.appendEpochMicros(at.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + at.getNano() / 1000);
    to.append((String) row.value(5));
    to.endRow();
  }

  void merge() throws SQLException {
    execute("BEGIN TRANSACTION");
    execute(
        "CREATE OR REPLACE TEMP TABLE newest AS SELECT * FROM tail QUALIFY row_number() OVER (PARTITION BY k ORDER BY seq DESC) = 1");
    execute(
        "MERGE INTO merged m USING newest s ON m.k = s.k WHEN MATCHED THEN UPDATE SET seq = s.seq, deleted = s.deleted, changed = s.changed, loaded = s.loaded, exact = s.exact, Id = s.Id, Customer = s.Customer, Amount = s.Amount, Status = s.Status, UpdatedAt = s.UpdatedAt, Note = s.Note WHEN NOT MATCHED THEN INSERT *");
    execute("DROP TABLE newest");
    execute("DELETE FROM tail");
    execute("COMMIT");
    waiting = 0;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
