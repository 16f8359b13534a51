package dev.renkei.standin.tracking;

import static dev.renkei.standin.tracking.TrackedShop.DB;
import static dev.renkei.standin.tracking.TrackedShop.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.TrackedShop.MovableClock;
import dev.renkei.standin.tracking.TrackedShop.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Switching on and off, validity, definitions that change, late commits (rules 13 to 15, 27, 28).
 */
class TrackingLifeTest {
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

  private static void fails(int number, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(SqlError.class, e -> assertThat(e.number()).isEqualTo(number));
  }

  private Session insert(int id) throws Exception {
    return session.run("INSERT INTO %s VALUES(%d, 'a', 'b', 1)".formatted(orders.h2Name(), id));
  }

  private TrackedTable tracked() {
    return shop.tracking.trackedTable(orders).orElseThrow();
  }

  @Test
  void whatCannotBeSwitchedSaysWhy() throws Exception {
    ChangeTracking tracking = shop.tracking;
    Table keyless = shop.table("Keyless", 1, column(1, "id", SqlType.INT));
    Table bare =
        new Table(
            keyless.objectId(),
            DB,
            "dbo",
            "Keyless",
            keyless.kind(),
            keyless.columns(),
            null,
            List.of(),
            0);

    fails(5088, () -> tracking.enableDatabase("SHOP", Duration.ofDays(2), true));
    fails(5090, () -> tracking.enableDatabase("master", Duration.ofDays(2), true));
    fails(
        5092,
        () -> tracking.alterDatabase(DB, Optional.of(Duration.ofSeconds(59)), Optional.empty()));
    fails(4996, () -> tracking.enableTable(orders, true));
    fails(4997, () -> tracking.enableTable(bare, true));
    fails(4998, () -> tracking.disableTable(keyless));
    fails(22115, () -> tracking.disableDatabase(DB));
    fails(22105, () -> tracking.changesSql(keyless, "0", TrackedShop.ALL));
    fails(22111, () -> tracking.rowVersionSql(orders, List.of("name"), List.of("1")));
    fails(22112, () -> tracking.rowVersionSql(orders, List.of("id", "ID"), List.of("1", "1")));
    fails(22103, () -> tracking.rowVersionSql(orders, List.of("id"), List.of("1", "1")));
    tracking.disableTable(orders);
    tracking.disableDatabase(DB);
    fails(5089, () -> tracking.disableDatabase(DB));
    fails(1718, () -> tracking.enableTable(orders, true));
  }

  @Test
  void versionsAreNullWhereTrackingIsOff() throws Exception {
    insert(1).commit();
    assertThat(session.minValid(orders)).isZero();
    assertThat(session.number(shop.tracking.minValidVersionSql(DB, "4711"))).isNull();
    assertThat(session.number(shop.tracking.currentVersionSql("model"))).isNull();

    shop.tracking.disableTable(orders);
    assertThat(session.minValid(orders)).isNull();
    shop.tracking.disableDatabase(DB);
    assertThat(session.number(shop.tracking.currentVersionSql(DB))).isNull();
  }

  @Test
  void aTableIsValidFromTheVersionAtWhichTrackingBegan() throws Exception {
    insert(1).commit();
    insert(2).commit();
    shop.tracking.disableTable(orders);
    insert(3).commit();
    shop.tracking.enableTable(orders, true);

    assertThat(session.minValid(orders)).isEqualTo(2);
    assertThat(tracked().beginVersion()).isEqualTo(2);
    assertThat(session.shown(orders, null)).isEmpty();
    insert(4).commit();
    assertThat(session.shown(orders, 2L)).containsExactly("I 4 @3");
  }

  @Test
  void truncateBeginsAtAVersionOfItsOwn() throws Exception {
    insert(1).commit();
    insert(2).commit();
    shop.h2("TRUNCATE TABLE " + orders.h2Name());
    shop.tracking.truncated(orders);

    assertThat(tracked().beginVersion()).isEqualTo(3);
    assertThat(session.minValid(orders)).isEqualTo(3);
    assertThat(session.shown(orders, null)).isEmpty();
    insert(1).commit();
    assertThat(session.shown(orders, 3L)).containsExactly("I 1 @4");
  }

