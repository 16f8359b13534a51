package dev.renkei.standin.tracking;

import static dev.renkei.standin.tracking.TrackedShop.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.TrackedShop.Change;
import dev.renkei.standin.tracking.TrackedShop.Session;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The net changes of CHANGETABLE (rules 1 to 12 of docs/change-tracking.md).
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql">CHANGETABLE</a>
 */
class ChangeTableTest {
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

  private String t() {
    return orders.h2Name();
  }

  private Session insert(int... ids) throws Exception {
    for (int id : ids) {
      session.run("INSERT INTO " + t() + " VALUES(" + id + ", 'a', 'b', 1)");
    }
    return session;
  }

  @Test
  void rowsOfOneTransactionShareAVersion() throws Exception {
    insert(1, 2).commit();
    insert(3).commit();

    assertThat(session.version()).isEqualTo(2);
    assertThat(session.shown(orders, 0L)).containsExactly("I 1 @1", "I 2 @1", "I 3 @2");
    assertThat(session.shown(orders, 1L)).containsExactly("I 3 @2");
    assertThat(session.shown(orders, 2L)).isEmpty();
  }

  @Test
  void aCursorOfNullKnowsNothing() throws Exception {
    insert(1).commit();

    assertThat(session.shown(orders, null)).containsExactly("I 1 @1");
    assertThat(session.shown(orders, Long.MAX_VALUE)).isEmpty();
    assertThat(session.shown(orders, Long.MIN_VALUE)).containsExactly("I 1 @1");
  }

  @Test
  void theOperationIsRelativeToTheCursor() throws Exception {
    insert(1).commit();
    session.update("UPDATE " + t() + " SET \"name\" = 'x'", "name").commit();

    assertThat(session.shown(orders, 0L)).containsExactly("I 1 @2");
    assertThat(session.changes(orders, 0L).get(0).creation()).isEqualTo(1);
    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @2 0000000002000000");
    assertThat(session.changes(orders, 1L).get(0).creation()).isNull();
  }

  @Test
  void aChangedKeyIsADeleteAndAnInsert() throws Exception {
    insert(1).commit();
    session.update("UPDATE " + t() + " SET \"id\" = 7", "id").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("D 1 @2", "I 7 @2");
    assertThat(session.shown(orders, 0L)).containsExactly("D 1 @2", "I 7 @2");
  }

  @Test
  void keysThatShiftIntoEachOtherStayWhereTheyAreStillTaken() throws Exception {
    insert(1, 2, 3).commit();
    session.update("UPDATE " + t() + " SET \"id\" = \"id\" + 1", "id").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("D 1 @2", "U 2 @2", "U 3 @2", "I 4 @2");
  }

  @Test
  void keysThatShiftDownDoSoToo() throws Exception {
    insert(1, 2, 3).commit();
    session.update("UPDATE " + t() + " SET \"id\" = \"id\" - 1", "id");
    session.update("UPDATE " + t() + " SET \"amount\" = 5 WHERE \"id\" = 1", "amount");
    session.run("DELETE FROM " + t() + " WHERE \"id\" = 2").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("I 0 @2", "U 1 @2", "D 2 @2", "D 3 @2");
  }

  @Test
  void settingAKeyToItselfIsADeleteAndAnInsertOfIt() throws Exception {
    insert(1).commit();
    session.update("UPDATE " + t() + " SET \"id\" = \"id\"", "id").commit();

    Change change = session.changes(orders, 1L).get(0);
    assertThat(change.toString()).isEqualTo("U 1 @2");
    assertThat(change.creation()).isEqualTo(2);
  }

  @Test
  void deleteThenReinsertIsAnUpdateOfAllColumns() throws Exception {
    insert(1).commit();
    session.run("DELETE FROM " + t());
    insert(1).commit();
    session.update("UPDATE " + t() + " SET \"name\" = 'x'", "name").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @3");
    assertThat(session.shown(orders, 2L)).containsExactly("U 1 @3 0000000002000000");
  }

