package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can happen to a table's columns, each on a table of its own, all in one life of
 * {@code renkei up}: it arrives without a restart, and rows that nobody has touched are right too.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SchemaChangesTest {
  /** What is done to a table, and why it must be loaded again; empty where it need not be. */
  private record Change(String sql, String reason) {}

  private static final Map<String, Change> CHANGES = changes();

  /** Values of another scale or type are not written as they were then. */
  private static final Set<String> NOT_AS_OF = Set.of("Scaled", "Retyped");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder = Path.of("");

  private static TrackedDatabase shop;
  private static Map<String, String> beforeLastStart;
  private static Map<String, String> afterLastStart;

  private static Map<String, Change> changes() {
    Map<String, Change> all = new LinkedHashMap<>();
    all.put("Nullable", new Change("ALTER TABLE % ADD Extra int NULL", ""));
    all.put(
        "Later",
        new Change(
            "ALTER TABLE % ADD Extra int NULL CONSTRAINT DF_Later DEFAULT 7", "added with values"));
    all.put(
        "Valued",
        new Change(
            "ALTER TABLE % ADD Extra int NULL CONSTRAINT DF_Valued DEFAULT 7 WITH VALUES",
            "added with values"));
    all.put(
        "Mandatory",
        new Change(
            "ALTER TABLE % ADD Extra int NOT NULL CONSTRAINT DF_Mandatory DEFAULT 7",
            "added with values"));
    all.put("Doubled", new Change("ALTER TABLE % ADD Extra AS (Number * 2)", "added with values"));
    all.put("Dropped", new Change("ALTER TABLE % DROP COLUMN Number", ""));
    all.put(
        "Renamed",
        new Change(
            "EXEC sp_rename N'%.Note', N'Remark', N'COLUMN'", "column Note was renamed to Remark"));
    all.put("Widened", new Change("ALTER TABLE % ALTER COLUMN Number bigint NULL", ""));
    all.put("Longer", new Change("ALTER TABLE % ALTER COLUMN Note nvarchar(400) NULL", ""));
    all.put("Precise", new Change("ALTER TABLE % ALTER COLUMN Price decimal(18,2) NULL", ""));
    all.put(
        "Scaled",
        new Change("ALTER TABLE % ALTER COLUMN Price decimal(18,4) NULL", "column Price was"));
    all.put(
        "Retyped",
        new Change("ALTER TABLE % ALTER COLUMN Number nvarchar(20) NULL", "column Number was"));
    all.put(
        "Recomputed",
        new Change(
            "ALTER TABLE % DROP COLUMN Total ALTER TABLE % ADD Total AS (Number * 3)",
            "added with values"));
    all.put(
        "Readded",
        new Change(
            "ALTER TABLE % DROP COLUMN Number ALTER TABLE % ADD Number int NULL", "column Number"));
    all.put(
        "Rekeyed",
        new Change(
            """
            ALTER TABLE % DISABLE CHANGE_TRACKING
            ALTER TABLE % DROP CONSTRAINT PK_Rekeyed
            ALTER TABLE % ADD CONSTRAINT PK_Rekeyed PRIMARY KEY (Part, Id)
            ALTER TABLE % ENABLE CHANGE_TRACKING
            """,
            "Change Tracking was switched off and on"));
    all.put(
        "WiderKey",
        new Change(
            """
            ALTER TABLE % DISABLE CHANGE_TRACKING
            ALTER TABLE % DROP CONSTRAINT PK_WiderKey
            ALTER TABLE % ALTER COLUMN Id bigint NOT NULL
            ALTER TABLE % ADD CONSTRAINT PK_WiderKey PRIMARY KEY (Id)
            ALTER TABLE % ENABLE CHANGE_TRACKING
            """,
            "Change Tracking was switched off and on"));
    return all;
  }

  private static String name(String table) {
    return "dbo." + table;
  }

  private static Set<String> changed() {
    Set<String> all = new TreeSet<>();
    CHANGES.keySet().forEach(table -> all.add(name(table)));
    return all;
  }

  @BeforeAll
  static void live() throws Exception {
    shop =
        TrackedDatabase.open(
            folder,
            """
              defaults: {interval: 100ms}
              include: ["dbo.*"]
            """);
    CHANGES.keySet().forEach(SchemaChangesTest::create);
    shop.sql(TrackedDatabase.table("dbo.OldName"));
    shop.up();
    Set<String> all = changed();
    all.add("dbo.OldName");
    shop.renkei().until(() -> Progress.of(shop.renkei().status()).withoutSnapshot(all));
    CHANGES.keySet().forEach(table -> write(table, 1));
    settle(changed());
    Set<String> asOf = changed();
    NOT_AS_OF.forEach(table -> asOf.remove(name(table)));
    shop.note(asOf);

    for (Map.Entry<String, Change> change : CHANGES.entrySet()) {
      write(change.getKey(), 2);
      shop.sql(change.getValue().sql().replace("%", name(change.getKey())));
      write(change.getKey(), 3);
    }
    shop.sql(TrackedDatabase.table("dbo.Newcomer"));
    shop.sql("EXEC sp_rename N'dbo.OldName', N'NewName'");
    shop.sql("INSERT INTO dbo.NewName VALUES (4, N'four')");
    settle(changed());
    shop.untilEqual("dbo.Newcomer", "dbo.NewName");
    shop.untilProblem("dbo.OldName", "dbo.OldName", "");
    useWhatIsNew();
    shop.renkei().untilArrived(shop.version(), Set.of("dbo.OldName"));
    settle(changed());
    shop.stop();

    beforeLastStart = shop.traces();
    shop.up();
    shop.renkei().untilArrived(shop.version());
    shop.stop();
    afterLastStart = shop.traces();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static void create(String table) {
    sql(
        """
        CREATE TABLE dbo.%1$s (Id int NOT NULL, Part int NOT NULL CONSTRAINT DF_%1$s_Part DEFAULT 1,
          Note nvarchar(40), Number int, Price decimal(9,2), %2$s CONSTRAINT PK_%1$s PRIMARY KEY (Id))
        INSERT INTO dbo.%1$s (Id, Note, Number, Price) VALUES (1, N'one', 1, 1.5), (2, N'two', 2, -2.25), (3, NULL, NULL, NULL)
        ALTER TABLE dbo.%1$s ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
        """
            .formatted(table, table.equals("Recomputed") ? "Total AS (Number * 2)," : ""));
  }

  /** Touches only columns that stay as they are. */
  private static void write(String table, int round) {
    sql(
        """
        INSERT INTO dbo.%1$s (Id, Price) VALUES (%2$d, %4$d.5), (%3$d, NULL)
        UPDATE dbo.%1$s SET Price = %4$d WHERE Id = 1
        DELETE FROM dbo.%1$s WHERE Id = %3$d
        """
            .formatted(table, round * 10, round * 10 + 1, round));
  }

  private static void sql(String script) {
    try {
      shop.sql(script);
    } catch (SQLException e) {
      throw new AssertionError(script, e);
    }
  }

  private static void settle(Set<String> tables) throws Exception {
    shop.untilEqual(tables.toArray(String[]::new));
  }

  /** Values that the old shape could not hold. */
  private static void useWhatIsNew() {
    sql(
        """
        UPDATE dbo.Nullable SET Extra = 1 WHERE Id = 2
        UPDATE dbo.Later SET Extra = 1 WHERE Id = 2
        INSERT INTO dbo.Later (Id) VALUES (50)
        UPDATE dbo.Mandatory SET Extra = 1 WHERE Id = 2
        UPDATE dbo.Renamed SET Remark = N'changed' WHERE Id = 2
        UPDATE dbo.Widened SET Number = 9223372036854775807 WHERE Id = 2
        UPDATE dbo.Longer SET Note = REPLICATE(N'長', 400) WHERE Id = 2
        UPDATE dbo.Precise SET Price = 9999999999999999.99 WHERE Id = 2
        UPDATE dbo.Scaled SET Price = 99999999999999.9999 WHERE Id = 2
        UPDATE dbo.Retyped SET Number = N'not a number' WHERE Id = 2
        UPDATE dbo.Recomputed SET Number = 5 WHERE Id = 2
        UPDATE dbo.Readded SET Number = 5 WHERE Id = 2
        INSERT INTO dbo.Rekeyed (Part, Id, Note) VALUES (2, 1, N'another one')
        INSERT INTO dbo.WiderKey (Id, Note) VALUES (9223372036854775807, N'far away')
        DELETE FROM dbo.Rekeyed WHERE Part = 1 AND Id = 3
        DELETE FROM dbo.WiderKey WHERE Id = 3
        """);
  }

  // ---- what is to be seen of it ----

  static Stream<String> all() {
    return Stream.concat(changed().stream(), Stream.of("dbo.Newcomer", "dbo.NewName"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aTableIsEqualAndItsLogIsTrue(String table) throws Exception {
    assertThat(shop.proof(table)).isEmpty();
  }

  static Stream<String> loadedAgain() {
    return CHANGES.entrySet().stream()
        .filter(change -> !change.getValue().reason().isEmpty())
        .map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("loadedAgain")
  void aTableWhoseOldRowsHaveOtherValuesIsLoadedAgainWithASentence(String table) throws Exception {
    assertThat(shop.renkei().logged("\"" + name(table) + "\"", reason(table))).isNotEmpty();
    assertThat(shop.reloads(name(table))).contains("loaded again: ", reason(table));
  }

  private static String reason(String table) {
    Change change = CHANGES.get(table);
    return change == null ? "" : change.reason();
  }

  static Stream<String> goneOn() {
    return CHANGES.entrySet().stream()
        .filter(change -> change.getValue().reason().isEmpty())
        .map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("goneOn")
  void aTableWhoseOldRowsAreRightIsNotLoadedAgain(String table) throws Exception {
    assertThat(shop.reloads(name(table))).isEmpty();
  }

  @Test
  void anotherStartChangesNothing() {
    assertThat(afterLastStart).isEqualTo(beforeLastStart);
  }
}