  @Test
  void aRecreatedTableIsAnother() throws Exception {
    insert(1).commit();
    shop.h2("DROP TABLE " + orders.h2Name());
    shop.instance.catalog().removeTable(orders);
    shop.tracking.dropped(orders);
    assertThat(shop.tracking.isTracked(orders)).isFalse();
    assertThat(session.minValid(orders)).isNull();

    Table again = shop.orders();
    assertThat(again.objectId()).isNotEqualTo(orders.objectId());
    assertThat(session.minValid(again)).isEqualTo(1);
    orders = again;
    insert(1).commit();
    assertThat(session.shown(again, 1L)).containsExactly("I 1 @2");
  }

  @Test
  void columnsComeAndGoWithoutLosingChanges() throws Exception {
    insert(1).commit();
    session.update("UPDATE " + orders.h2Name() + " SET \"note\" = 'x'", "note").commit();
    shop.h2(
        "ALTER TABLE " + orders.h2Name() + " ADD COLUMN \"late\" INT",
        "ALTER TABLE " + orders.h2Name() + " DROP COLUMN \"name\"",
        "UPDATE " + orders.h2Name() + " SET \"late\" = 0");
    List<Column> columns = new ArrayList<>(orders.columns());
    columns.remove(1);
    columns.add(column(40, "late", SqlType.INT));
    Table after = with(columns, orders.primaryKey());
    shop.tracking.altered(orders, after);

    assertThat(session.version()).as("definitions are not changes").isEqualTo(2);
    session.update("UPDATE " + after.h2Name() + " SET \"late\" = 2", "late").commit();
    assertThat(session.shown(after, 1L)).containsExactly("U 1 @3 000000000300000028000000");
    session
        .update(
            "UPDATE %s SET \"late\" = 2, \"note\" = 'z', \"amount\" = 1".formatted(after.h2Name()),
            "late",
            "note",
            "amount")
        .commit();
    assertThat(session.shown(after, 1L)).containsExactly("U 1 @4");
  }

  @Test
  void aRenamedKeyAndALongerOneKeepTheirChanges() throws Exception {
    Table codes =
        shop.table("Codes", 1, column(1, "code", SqlType.nvarchar(3)), column(2, "v", SqlType.INT));
    shop.tracking.enableTable(codes, true);
    session.run("INSERT INTO " + codes.h2Name() + " VALUES('abc', 1)").commit();
    shop.h2(
        "ALTER TABLE "
            + codes.h2Name()
            + " ALTER COLUMN \"code\" SET DATA TYPE VARCHAR_IGNORECASE(9)",
        "ALTER TABLE " + codes.h2Name() + " ALTER COLUMN \"code\" RENAME TO \"line\"");
    orders = codes;
    Table after =
        with(
            List.of(column(1, "line", SqlType.nvarchar(9)), column(2, "v", SqlType.INT)),
            new Table.Key("PK", 1, true, true, true, List.of("line"), List.of(false)));
    shop.tracking.altered(codes, after);
    session.run("INSERT INTO " + codes.h2Name() + " VALUES('abcdefghi', 1)").commit();

    assertThat(session.shown(after, null)).containsExactly("I abc @1", "I abcdefghi @2");
  }

  private Table with(List<Column> columns, Table.@Nullable Key key) {
    return new Table(
        orders.objectId(), DB, "dbo", orders.name(), orders.kind(), columns, key, List.of(), 0);
  }

  @Test
  void twoDatabasesGiveEachTheirVersion() throws Exception {
    shop.instance.catalog().createDatabase("Other");
    shop.tracking.enableDatabase("Other", Duration.ofHours(36), false);
    Table other = shop.table("Other", "T", 1, column(1, "id", SqlType.INT));
    shop.tracking.enableTable(other, true);
    insert(1).commit();
    insert(2);
    session.run("INSERT INTO " + other.h2Name() + " VALUES(1)").commit();

    assertThat(session.shown(orders, null)).containsExactly("I 1 @1", "I 2 @2");
    assertThat(session.shown(other, null)).containsExactly("I 1 @1");
  }

