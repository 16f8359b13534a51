package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport.LastSnapshot;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table of many chunks: its snapshot goes on where it stood when everything was killed, and a
 * reload under load deletes what had vanished unseen.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ReloadTest {
  private static final int ROWS = 120_000;
  private static final int VANISHED = 1_000;
  private static final String BIG = "dbo.Big";

  @Test
  void aSnapshotGoesOnAfterAKillAndAReloadUnderLoadDeletesWhatVanished(@TempDir Path folder)
      throws Exception {
    try (StandIn source = StandIn.builder().database("Shop").start();
        Installation renkei =
            Installation.of(
                folder,
                source,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.Big"]
                """)) {
      fill(source);
      String yaml = Files.readString(renkei.file());
      Files.writeString(
          renkei.file(), yaml.replace("source:\n", "source:\n  max_rows_per_second: 10000\n"));

      goesOnAfterAKill(renkei);
      deletesWhatVanishedUnderLoad(renkei, source);
    }
  }

  private static void fill(StandIn source) throws Exception {
    source.execute(
        """
        USE Shop
        GO
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        CREATE TABLE dbo.N (N int NOT NULL PRIMARY KEY)
        CREATE TABLE dbo.Big (Id int NOT NULL PRIMARY KEY, Note nvarchar(50))
        """);
    StringBuilder numbers = new StringBuilder("INSERT INTO dbo.N VALUES (0)");
    for (int i = 1; i < 400; i++) {
      numbers.append(", (").append(i).append(')');
    }
    source.execute(
        """
        USE Shop
        GO
        %s
        INSERT INTO dbo.Big (Id, Note) SELECT a.N * 400 + b.N, N'note' FROM dbo.N AS a CROSS JOIN dbo.N AS b WHERE a.N < 300
        GO
        ALTER TABLE dbo.Big ENABLE CHANGE_TRACKING
        """
            .formatted(numbers));
  }

  /** As the tracker knows it that knows most of its snapshots. */
  private static @Nullable Table table(Installation renkei) throws Exception {
    return renkei.status().trackers().stream()
        .flatMap(tracker -> tracker.tables().stream())
        .filter(table -> table.table().equals(BIG))
        .max(
            Comparator.comparing((Table table) -> table.lastSnapshot() != null)
                .thenComparing(table -> table.snapshot() != null))
        .orElse(null);
  }

  private static void goesOnAfterAKill(Installation renkei) throws Exception {
    renkei.begin();
    renkei.until(
        () -> {
          if (RunFiles.living(renkei.configuration().dataDir()).isEmpty()) {
            return Optional.of("it does not answer yet");
          }
          Table table = table(renkei);
          Snapshot now = table == null ? null : table.snapshot();
          return now != null && now.chunks() > 0
              ? Optional.empty()
              : Optional.of("no chunk is done: " + table);
        });
    renkei.kill();

    renkei.up();
    renkei.until(
        () -> {
          Table table = table(renkei);
          LastSnapshot last = table == null ? null : table.lastSnapshot();
          return last != null ? Optional.empty() : Optional.of("not read: " + table);
        });

    assertThat(renkei.logged("snapshot goes on", "chunksDone")).hasSize(1);
    LastSnapshot last =
        Objects.requireNonNull(Objects.requireNonNull(table(renkei)).lastSnapshot());
    assertThat(last.number()).isEqualTo(1);
    assertThat(last.rows()).isEqualTo(ROWS);
    assertThat(last.chunks()).isEqualTo(3);
    renkei.until(
        () -> {
          String count = query(renkei, "SELECT count(*) FROM dbo.Big");
          return count.equals(Integer.toString(ROWS))
              ? Optional.empty()
              : Optional.of("rows in the warehouse: " + count);
        });
  }

  private static void deletesWhatVanishedUnderLoad(Installation renkei, StandIn source)
      throws Exception {
    // No version passes while tracking is off, so that nothing at the source tells of it.
    source.execute(
        """
        USE Shop
        GO
        ALTER TABLE dbo.Big DISABLE CHANGE_TRACKING
        DELETE FROM dbo.Big WHERE Id < %d
        GO
        ALTER TABLE dbo.Big ENABLE CHANGE_TRACKING
        """
            .formatted(VANISHED));
    AtomicReference<Exception> failure = new AtomicReference<>();
    CountDownLatch enough = new CountDownLatch(1);
    Thread writer = new Thread(() -> write(source, enough, failure), "writer");
    writer.start();
    try {
      Ended reload = renkei.run("reload", BIG);

      assertThat(reload).as(reload.toString()).returns(0, Ended::code);
      assertThat(reload.output())
          .contains("asked to reload dbo.Big")
          .contains("of about 119,000 rows")
          .contains(
              "3 chunks, 119,000 rows in ",
              "loaded in all warehouses, 1,000 vanished rows deleted");
    } finally {
      enough.countDown();
      writer.join();
    }
    Ended part = renkei.run("reload", BIG, "--where", "Id BETWEEN 2000 AND 2999", "--json");
    assertThat(part).as(part.toString()).returns(0, Ended::code);
    assertThat(part.output()).contains("\"loaded\":true", "\"rows\":1000", "\"swept\":0");
    assertThat(renkei.run("reload", BIG, "--where", "Missing = 1"))
        .returns(2, Ended::code)
        .satisfies(ended -> assertThat(ended.errors()).contains("dbo.Big has no column Missing"));
    assertThat(failure.get()).isNull();
    assertThat(query(renkei, "SELECT count(*) FROM dbo.Big WHERE Id < " + VANISHED)).isEqualTo("0");
    assertThat(query(renkei, "SELECT count(*) FROM dbo.Big"))
        .isEqualTo(Integer.toString(ROWS - VANISHED));
    assertThat(
            query(
                renkei,
                "SELECT count(DISTINCT Id) FROM dbo.Big_changes WHERE _type = 'D' AND Id < "
                    + VANISHED))
        .isEqualTo(Integer.toString(VANISHED));
    assertThat(
            query(
                renkei,
                "SELECT count(*) FROM (SELECT Id, _sequence FROM dbo.Big_changes GROUP BY ALL HAVING count(*) > 1)"))
        .isEqualTo("0");
  }

  private static void write(
      StandIn source, CountDownLatch enough, AtomicReference<Exception> failure) {
    try (Connection connection = DriverManager.getConnection(source.jdbcUrl("Shop"));
        PreparedStatement update =
            connection.prepareStatement("UPDATE dbo.Big SET Note = ? WHERE Id = ?")) {
      for (int i = 0; !enough.await(2, TimeUnit.MILLISECONDS); i++) {
        update.setString(1, "note " + i);
        update.setInt(2, VANISHED + i * 7919 % (ROWS - VANISHED));
        update.executeUpdate();
      }
    } catch (Exception e) {
      failure.set(e);
    }
  }

  private static String query(Installation renkei, String sql) throws Exception {
    List<?> row = renkei.client().query(sql, null, 1).rows().get(0);
    return String.valueOf(row.get(0));
  }
}
