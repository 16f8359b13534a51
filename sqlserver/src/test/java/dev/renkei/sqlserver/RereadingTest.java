package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.Reading;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.Rereading.Reason;
import dev.renkei.sqlserver.SourceTable.Shape;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.Validity.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes of a table make its rows out of date, decided without a server. */
class RereadingTest {
  private static final TableName TABLE = new TableName("dbo", "T");
  private static final Column ID = new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false);
  private static final String CI = "Latin1_General_CI_AS";

  private static Column column(String name, String type, @Nullable String collation) {
    String[] parts = type.split("[(,)]");
    TypeKind kind = TypeKind.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT));
    int first = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    int second = parts.length > 2 ? Integer.parseInt(parts[2]) : 0;
    boolean decimal = kind == TypeKind.DECIMAL;
    boolean timed = kind == TypeKind.DATETIME2 || kind == TypeKind.TIME;
    return new Column(
        name,
        kind,
        decimal || timed ? 0 : first,
        decimal ? first : 0,
        decimal ? second : timed ? first : 0,
        kind.isText() ? collation : null,
        true,
        0,
        false);
  }

  private static SourceTable table(int maxColumnId, List<Integer> ids, Column... columns) {
    return table(maxColumnId, ids, Set.of(), columns);
  }

  private static SourceTable table(
      int maxColumnId, List<Integer> ids, Set<Integer> defaulted, Column... columns) {
    return new SourceTable(
        new Shape(7, 1, maxColumnId),
        new TableSchema(TABLE, List.of(columns)),
        ids,
        defaulted,
        new Tracking(3, 5L),
        false);
  }

  private static Optional<String> reason(SourceTable before, SourceTable now) {
    return reason(before, Set.of(), now);
  }

  private static Optional<String> reason(SourceTable before, Set<String> used, SourceTable now) {
    return Rereading.reason(Rereading.of(before, ""), before.schema(), used, now, "")
        .map(Reason::sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int | bigint | false",
        "tinyint | smallint | false",
        "bigint | int | true",
        "int | decimal(10,0) | true",
        "varchar(10) | varchar(20) | false",
        "nvarchar(10) | nvarchar(2147483647) | false",
        "varbinary(10) | varbinary(20) | false",
        "char(10) | char(20) | true",
        "nchar(10) | nchar(20) | true",
        "binary(4) | binary(8) | true",
        "varchar(10) | nvarchar(10) | true",
        "decimal(10,2) | decimal(18,2) | false",
        "decimal(10,2) | decimal(18,4) | true",
        "datetime | datetime2(7) | true",
        "datetime2(3) | datetime2(7) | true",
        "real | float | true",
        "int | int | false",
      })
  void anAlteredTypeIsReadAgainWhereOldValuesReadOtherwise(
      String before, String now, boolean again) {
    SourceTable old = table(2, List.of(1, 2), ID, column("A", before, CI));
    SourceTable altered = table(2, List.of(1, 2), ID, column("A", now, CI));

    assertThat(reason(old, altered).isPresent()).isEqualTo(again);
    if (again) {
      assertThat(reason(old, altered).orElseThrow()).startsWith("column A was ");
    }
  }

  @ParameterizedTest
  @CsvSource({"varchar(10),true", "nvarchar(10),false"})
  void anotherCollationMattersWhereItDecidesTheCodePage(String type, boolean again) {
    SourceTable old = table(2, List.of(1, 2), ID, column("A", type, CI));
    SourceTable altered = table(2, List.of(1, 2), ID, column("A", type, "Japanese_CI_AS"));

    assertThat(reason(old, altered).isPresent()).isEqualTo(again);
  }

  @Test
  void aRenamedColumnIsReadAgain() {
    SourceTable old = table(2, List.of(1, 2), ID, column("A", "int", null));
    SourceTable renamed = table(2, List.of(1, 2), ID, column("B", "int", null));

    assertThat(reason(old, renamed)).contains("column A was renamed to B");
  }

  @Test
  void aColumnThatWasDroppedAndAddedUnderItsNameIsANewOne() {
    SourceTable old = table(2, List.of(1, 2), ID, column("A", "int", null));
    SourceTable now = table(3, List.of(1, 3), Set.of(3), ID, column("A", "int", null));

    assertThat(reason(old, now)).contains("column A was added with values");
  }

  @Test
  void anEmptyColumnIsReadAgainWhereItsNameHasHadValues() {
    SourceTable without = table(2, List.of(1), ID);
    SourceTable again = table(3, List.of(1, 3), ID, column("A", "int", null));

    assertThat(reason(without, Set.of("Id", "a"), again))
        .contains("column A was dropped and added again");
    assertThat(reason(without, Set.of("Id", "B"), again)).isEmpty();
  }

  @Test
  void namesAreUsedThatASchemaHasOrOneThatWasReadBefore() {
    SchemaRecord first = record("1", 5, ID, column("A", "int", null));
    SchemaRecord second = record("2", 7, ID, column("B", "int", null));
    SchemaRecord third = record("3", 9, ID, column("C", "int", null));

    List<SchemaRecord> all = List.of(first, second, third);

    assertThat(Rereading.used(second.schema(), new Sequence(1, 8, 0), all))
        .containsExactlyInAnyOrder("Id", "A", "B");
    assertThat(Rereading.used(first.schema(), new Sequence(1, 8, 0), all))
        .as("the table has gone back to a schema")
        .containsExactlyInAnyOrder("Id", "A", "B");
  }

  private static SchemaRecord record(String id, long version, Column... columns) {
    return new SchemaRecord(
        "shop", id, new TableSchema(TABLE, List.of(columns)), new Sequence(1, version, 0));
  }

  @Test
  void anAddedColumnIsReadAgainWhereOldRowsMayHaveAValue() {
    SourceTable old = table(1, List.of(1), ID);
    Column nullable = column("A", "int", null);
    Column required = new Column("A", TypeKind.INT, 0, 0, 0, null, false, 0, false);
    Column computed = new Column("A", TypeKind.INT, 0, 0, 0, null, true, 0, true);
    Column version = new Column("A", TypeKind.ROWVERSION, 0, 0, 0, null, true, 0, false);

    assertThat(reason(old, table(2, List.of(1, 2), ID, nullable))).isEmpty();
    assertThat(reason(old, table(2, List.of(1, 2), Set.of(2), ID, nullable))).isPresent();
    assertThat(reason(old, table(2, List.of(1, 2), ID, required))).isPresent();
    assertThat(reason(old, table(2, List.of(1, 2), ID, computed))).isPresent();
    assertThat(reason(old, table(2, List.of(1, 2), ID, version))).isPresent();
  }

  @Test
  void aDroppedColumnIsNotReadAgain() {
    SourceTable old = table(2, List.of(1, 2), ID, column("A", "int", null));

    assertThat(reason(old, table(2, List.of(1), ID))).isEmpty();
  }

  @Test
  void aColumnThatBecomesComputedOrAKeyIsReadAgain() {
    SourceTable old = table(2, List.of(1, 2), ID, column("A", "int", null));
    Column computed = new Column("A", TypeKind.INT, 0, 0, 0, null, true, 0, true);
    Column key = new Column("A", TypeKind.INT, 0, 0, 0, null, false, 2, false);

    assertThat(reason(old, table(2, List.of(1, 2), ID, computed)))
        .contains("column A was int and is computed as int now");
    assertThat(reason(old, table(2, List.of(1, 2), ID, key)))
        .contains("the primary key is another one");
  }

  @Test
  void aColumnThatWasLeftOutAndAnotherFilterAreTheConfigurations() {
    SourceTable partial = table(2, List.of(1), ID);
    SourceTable whole = table(2, List.of(1, 2), ID, column("A", "int", null));

    assertThat(Rereading.reason(Rereading.of(partial, ""), partial.schema(), Set.of(), whole, ""))
        .contains(new Reason(true, "column A is read now"));
    assertThat(Rereading.reason(Rereading.of(whole, ""), whole.schema(), Set.of(), whole, "abc"))
        .contains(new Reason(true, "its `where` is another one"));
  }

  @Test
  void rowsOfASchemaThatIsLostAreReadAgain() {
    SourceTable whole = table(1, List.of(1), ID);

    assertThat(Rereading.reason(Rereading.of(whole, ""), null, Set.of(), whole, "")).isPresent();
  }

  private static Cursor cursor(String tracker, int done, int pending, Reading reading) {
    return new Cursor(
        tracker,
        "shop",
        TABLE,
        1,
        10,
        7,
        3,
        done,
        pending == 0 ? null : Cursor.SnapshotProgress.wanted(pending, 10, Instant.EPOCH, null),
        reading,
        "new",
        null,
        Instant.EPOCH.plusSeconds(100));
  }

  @Test
  void whatAnotherTrackerHasBegunForTheSameReasonIsTaken() {
    Reading now = Rereading.of(table(1, List.of(1), ID), "");
    Reading before = Rereading.of(table(2, List.of(1), ID), "");

    assertThat(Rereading.takenByAnother(List.of(cursor("b", 1, 2, now)), "a", now)).isEqualTo(2);
    assertThat(Rereading.takenByAnother(List.of(cursor("b", 3, 0, now)), "a", now)).isEqualTo(3);
    assertThat(Rereading.takenByAnother(List.of(cursor("b", 1, 2, before)), "a", now)).isZero();
    assertThat(Rereading.takenByAnother(List.of(cursor("a", 1, 2, now)), "a", now)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"b,new,50,false", "b,old,50,true", "b,old,150,false", "a,old,50,false"})
  void anotherConfigurationCountsWhileItsTrackerLives(
      String tracker, String config, int since, boolean live) {
    Reading any = Rereading.of(table(1, List.of(1), ID), "");

    assertThat(
            Rereading.isAnotherConfigurationLive(
                List.of(cursor("b", 1, 0, any)),
                tracker.equals("b") ? "a" : "b",
                config.equals("new") ? "new" : "old",
                Instant.EPOCH.plusSeconds(since)))
        .isEqualTo(live);
  }

  @Test
  void onlyCursorsOfTheSameTableAndHistoryHold() {
    Reading any = Rereading.of(table(1, List.of(1), ID), "");
    List<Cursor> one = List.of(cursor("b", 1, 0, any));

    assertThat(Rereading.valid(one, 1, new Identity(7, 3), new Tracking(3, 5L))).hasSize(1);
    assertThat(Rereading.valid(one, 2, new Identity(7, 3), new Tracking(3, 5L))).isEmpty();
    assertThat(Rereading.valid(one, 1, new Identity(8, 3), new Tracking(3, 5L))).isEmpty();
    assertThat(Rereading.valid(one, 1, new Identity(7, 4), new Tracking(4, 5L))).isEmpty();
    assertThat(Rereading.valid(one, 1, new Identity(7, 3), new Tracking(3, 11L))).isEmpty();
  }
}
