package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.Faults;
import dev.renkei.standin.sql.SqlError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that breaks the history of a table, each on a table of its own, all in one life of
 * {@code renkei up}: told apart, loaded again or stopped, and nothing wrong at the end.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SourceFaultsTest {
  private static final Set<String> RELOADED =
      Set.of(
          "dbo.Truncated",
          "dbo.Recreated",
          "dbo.Reshaped",
          "dbo.Switched",
          "dbo.Expired",
          "dbo.Raced",
          "dbo.Away");
  private static final Set<String> KEPT = Set.of("dbo.Revoked", "dbo.Hidden", "dbo.Quiet");
  private static final Set<String> STOPPED = Set.of("dbo.StopsTruncated", "dbo.StopsExpired");

  /** Only what Change Tracking says goes; a table's changes cannot be read meanwhile. */
  private static final int LOCK_TIMEOUT = 1222;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder = Path.of("");

  private static TrackedDatabase shop;
  private static final List<String> needless = new ArrayList<>();

  private static Set<String> all() {
    Set<String> all = new TreeSet<>(RELOADED);
    all.addAll(KEPT);
    all.addAll(STOPPED);
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
                dbo.StopsTruncated: {on_history_lost: stop}
                dbo.StopsExpired: {on_history_lost: stop}
            """);
    for (String table : all()) {
      shop.sql(TrackedDatabase.table(table));
    }
    shop.up();
    shop.renkei().until(() -> Progress.of(shop.renkei().status()).withoutSnapshot(all()));
    change(all(), 1);
    shop.untilEqual(all().toArray(String[]::new));
    shop.note(all());

    revokeAndGrant();
    breakHistories();
    expireWhatIsHeldUp();
    stopAndReload();
    passAsASecondary();
    change(all(), 2);
    shop.renkei().untilArrived(shop.version());
    shop.untilEqual(all().toArray(String[]::new));
    shop.stop();
    for (String table : KEPT) {
      needless.addAll(shop.renkei().logged("history lost", "\"" + table + "\""));
      needless.addAll(shop.renkei().logged("snapshot begins", "\"" + table + "\"", "\"2\""));
    }

    expireWhileNothingRuns();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** An insert, an update and a delete each. */
  private static void change(Set<String> tables, int round) throws Exception {
    for (String table : tables) {
      shop.sql(
          """
          INSERT INTO %1$s (Id, Note) VALUES (%2$d, N'new'), (%3$d, N'gone soon')
          UPDATE %1$s SET Note = N'changed in round %4$d' WHERE Id = 1
          DELETE FROM %1$s WHERE Id = %3$d
          """
              .formatted(table, round * 10, round * 10 + 1, round));
    }
  }

  /** Waits until what the source holds now is in the warehouse, and every cursor has moved on. */
  private static void settle(Set<String> tables) throws Exception {
    shop.untilEqual(tables.toArray(String[]::new));
  }

  // ---- what happens ----

  private static void revokeAndGrant() throws Exception {
    shop.sql("DENY VIEW CHANGE TRACKING ON dbo.Revoked TO reader");
    shop.sql("DENY SELECT ON dbo.Hidden TO reader");
    shop.untilProblem(
        "dbo.Revoked", "the permission VIEW CHANGE TRACKING is missing", "`renkei check`");
    change(Set.of("dbo.Hidden", "dbo.Revoked", "dbo.Quiet"), 5);
    shop.untilProblem("dbo.Hidden", "permission was denied on the object 'Hidden'", "grant SELECT");
    settle(Set.of("dbo.Quiet"));
    shop.sql("REVOKE VIEW CHANGE TRACKING ON dbo.Revoked FROM reader");
    shop.sql("REVOKE SELECT ON dbo.Hidden FROM reader");
    settle(KEPT);
    shop.untilNoProblem("dbo.Revoked", "dbo.Hidden");
  }

  private static void breakHistories() throws Exception {
    shop.sql(
        """
        TRUNCATE TABLE dbo.Truncated
        INSERT INTO dbo.Truncated VALUES (2, N'two again'), (7, N'seven')
        DROP TABLE dbo.Recreated
        CREATE TABLE dbo.Recreated (Id int NOT NULL PRIMARY KEY, Note nvarchar(40))
        INSERT INTO dbo.Recreated VALUES (3, N'three again'), (7, N'seven')
        ALTER TABLE dbo.Recreated ENABLE CHANGE_TRACKING
        DROP TABLE dbo.Reshaped
        CREATE TABLE dbo.Reshaped (Part int NOT NULL DEFAULT 1, Id int NOT NULL, Note nvarchar(80), Added bigint,
          PRIMARY KEY (Part, Id))
        INSERT INTO dbo.Reshaped VALUES (1, 1, N'one', 10000000000), (1, 2, N'two', NULL)
        ALTER TABLE dbo.Reshaped ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Switched DISABLE CHANGE_TRACKING
        """);
    shop.untilProblem("dbo.Switched", "Switched", "switch Change Tracking on");
    shop.sql(
        """
        DELETE FROM dbo.Switched WHERE Id = 2
        INSERT INTO dbo.Switched VALUES (7, N'seven')
        ALTER TABLE dbo.Switched ENABLE CHANGE_TRACKING
        """);
    Set<String> broken = Set.of("dbo.Truncated", "dbo.Recreated", "dbo.Reshaped", "dbo.Switched");
    settle(broken);
    shop.note(Set.of("dbo.Truncated", "dbo.Recreated", "dbo.Switched"));
  }

  /** Cleanup passes while one table cannot be read, and while a read of another waits. */
  private static void expireWhatIsHeldUp() throws Exception {
    Set<String> heldUp = Set.of("dbo.Expired", "dbo.StopsExpired", "dbo.Raced");
    try (Faults.Order fails =
            shop.source()
                .faults()
                .failStatements(
                    changesOf("Expired|StopsExpired"),
                    Integer.MAX_VALUE,
                    new SqlError(LOCK_TIMEOUT, 16, 1, "Lock request time out period exceeded."));
        Faults.Stall read = shop.source().faults().stallStatements(changesOf("Raced"))) {
      change(heldUp, 6);
      shop.untilProblem("dbo.Expired", "Lock request time out", "");
      assertThat(read.awaitWaiting(1, Installation.PATIENCE)).isTrue();
      shop.sql("DELETE FROM dbo.Expired WHERE Id = 3 DELETE FROM dbo.Raced WHERE Id = 3");
      change(Set.of("dbo.Quiet"), 6);
      settle(Set.of("dbo.Quiet"));
      long version = shop.version();
      shop.renkei().until(() -> Progress.of(shop.renkei().status()).behind(version, heldUp));
      shop.expire();
    }
    settle(Set.of("dbo.Expired", "dbo.Raced"));
  }

  private static Pattern changesOf(String tables) {
    return Pattern.compile(
        "CHANGES \\[dbo\\]\\.\\[(%s)\\], [^)]*\\) AS c\\s+LEFT JOIN".formatted(tables));
  }

  private static void stopAndReload() throws Exception {
    shop.sql(
        """
        TRUNCATE TABLE dbo.StopsTruncated
        INSERT INTO dbo.StopsTruncated VALUES (3, N'three again'), (7, N'seven')
        """);
    reloadWhatIsStopped();
  }

  private static void reloadWhatIsStopped() throws Exception {
    for (String table : STOPPED) {
      shop.untilProblem(table, table + ": cannot continue", "`renkei reload %s`".formatted(table));
    }
    List<String> reload = new ArrayList<>(List.of("reload"));
    reload.addAll(STOPPED);
    assertThat(shop.renkei().run(reload.toArray(String[]::new))).returns(0, Ended::code);
    settle(STOPPED);
    shop.untilNoProblem(STOPPED.toArray(String[]::new));
  }

  private static void passAsASecondary() throws Exception {
    change(Set.of("dbo.Quiet"), 7);
    shop.secondary(true);
    shop.renkei()
        .until(
            () ->
                shop.renkei().status().trackers().stream()
                    .filter(
                        tracker ->
                            !TrackedDatabase.tells(
                                    tracker.problem(), "", "give the availability group's listener")
                                && tracker.tables().stream()
                                    .noneMatch(
                                        table ->
                                            TrackedDatabase.tells(
                                                table.problem(),
                                                "",
                                                "give the availability group's listener")))
                    .map(tracker -> tracker.name() + " does not notice the secondary")
                    .findAny());
    shop.secondary(false);
    settle(Set.of("dbo.Quiet"));
  }

  /** Every table's cursor ages while nothing runs. */
  private static void expireWhileNothingRuns() throws Exception {
    shop.sql(
        """
        DELETE FROM dbo.Away WHERE Id = 3
        INSERT INTO dbo.Away VALUES (8, N'eight')
        """);
    shop.expire();
    shop.sql("INSERT INTO dbo.Away VALUES (9, N'nine')");
    shop.up();
    settle(Set.of("dbo.Away"));
    reloadWhatIsStopped();
    shop.renkei().untilArrived(shop.version());
    shop.stop();
  }

  // ---- what is to be seen of it ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dbo.Truncated",
        "dbo.Recreated",
        "dbo.Reshaped",
        "dbo.Switched",
        "dbo.Expired",
        "dbo.Raced",
        "dbo.Away",
        "dbo.Revoked",
        "dbo.Hidden",
        "dbo.Quiet",
        "dbo.StopsTruncated",
        "dbo.StopsExpired"
      })
  void aTableIsEqualAndItsLogIsTrue(String table) throws Exception {
    assertThat(shop.proof(table)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dbo.Truncated: the table was truncated",
        "dbo.Recreated: dropped and created again",
        "dbo.Reshaped: dropped and created again",
        "dbo.Switched: Change Tracking was switched off and on again",
        "dbo.Expired: no longer keeps the changes since the cursor",
        "dbo.Raced: no longer keeps the changes since the cursor",
        "dbo.Away: no longer keeps the changes since the cursor",
        "dbo.StopsTruncated: the table was truncated",
        "dbo.StopsExpired: no longer keeps the changes since the cursor"
      })
  void aLossIsToldWithItsReason(String loss) throws Exception {
    String table = loss.substring(0, loss.indexOf(':'));
    String reason = loss.substring(table.length() + 2);
    assertThat(shop.renkei().logged("history lost", "\"" + table + "\"", reason)).isNotEmpty();
    if (RELOADED.contains(table)) {
      assertThat(shop.reloads(table)).contains(table + ": loaded again: ", reason);
    }
  }

  @Test
  void aTableWhoseHistoryIsWholeIsNotLoadedAgain() {
    assertThat(needless).isEmpty();
  }

  @Test
  void rowsThatVanishedUnseenAreDeletedInTheLogToo() throws Exception {
    for (String table : List.of("Expired", "Raced", "Away")) {
      assertThat(
              shop.warehouse(
                  "SELECT count(*) FROM dbo.%s_changes WHERE Id = 3 AND _type = 'D'"
                      .formatted(table)))
          .as(table)
          .containsExactly("1");
    }
  }
}