  @Test
  void aSnapshotSeesVersionsValidityAndChangesOfOneMoment() throws Exception {
    insert(1).commit();
    try (Session reader = shop.session()) {
      reader.snapshot();
      assertThat(reader.version()).isEqualTo(1);
      insert(2).commit();
      shop.tracking.truncated(orders);

      assertThat(reader.version()).isEqualTo(1);
      assertThat(reader.minValid(orders)).isZero();
      assertThat(reader.shown(orders, 0L)).containsExactly("I 1 @1");
      reader.commit();
      assertThat(reader.minValid(orders)).isEqualTo(3);
    }
  }

  @Test
  void aHeldCommitHasItsVersionBeforeOthersButIsSeenAfterThem() throws Exception {
    try (LateCommits.Hold hold = shop.tracking.lateCommits().holdNext(1, c -> true);
        Session slow = shop.session()) {
      slow.run("INSERT INTO %s VALUES(1, 'a', 'b', 1)".formatted(orders.h2Name()));
      CompletableFuture<Session> commit = async(slow);
      assertThat(hold.awaitWaiting(1, Duration.ofSeconds(20))).isTrue();
      insert(2).commit();

      assertThat(session.version()).isEqualTo(2);
      assertThat(session.shown(orders, 0L)).containsExactly("I 2 @2");
      session.commit();
      session.run("SET LOCK_TIMEOUT 1");
      assertThatThrownBy(
              () -> session.run("INSERT INTO %s VALUES(1, 'x', '', 0)".formatted(orders.h2Name())))
          .as("its locks stay held")
          .hasMessageContaining("lock");
      session.rollback();
      shop.clock.advance(Duration.ofDays(3));
      shop.tracking.cleanup(DB);
      assertThat(session.minValid(orders)).as("cleanup waits for it").isZero();

      hold.close();
      commit.get(20, TimeUnit.SECONDS);
      assertThat(session.shown(orders, 0L)).containsExactly("I 1 @1", "I 2 @2");
      assertThat(session.shown(orders, 2L)).as("the risk of rule 22").isEmpty();
    }
  }

  @Test
  void aDelayedCommitComesByItself() throws Exception {
    try (LateCommits.Hold hold =
        shop.tracking
            .lateCommits()
            .delayNext(1, Duration.ofMillis(50), c -> c.session() == session.transaction)) {
      insert(1).commit();

      assertThat(hold.waiting()).isZero();
      assertThat(session.shown(orders, 0L)).containsExactly("I 1 @1");
    }
  }

  private static CompletableFuture<Session> async(Session session) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return session.commit();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aReopenedInstanceGoesOn(@TempDir Path directory) throws Exception {
    MovableClock clock = new MovableClock();
    Table table;
    try (TrackedShop first = TrackedShop.open(directory, clock)) {
      first.instance.catalog().createDatabase(DB);
      first.tracking.enableDatabase(DB, Duration.ofDays(2), true);
      table = first.orders();
      try (Session writer = first.session()) {
        writer.run("INSERT INTO " + table.h2Name() + " VALUES(1, 'a', 'b', 1)").commit();
      }
    }
    try (TrackedShop again = TrackedShop.open(directory, clock);
        Session writer = again.session()) {
      writer.run("INSERT INTO " + table.h2Name() + " VALUES(2, 'a', 'b', 1)").commit();
      writer.update("UPDATE " + table.h2Name() + " SET \"note\" = 'x'", "note").commit();

      assertThat(writer.version()).isEqualTo(3);
      assertThat(writer.shown(table, 0L)).containsExactly("I 1 @3", "I 2 @3");
      assertThat(writer.shown(table, 1L)).containsExactly("U 1 @3 0000000003000000", "I 2 @3");
    }
  }
}
