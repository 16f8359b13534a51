package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.schema.TableName;
import dev.renkei.standin.tracking.LateCommits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits that become visible behind the cursor (SEMANTICS 14; change tracking, rule 22). */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LateCommitsTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Shop shop() throws Exception {
    Shop shop = Shop.withOrders();
    shop.sql("CREATE TABLE dbo.Stock (Id int NOT NULL PRIMARY KEY, Quantity int)");
    shop.sql("ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING");
    shop.sql("ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON");
    shop.isolation = Isolation.READ_COMMITTED;
    shop.overlap = 1000;
    return shop;
  }

  private static Tracker tracked(Shop shop) throws Exception {
    Tracker tracker = shop.track("a");
    shop.awaitSnapshot(tracker, ORDERS, 1);
    shop.awaitSnapshot(tracker, STOCK, 1);
    return tracker;
  }

  /** A commit that has its version and is not visible. */
  private static final class Late implements AutoCloseable {
    private final LateCommits.Hold hold;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Late(Shop shop, String statement) throws Exception {
      hold = shop.server.lateCommits().holdNext(1, commit -> true);
      Thread writer =
          new Thread(
              () -> {
                try {
                  shop.sql(statement);
                  done.complete(null);
                } catch (Exception e) {
                  done.completeExceptionally(e);
                }
              },
              "late-writer");
      writer.start();
      assertThat(hold.awaitWaiting(1, PATIENCE)).isTrue();
    }

    void becomesVisible() throws Exception {
      hold.close();
      done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      hold.close();
    }
  }

  /** Later commits, of the other table, have arrived: the cursors of both are past the late one. */
  private static void passes(Shop shop, Tracker tracker, int commits) throws Exception {
    for (int i = 0; i < commits; i++) {
      shop.sql("INSERT INTO dbo.Stock SELECT count(*) + 1, 1 FROM dbo.Stock");
    }
    shop.awaitMirror(STOCK);
    long version = version(shop);
    Shop.await(
        () -> cursor(tracker, STOCK) >= version && cursor(tracker, ORDERS) >= version,
        () -> tracker.state().toString());
  }

  private static long cursor(Tracker tracker, TableName table) {
    Long cursor = Shop.state(tracker, table).cursor();
    return cursor == null ? -1 : cursor;
  }

  private static long version(Shop shop) throws Exception {
    try (var connection = java.sql.DriverManager.getConnection(shop.server.jdbcUrl("Shop"));
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static boolean arrived(Shop shop) throws Exception {
    return Mirror.of(shop.hub, Shop.SOURCE, ORDERS).size() == 1;
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"READ_COMMITTED", "SNAPSHOT"})
  void aLateCommitOfAnIdleTableArrivesByReadingTheLastVersionsAgainAndIsCounted(Isolation isolation)
      throws Exception {
    try (Shop shop = shop()) {
      shop.isolation = isolation;
      Tracker tracker = tracked(shop);
      try (Late late = new Late(shop, "INSERT INTO dbo.Orders VALUES (1, N'late')")) {
        passes(shop, tracker, 2);
        assertThat(arrived(shop)).isFalse();
        late.becomesVisible();
      }

      shop.awaitMirror(ORDERS, STOCK);
      Shop.await(
          () -> Shop.state(tracker, ORDERS).lateFound() == 1, () -> tracker.state().toString());
      assertThat(Shop.state(tracker, STOCK).lateFound()).isZero();
    }
  }

  @Test
  void withoutReadingAgainTheLateCommitIsReallyLost() throws Exception {
    try (Shop shop = shop()) {
      shop.overlap = 0;
      Tracker tracker = tracked(shop);
      try (Late late = new Late(shop, "INSERT INTO dbo.Orders VALUES (1, N'late')")) {
        passes(shop, tracker, 2);
        late.becomesVisible();
      }

      passes(shop, tracker, 2);
      assertThat(shop.source(ORDERS)).hasSize(1);
      assertThat(arrived(shop)).isFalse();
    }
  }

  @Test
  void doesNotReachFurtherBackThanConfigured() throws Exception {
    try (Shop shop = shop()) {
      shop.overlap = 2;
      Tracker tracker = tracked(shop);
      try (Late late = new Late(shop, "INSERT INTO dbo.Orders VALUES (1, N'late')")) {
        passes(shop, tracker, 5);
        late.becomesVisible();
      }

      awaitReads(shop, 3);
      assertThat(arrived(shop)).isFalse();
    }
  }

  @Test
  void readsAgainAtARestartWhatBecameVisibleMeanwhile() throws Exception {
    try (Shop shop = shop()) {
      shop.overlapEvery = Duration.ofHours(1);
      Tracker tracker = tracked(shop);
      try (Late late = new Late(shop, "INSERT INTO dbo.Orders VALUES (1, N'late')")) {
        passes(shop, tracker, 2);
        tracker.close();
        late.becomesVisible();
      }

      Tracker again = shop.track("a");

      shop.awaitMirror(ORDERS, STOCK);
      assertThat(Shop.state(again, ORDERS).lateFound())
          .as("the new process does not know what the old one had read")
          .isZero();
    }
  }

  @Test
  void startsNoEarlierThanTheSourceKeepsChanges() throws Exception {
    try (Shop shop = shop()) {
      Tracker tracker = tracked(shop);
      shop.sql("INSERT INTO dbo.Orders VALUES (1, N'old')");
      passes(shop, tracker, 3);
      shop.clock.advance(Duration.ofDays(3));
      shop.server.cleanup("Shop");
      passes(shop, tracker, 1);

      awaitReads(shop, 4);

      assertThat(Shop.state(tracker, ORDERS))
          .satisfies(
              state -> {
                assertThat(state.snapshotsDone()).isEqualTo(1);
                assertThat(state.problem()).isNull();
                assertThat(state.lastReload()).isNull();
                assertThat(state.lateFound()).isZero();
              });
    }
  }

  /** The changes of orders, which are idle, are read again so many times. */
  private static void awaitReads(Shop shop, int times) throws Exception {
    AtomicInteger reads = new AtomicInteger();
    try (var watching =
        shop.server.onRequest(
            text -> {
              if (text.contains("CHANGETABLE(CHANGES [dbo].[Orders], @")) {
                reads.incrementAndGet();
              }
            })) {
      Shop.await(() -> reads.get() >= times, () -> reads + " reads");
    }
  }
}