  @Test
  void insertThenDeleteInsideTheWindowIsADelete() throws Exception {
    insert(1).commit();
    session.run("DELETE FROM " + t()).commit();
    insert(2);
    session.run("DELETE FROM " + t()).commit();

    assertThat(session.shown(orders, 0L)).containsExactly("D 1 @2", "D 2 @3");
  }

  @Test
  void masksOfSeveralUpdatesAreUnited() throws Exception {
    insert(1).commit();
    session.update("UPDATE " + t() + " SET \"name\" = 'x'", "NAME").commit();
    session.update("UPDATE " + t() + " SET \"amount\" = 2", "amount").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @3 000000000200000004000000");
    assertThat(session.shown(orders, 2L)).containsExactly("U 1 @3 0000000004000000");
  }

  @Test
  void anUpdateOfAllColumnsAtOnceHasNoMask() throws Exception {
    insert(1).commit();
    session
        .update(
            "UPDATE " + t() + " SET \"name\" = 'x', \"note\" = 'y', \"amount\" = 1",
            "name",
            "note",
            "amount")
        .commit();
    session.update("UPDATE " + t() + " SET \"name\" = 'x'", "name").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @3");
  }

  @Test
  void aColumnThatIsSetToItsValueCountsAsChanged() throws Exception {
    insert(1).commit();
    session.update("UPDATE " + t() + " SET \"name\" = \"name\"", "name").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @2 0000000002000000");
  }

  @Test
  void withoutASetListTheValuesTell() throws Exception {
    insert(1).commit();
    session.run("UPDATE " + t() + " SET \"name\" = 'A', \"amount\" = 1").commit();

    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @2 0000000002000000");
  }

  @Test
  void withoutColumnTrackingThereIsNoMask() throws Exception {
    Table plain =
        shop.table(
            "Plain",
            1,
            column(1, "id", SqlType.INT),
            column(2, "v", SqlType.INT),
            column(3, "w", SqlType.INT));
    shop.tracking.enableTable(plain, false);
    session.run("INSERT INTO " + plain.h2Name() + " VALUES(1, 1, 1)").commit();
    session.update("UPDATE " + plain.h2Name() + " SET \"v\" = 2", "v").commit();

    assertThat(session.shown(plain, 1L)).containsExactly("U 1 @2");
  }

  @Test
  void computedColumnsAreNeverListedAndRowVersionsAlways() throws Exception {
    Table.Column computed =
        new Table.Column(
            3,
            "twice",
            new Table.SqlColumnType(SqlType.INT, null),
            true,
            null,
            "\"v\" * 2",
            true,
            null,
            null);
    Table table =
        shop.table(
            "Computed",
            1,
            column(1, "id", SqlType.INT),
            column(2, "v", SqlType.INT),
            computed,
            column(4, "w", SqlType.INT),
            column(5, "stamp", SqlType.ROWVERSION));
    shop.tracking.enableTable(table, true);
    session
        .run("INSERT INTO " + table.h2Name() + "(\"id\", \"v\", \"w\") VALUES(1, 1, 1)")
        .commit();
    session.update("UPDATE " + table.h2Name() + " SET \"v\" = 2", "v").commit();
    session.update("UPDATE " + table.h2Name() + " SET \"v\" = 3, \"w\" = 3", "v", "w").commit();

    assertThat(session.shown(table, 2L)).containsExactly("U 1 @3");
    session.update("UPDATE " + table.h2Name() + " SET \"v\" = 2", "v").commit();
    assertThat(session.shown(table, 3L)).containsExactly("U 1 @4 000000000200000005000000");
  }

  @Test
  void theContextIsThatOfTheLastChange() throws Exception {
    session.run("INSERT INTO " + t() + " VALUES(1, 'a', 'b', 1)", new byte[] {1, 2}, null).commit();
    assertThat(session.changes(orders, 0L).get(0).context()).isEqualTo("0102");

    session.update("UPDATE " + t() + " SET \"amount\" = 9", "amount").commit();
    assertThat(session.changes(orders, 0L).get(0).context()).isNull();
  }

