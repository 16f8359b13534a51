package dev.renkei.standin.tracking;

import static dev.renkei.standin.tracking.TrackedShop.DB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.tracking.TrackedShop.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retention on a clock that the test moves (rules 13, 14, 16, 17). */
class CleanupTest {
  private TrackedShop shop;
  private Table orders;
  private Session session;

  @BeforeEach
  void open() throws Exception {
    shop = TrackedShop.open();
    orders = shop.orders();
    session = shop.session();
  }

  @AfterEach
  void close() throws Exception {
    session.close();
    shop.close();
  }

  private Session insert(int from, int count) throws Exception {
    return session.run(
        "INSERT INTO %s SELECT X, 'a', 'b', 1 FROM SYSTEM_RANGE(%d, %d)"
            .formatted(orders.h2Name(), from, from + count - 1));
  }

  private long rows(String table) throws Exception {
    Long count = session.number("COUNT(*) FROM " + table);
    session.commit();
    return count == null ? 0 : count;
  }

  private String side() {
    return SideTable.changesName(DB, orders.objectId());
  }

  @Test
  void whatIsOlderThanTheRetentionGoes() throws Exception {
    insert(1, 1).commit();
    insert(2, 1).commit();
    shop.clock.advance(Duration.ofHours(24));
    insert(3, 1).commit();
    shop.clock.advance(Duration.ofHours(25));
    shop.tracking.cleanup(DB);

    assertThat(session.minValid(orders)).isEqualTo(2);
    assertThat(session.shown(orders, 0L))
        .as("what is left, without an error")
        .containsExactly("I 3 @3");
    assertThat(shop.tracking.trackedTable(orders).orElseThrow().cleanupVersion()).isEqualTo(2);
    assertThat(rows(side())).isEqualTo(1);
    assertThat(rows(TrackingStore.commits(DB))).isEqualTo(1);
    assertThat(
            session.number(
                "SYS_CHANGE_VERSION FROM "
                    + shop.tracking.rowVersionSql(
                        orders, java.util.List.of("id"), java.util.List.of("1"))
                    + " v"))
        .isNull();
  }

  @Test
  void theCurrentVersionOutlivesAllCommits() throws Exception {
    insert(1, 3).commit();
    insert(4, 1).commit();
    shop.clock.advance(Duration.ofDays(9));
    shop.tracking.cleanup(DB);

    assertThat(session.version()).isEqualTo(2);
    assertThat(session.minValid(orders)).isEqualTo(2);
    assertThat(rows(side())).isZero();
    insert(5, 1).commit();
    assertThat(session.shown(orders, 2L)).containsExactly("I 5 @3");
  }

  @Test
  void theRetentionCanBeShortened() throws Exception {
    insert(1, 1).commit();
    shop.clock.advance(Duration.ofMinutes(2));
    shop.tracking.cleanup(DB);
    assertThat(session.minValid(orders)).isZero();

    shop.tracking.alterDatabase(DB, Optional.of(Duration.ofMinutes(1)), Optional.empty());
    shop.tracking.cleanup(DB);
    assertThat(session.minValid(orders)).isEqualTo(1);
  }

  @Test
  void aManyRowTransactionGoesInBatches() throws Exception {
    insert(1, 12_345).commit();
    insert(20_000, 10).commit();
    shop.clock.advance(Duration.ofDays(3));
    insert(30_000, 1).commit();
    shop.tracking.cleanup(DB);

    assertThat(rows(side())).isEqualTo(1);
    assertThat(session.shown(orders, null)).containsExactly("I 30000 @3");
  }

  @Test
  void aSnapshotKeepsItsRowsAndItsValidityWhileACleanupRuns() throws Exception {
    insert(1, 12_000).commit();
    try (Session snapshot = shop.session();
        Session committed = shop.session()) {
      snapshot.snapshot();
      assertThat(snapshot.minValid(orders)).isZero();
      assertThat(committed.changes(orders, 0L)).hasSize(12_000);
      shop.clock.advance(Duration.ofDays(3));
      shop.tracking.cleanup(DB);

      assertThat(snapshot.changes(orders, 0L)).hasSize(12_000);
      assertThat(snapshot.minValid(orders)).isZero();
      assertThat(committed.changes(orders, 0L)).isEmpty();
      assertThat(committed.minValid(orders)).isEqualTo(1);
    }
  }

  @Test
  void aReaderThatChecksValidityBeforeAndAfterNeverMissesRowsToARacingCleanup() throws Exception {
    for (int round = 0; round < 5; round++) {
      long since = session.version();
      insert(round * 20_000, 15_000).commit();
      shop.clock.advance(Duration.ofDays(3));
      CompletableFuture<Void> cleanup =
          CompletableFuture.runAsync(
              () -> {
                try {
                  shop.tracking.cleanup(DB);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      boolean valid;
      do {
        Long before = session.minValid(orders);
        int found = session.changes(orders, since).size();
        Long after = session.minValid(orders);
        valid = before != null && after != null && before <= since && after <= since;
        if (valid) {
          assertThat(found).isEqualTo(15_000);
        }
      } while (valid);
      cleanup.get(60, TimeUnit.SECONDS);
      assertThat(session.changes(orders, since)).isEmpty();
    }
  }
}
