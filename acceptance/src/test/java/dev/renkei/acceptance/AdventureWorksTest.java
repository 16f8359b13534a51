package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renkei.core.schema.TableName;
import dev.renkei.standin.StandIn;
import dev.renkei.standin.sample.AdventureWorks;
import dev.renkei.standin.sample.SourceTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Microsoft's sample database goes through {@code renkei up} with two trackers while a process of
 * its own writes into every table.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class AdventureWorksTest {
  private static final String DATABASE = "AdventureWorks";

  /** Changes after the snapshots are done; those before come on top. */
  private static final long CHANGES = Long.getLong("acceptance.changes", 3_000);

  private static final int CHANGES_PER_SECOND = Integer.getInteger("acceptance.rate", 500);
  private static final long SEED = Long.getLong("acceptance.seed", System.nanoTime());

  @TempDir private Path folder = Path.of("");

  @Test
  void everyTableArrivesValueForValueWhileAnotherProcessWrites() throws Exception {
    Optional<AdventureWorks> found = AdventureWorks.find();
    assumeTrue(found.isPresent(), "needs RENKEI_DATA: there is no sample data here");
    try (StandIn source = StandIn.builder().inMemory().database(DATABASE).start()) {
      Map<String, Long> rows = load(found.get(), source);
      Set<String> tables = new TreeSet<>(rows.keySet());
      Writing.Written written;
      try (Writing writing =
              Writing.start(source, DATABASE, SEED, CHANGES_PER_SECOND, folder.resolve("logs"));
          Installation renkei =
              Installation.of(
                  folder,
                  source,
                  DATABASE,
                  """
                    defaults: {interval: 100ms}
                    include: ["*.*"]
                  """)) {
        renkei.up();
        renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(tables));
        writing.until(writing.changes() + CHANGES);
        written = writing.end();
        renkei.untilArrived(written.version());

        assertThat(renkei.stop().code()).isZero();
      }
      assertThat(written.changes()).isGreaterThan(CHANGES);
      assertThat(rowsNow(source, tables)).isEqualTo(after(rows, written));
      assertThat(Warehouses.differences(source, DATABASE, folder, tables)).isEmpty();
    }
  }

  /** The number of rows by table. */
  private static Map<String, Long> load(AdventureWorks sample, StandIn source) throws Exception {
    Map<String, Long> rows = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection(source.jdbcUrl(DATABASE) + ";sendTimeAsDatetime=false");
        Statement statement = connection.createStatement()) {
      sample.create(connection);
      statement.execute(
          "ALTER DATABASE %s SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)"
              .formatted(DATABASE));
      for (SourceTable table : sample.tables()) {
        if (!table.key().isEmpty()) {
          rows.put(table.schema() + "." + table.name(), sample.load(connection, table));
          statement.execute("ALTER TABLE %s ENABLE CHANGE_TRACKING".formatted(table.quotedName()));
        }
      }
    }
    return rows;
  }

  private static Map<String, Long> after(Map<String, Long> rows, Writing.Written written) {
    Map<String, Long> after = new HashMap<>(rows);
    written
        .tables()
        .forEach(
            (table, counts) -> after.merge(table, counts.inserted() - counts.deleted(), Long::sum));
    return after;
  }

  private static Map<String, Long> rowsNow(StandIn source, Set<String> tables) throws Exception {
    Map<String, Long> rows = new HashMap<>();
    try (Connection connection = DriverManager.getConnection(source.jtdsUrl(DATABASE));
        Statement statement = connection.createStatement()) {
      for (String table : tables) {
        try (var count =
            statement.executeQuery(
                "SELECT COUNT(*) FROM " + ComparedTable.sourceName(TableName.parse(table)))) {
          count.next();
          rows.put(table, count.getLong(1));
        }
      }
    }
    return rows;
  }
}