  @Test
  void keysThatCompareAsEqualAreOneKeyShownAsLastSpelled() throws Exception {
    Table codes =
        shop.table(
            "Codes", 1, column(1, "code", SqlType.nvarchar(20)), column(2, "v", SqlType.INT));
    shop.tracking.enableTable(codes, true);
    session.run("INSERT INTO " + codes.h2Name() + " VALUES('abc', 1)").commit();
    session.update("UPDATE " + codes.h2Name() + " SET \"code\" = 'ABC'", "code").commit();

    assertThat(session.shown(codes, 0L)).containsExactly("I ABC @2");
    assertThat(session.shown(codes, 1L)).containsExactly("U ABC @2");
  }

  @Test
  void compositeKeysWhosePartsLookAlikeStayApart() throws Exception {
    Table lines =
        shop.table(
            "Lines", 2, column(1, "id", SqlType.INT), column(2, "line", SqlType.nvarchar(9)));
    shop.tracking.enableTable(lines, true);
    session.run("INSERT INTO " + lines.h2Name() + " VALUES(1, '23'), (12, '3')").commit();

    assertThat(session.shown(lines, null)).containsExactly("I 1|23 @1", "I 12|3 @1");
  }

  @Test
  void everyTypeOfKeyKeepsItsExactValue() throws Exception {
    record Case(SqlType type, String literal) {}
    List<Case> cases =
        List.of(
            new Case(SqlType.DATE, "DATE '1950-05-07'"),
            new Case(SqlType.fractional(Kind.TIME, 7), "TIME '23:59:59.1234567'"),
            new Case(
                SqlType.fractional(Kind.DATETIME2, 7), "TIMESTAMP '1948-05-02 00:30:00.1234567'"),
            new Case(
                SqlType.fractional(Kind.DATETIMEOFFSET, 7),
                "TIMESTAMP WITH TIME ZONE '2026-03-29 02:30:00.1234567+01:00'"),
            new Case(SqlType.decimal(38, 10), "1234567890123456789012345678.0123456789"),
            new Case(SqlType.UNIQUEIDENTIFIER, "UUID '01020304-0506-0708-090a-0b0c0d0e0f10'"),
            new Case(SqlType.sized(Kind.BINARY, 4), "X'01020304'"),
            new Case(SqlType.FLOAT, "CAST(0.1 AS DOUBLE PRECISION)"),
            new Case(SqlType.BIGINT, "-9223372036854775808"),
            new Case(SqlType.BIT, "TRUE"));
    for (Case c : cases) {
      String name = "Key" + cases.indexOf(c);
      Table table = shop.table(name, 1, column(1, "id", c.type()), column(2, "v", SqlType.INT));
      shop.tracking.enableTable(table, false);
      long before = session.version();
      session.run("INSERT INTO %s VALUES(%s, 1)".formatted(table.h2Name(), c.literal())).commit();

      Long same =
          session.number(
              "COUNT(*) FROM %s ct JOIN %s t ON t.\"id\" = ct.\"id\" WHERE ct.\"id\" = %s"
                  .formatted(
                      shop.tracking.changesSql(table, "" + before, Set.of("id")),
                      table.h2Name(),
                      c.literal()));
      assertThat(same).as(c.type().declaration()).isEqualTo(1);
    }
  }

  @Test
  void anAwkwardNameIsJustAName() throws Exception {
    Table table =
        shop.table(
            "Group \"by\" ü]",
            1,
            column(1, "id", SqlType.INT),
            column(2, "select \"x\"", SqlType.INT));
    shop.tracking.enableTable(table, true);
    session.run("INSERT INTO " + table.h2Name() + " VALUES(1, 1)").commit();

    assertThat(session.shown(table, null)).containsExactly("I 1 @1");
  }

