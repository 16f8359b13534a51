package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import dev.renkei.standin.tracking.LateCommits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A commit that becomes visible behind the cursors, under READ COMMITTED (SEMANTICS 14). */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LateCommitTest {
  @TempDir private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(20))
        CREATE TABLE dbo.Stock (Id int NOT NULL PRIMARY KEY, Quantity int)
        ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Orders VALUES (1, N'first')
        INSERT INTO dbo.Stock VALUES (1, 1)
        """);
    return shop;
  }

  private static void sql(StandIn shop, String statement) throws Exception {
    shop.execute("USE Shop\nGO\n" + statement);
  }

  private static CompletableFuture<Void> inBackground(StandIn shop, String statement) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                sql(shop, statement);
                done.complete(null);
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            },
            "late-writer")
        .start();
    return done;
  }

  private static List<StatusReport.Table> tables(Installation renkei) throws Exception {
    return renkei.status().trackers().stream().flatMap(t -> t.tables().stream()).toList();
  }

  private static Optional<String> behind(Installation renkei, long version) throws Exception {
    List<StatusReport.Table> tables = tables(renkei);
    boolean there =
        !tables.isEmpty()
            && tables.stream().map(StatusReport.Table::cursor).allMatch(atLeast(version));
    return there ? Optional.empty() : Optional.of("not at " + version + ": " + tables);
  }

  private static Predicate<@Nullable Long> atLeast(long version) {
    return cursor -> cursor != null && cursor >= version;
  }

  private static long late(Installation renkei) throws Exception {
    return tables(renkei).stream().mapToLong(StatusReport.Table::lateFound).max().orElse(0);
  }

  @Test
  void arrivesByReadingTheLastVersionsAgainAndIsTold() throws Exception {
    try (StandIn shop = shop();
        Installation renkei =
            Installation.of(
                folder,
                shop,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                """)) {
      Files.writeString(
          renkei.file(),
          Files.readString(renkei.file())
              .replace("source:\n", "source:\n  isolation: read_committed\n"));
      renkei.up();
      renkei.untilArrived(2);
      try (LateCommits.Hold hold =
          shop.lateCommits().holdNext(1, commit -> commit.database().equals("Shop"))) {
        var writing = inBackground(shop, "INSERT INTO dbo.Orders VALUES (2, N'late')");
        assertThat(hold.awaitWaiting(1, Duration.ofMinutes(1))).isTrue();
        sql(shop, "INSERT INTO dbo.Stock VALUES (2, 2)");
        renkei.until(() -> behind(renkei, 4));
        hold.close();
        writing.get(1, TimeUnit.MINUTES);
      }

      renkei.until(
          () ->
              late(renkei) > 0
                  ? Optional.empty()
                  : Optional.of("nothing came late: " + tables(renkei)));
      renkei.untilArrived(4);

      assertThat(renkei.client().query("SELECT Note FROM dbo.Orders ORDER BY Id", null, 9).rows())
          .extracting(row -> row.get(0))
          .containsExactly("first", "late");
      assertThat(renkei.run("status").output())
          .contains(". dbo.Orders: 1 change became visible late", "late_commit_overlap");
      assertThat(renkei.log()).contains("changes came late");
    }
  }
}
