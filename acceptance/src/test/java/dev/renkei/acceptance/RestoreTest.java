package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The database goes back to a backup, and its versions overtake what was known of it: while {@code
 * renkei up} runs, twice in a row, and while nothing runs.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RestoreTest {
  private static final Set<String> TABLES = Set.of("dbo.Numbers", "dbo.Codes", "dbo.Idle");
  private static final String STOPS = "dbo.Stops";

  /** Without a key: loaded whole, and not again by itself while the test lasts. */
  private static final String KEYLESS = "dbo.Loose";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder = Path.of("");

  private static TrackedDatabase shop;
  private static Map<String, String> beforeLastStart;
  private static Map<String, String> afterLastStart;

  private static Set<String> all() {
    Set<String> all = new TreeSet<>(TABLES);
    all.add(STOPS);
    all.add(KEYLESS);
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
              override:
                dbo.Stops: {on_history_lost: stop}
                dbo.Loose: {reload_every: 30d}
            """);
    shop.sql(TrackedDatabase.table("dbo.Numbers"));
    shop.sql(TrackedDatabase.table("dbo.Idle"));
    shop.sql(TrackedDatabase.table(STOPS));
    shop.sql(
        """
        CREATE TABLE dbo.Codes (Code nvarchar(10) NOT NULL, Part decimal(9,2) NOT NULL, Note nvarchar(40),
          PRIMARY KEY (Code, Part))
        INSERT INTO dbo.Codes VALUES (N'abc', 1, N'one'), (N'abc', 1.5, N'two'), (N'長', 0, N'three')
        ALTER TABLE dbo.Codes ENABLE CHANGE_TRACKING
        CREATE TABLE dbo.Loose (Id int, Note nvarchar(40))
        INSERT INTO dbo.Loose VALUES (1, N'twice'), (1, N'twice'), (2, NULL)
        """);
    write(1);
    shop.backup("first");
    shop.up();
    write(2);
    settle();
    shop.backup("second");

    loseTheFuture();
    shop.restore("first");
    overtake(20);
    settle();
    goOn();

    loseTheFuture();
    shop.restore("second");
    shop.sql("DELETE FROM dbo.Numbers WHERE Id = 1");
    shop.restore("first");
    overtake(60);
    settle();
    goOn();
    shop.renkei().untilArrived(shop.version(), Set.of(KEYLESS));
    shop.stop();

    loseTheFuture();
    shop.restore("second");
    overtake(100);
    shop.up();
    settle();
    goOn();
    shop.renkei().untilArrived(shop.version(), Set.of(KEYLESS));
    shop.stop();

    beforeLastStart = shop.traces();
    shop.up();
    shop.renkei().untilArrived(shop.version(), Set.of(KEYLESS));
    shop.stop();
    afterLastStart = shop.traces();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static void write(int round) throws Exception {
    shop.sql(
        """
        INSERT INTO dbo.Numbers VALUES (%1$d, N'new'), (%2$d, N'gone soon')
        UPDATE dbo.Numbers SET Note = N'round %3$d' WHERE Id = 1
        DELETE FROM dbo.Numbers WHERE Id = %2$d
        INSERT INTO dbo.Stops VALUES (%1$d, N'new')
        UPDATE dbo.Codes SET Note = N'round %3$d', Part = Part + 1 WHERE Code = N'ABC'
        """
            .formatted(round * 10, round * 10 + 1, round));
  }

  /** Arrives, and is then undone by a restore: rows that were never there, others that were. */
  private static void loseTheFuture() throws Exception {
    shop.sql(
        """
        INSERT INTO dbo.Numbers VALUES (-1, N'never there')
        DELETE FROM dbo.Numbers WHERE Id = 2
        INSERT INTO dbo.Codes VALUES (N'never', 0, N'there')
        DELETE FROM dbo.Codes WHERE Code = N'長'
        INSERT INTO dbo.Idle VALUES (-1, N'never there')
        UPDATE dbo.Idle SET Note = N'another future' WHERE Id = 1
        INSERT INTO dbo.Stops VALUES (-1, N'never there')
        INSERT INTO dbo.Loose VALUES (-1, N'never there'), (1, N'twice')
        """);
    if (shop.isUp()) {
      assertThat(shop.renkei().run("reload", KEYLESS)).returns(0, Ended::code);
      shop.untilEqual(KEYLESS);
      settle();
      shop.note(all());
    }
  }

  /** Versions go far beyond those that were known before the restore; one table stays idle. */
  private static void overtake(int from) throws Exception {
    for (int i = from; i < from + 20; i++) {
      shop.sql(
          """
          INSERT INTO dbo.Numbers VALUES (%1$d, N'after')
          INSERT INTO dbo.Codes VALUES (N'after', %1$d, N'after')
          """
              .formatted(1000 + i));
    }
  }

  private static void settle() throws Exception {
    shop.untilEqual(TABLES.toArray(String[]::new));
  }

  private static void goOn() throws Exception {
    shop.untilProblem(STOPS, "restored", "`renkei reload dbo.Stops`");
    assertThat(shop.renkei().run("reload", STOPS)).returns(0, Ended::code);
    shop.untilEqual(STOPS, KEYLESS);
    shop.untilNoProblem(all().toArray(String[]::new));
    shop.note(all());
  }

  // ---- what is to be seen of it ----

  @ParameterizedTest
  @ValueSource(strings = {"dbo.Numbers", "dbo.Codes", "dbo.Idle", "dbo.Stops", "dbo.Loose"})
  void aTableIsEqualAndItsLogIsTrue(String table) throws Exception {
    assertThat(shop.proof(table)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbo.Numbers", "dbo.Codes", "dbo.Idle"})
  void aTableIsLoadedAgainWithASentence(String table) throws Exception {
    assertThat(shop.renkei().logged("history lost", "\"" + table + "\"", "was restored"))
        .isNotEmpty();
    assertThat(shop.reloads(table)).contains(table + ": loaded again: ", "was restored");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Numbers", "Idle", "Stops"})
  void aRowOfALostFutureIsDeletedInTheLogUnderTheNextEpoch(String table) throws Exception {
    assertThat(
            shop.warehouse(
                "SELECT _type || ' ' || (_sequence >> 52) FROM dbo.%s_changes WHERE Id = -1 ORDER BY _sequence"
                    .formatted(table)))
        .startsWith("I 1", "D 2", "I 2")
        .last()
        .asString()
        .startsWith("D ");
  }

  @Test
  void anotherStartChangesNothing() {
    assertThat(afterLastStart).isEqualTo(beforeLastStart);
  }
}