  @Test
  void rollbacksLeaveNothingWholeToASavepointOrOfOneStatement() throws Exception {
    insert(1).rollback();
    assertThat(session.version()).isZero();

    insert(1);
    session.run("SAVEPOINT s");
    insert(2);
    session.run("ROLLBACK TO SAVEPOINT s");
    insert(3);
    try {
      session.run("INSERT INTO " + t() + " VALUES(4, 'a', 'b', 1), (1, 'a', 'b', 1)");
    } catch (java.sql.SQLException duplicate) {
      assertThat(duplicate.getErrorCode()).isEqualTo(23505);
    }
    session.commit();

    assertThat(session.shown(orders, 0L)).containsExactly("I 1 @1", "I 3 @1");
  }

  @Test
  void aTransactionWhoseChangesAllVanishedGetsNoVersion() throws Exception {
    session.run("SAVEPOINT s");
    insert(1);
    session.run("ROLLBACK TO SAVEPOINT s").commit();

    assertThat(session.version()).isZero();
    assertThat(session.exists(orders, 0L)).isFalse();
  }

  @Test
  void uncommittedChangesAreNobodysNotEvenTheWriters() throws Exception {
    insert(1);

    assertThat(session.shown(orders, 0L)).isEmpty();
    assertThat(session.exists(orders, 0L)).isFalse();
    session.commit();
    assertThat(session.exists(orders, 0L)).isTrue();
    assertThat(session.exists(orders, 1L)).isFalse();
  }

  @Test
  void aTransactionThatStartsFirstAndCommitsLastComesLast() throws Exception {
    insert(1, 2).commit();
    try (Session slow = shop.session()) {
      slow.update("UPDATE " + t() + " SET \"name\" = 'slow' WHERE \"id\" = 1", "name");
      session.run("DELETE FROM " + t() + " WHERE \"id\" = 2").commit();
      slow.run("INSERT INTO " + t() + " VALUES(2, 'again', '', 0)").commit();
    }

    assertThat(session.shown(orders, 1L)).containsExactly("U 1 @3 0000000002000000", "U 2 @3");
    assertThat(session.shown(orders, 2L)).containsExactly("U 1 @3 0000000002000000", "I 2 @3");
  }

  private String text(String sql) throws Exception {
    try (var statement = session.h2.createStatement();
        var row = statement.executeQuery("SELECT " + sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void aRowTellsItsVersionAndContext() throws Exception {
    session.run("INSERT INTO " + t() + " VALUES(1, 'a', 'b', 1)", new byte[] {9}, null).commit();
    insert(2).commit();
    shop.h2("INSERT INTO " + t() + " VALUES(3, 'untracked', '', 1)");

    String versions = shop.tracking.rowVersionsSql(orders);
    String joined =
        "STRING_AGG(t.\"id\" || ':' || COALESCE(v.SYS_CHANGE_VERSION, 0), ',' ORDER BY t.\"id\") FROM %s t JOIN %s v ON v.\"id\" = t.\"id\""
            .formatted(t(), versions);
    assertThat(text(joined)).isEqualTo("1:1,2:2,3:0");
    String nested =
        "STRING_AGG(t.\"id\" || ':' || (SELECT COALESCE(v.SYS_CHANGE_VERSION, 0) FROM %s v WHERE v.\"id\" = t.\"id\"), ',') FROM %s t WHERE t.\"id\" = 2"
            .formatted(versions, t());
    assertThat(text(nested)).isEqualTo("2:2");
    String one = shop.tracking.rowVersionSql(orders, List.of("id"), List.of("1"));
    try (var statement = session.h2.createStatement();
        var row = statement.executeQuery("SELECT SYS_CHANGE_CONTEXT, \"id\" FROM " + one + " v")) {
      row.next();
      assertThat(row.getBytes(1)).containsExactly(9);
      assertThat(row.next()).isFalse();
    }
    assertThat(
            session.number(
                "COUNT(*) FROM "
                    + shop.tracking.rowVersionSql(orders, List.of("id"), List.of("99"))
                    + " v"))
        .isZero();
  }
}
