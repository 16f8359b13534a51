package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rules 16, 17 and 24, which take a clock that moves or another role in a group of replicas: only
 * the stand-in lends them, so these tests do not run on a real server.
 */
abstract class LeversContract extends Contract {
  private Target.Controls controls;

  LeversContract(Target target) {
    super(target);
  }

  @BeforeEach
  void takeTheLevers() {
    controls = target.controls().orElseThrow();
  }

  private void otherCommits(int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      db.run("UPDATE dbo.other SET a = N'" + i + "' WHERE id = 1");
    }
  }

  /**
   * Rules 13 and 16.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/cleanup-and-troubleshoot-change-tracking-sql-server
   */
  @Test
  void cleanupForgetsWhatIsOlderThanTheRetention() throws Exception {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "INSERT dbo.t (id) VALUES (2)");
    long expired = db.version();
    controls.pass(Duration.ofDays(3));
    db.run("INSERT dbo.t (id) VALUES (3)");
    controls.cleanup(db.name());
    assertThat(db.valid("dbo.t", 0)).isFalse();
    assertThat(db.valid("dbo.t", expired - 1)).isFalse();
    assertThat(db.valid("dbo.t", db.version())).isTrue();
    assertThat(db.net("dbo.t", 0)).containsExactly("I [3]");
  }

  /**
   * Rule 16: what is younger than the retention stays.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/cleanup-and-troubleshoot-change-tracking-sql-server
   */
  @Test
  void cleanupKeepsWhatIsYoungerThanTheRetention() throws Exception {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    controls.pass(Duration.ofHours(47));
    db.run("INSERT dbo.t (id) VALUES (2)");
    controls.cleanup(db.name());
    assertThat(db.valid("dbo.t", cursor)).isTrue();
    assertThat(db.net("dbo.t", cursor)).containsExactly("I [2]");
  }

  /**
   * Rule 17: the cursor of a table where nothing happens expires like the others.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/cleanup-and-troubleshoot-change-tracking-sql-server
   */
  @Test
  void cleanupAgesTheCursorsOfIdleTables() throws Exception {
    db.table("dbo.idle").table("dbo.other").run("INSERT dbo.other (id) VALUES (1)");
    long cursor = db.version() - 1;
    otherCommits(2);
    controls.pass(Duration.ofDays(3));
    otherCommits(1);
    controls.cleanup(db.name());
    assertThat(db.valid("dbo.idle", cursor)).isFalse();
    assertThat(db.valid("dbo.idle", db.version())).isTrue();
  }

  /**
   * Case 9: retention shorter than the time between two polls.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/cleanup-and-troubleshoot-change-tracking-sql-server
   */
  @Test
  void aRetentionShorterThanThePollsLosesTheCursorAndSaysSo() throws Exception {
    db.table("dbo.t");
    db.run("ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 1 MINUTES)");
    db.run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("DELETE dbo.t", "INSERT dbo.t (id) VALUES (2)");
    controls.pass(Duration.ofMinutes(2));
    db.run("INSERT dbo.t (id) VALUES (3)");
    controls.cleanup(db.name());
    assertThat(db.valid("dbo.t", cursor)).isFalse();
  }

  /**
   * Case 2: cleanup between the check and the read is seen by a second check.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aCleanupThatRacesTheReadIsSeenByTheCheckAfterwards() throws Exception {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "INSERT dbo.t (id) VALUES (2)");
    long cursor = db.version() - 1;
    assertThat(db.valid("dbo.t", cursor)).isTrue();
    controls.pass(Duration.ofDays(3));
    db.run("INSERT dbo.t (id) VALUES (3)");
    controls.cleanup(db.name());
    List<String> read = db.net("dbo.t", cursor);
    assertThat(read).doesNotContain("I [2]");
    assertThat(db.valid("dbo.t", cursor)).isFalse();
  }

  /**
   * Case 2 under SNAPSHOT: a reader that began before the cleanup misses nothing, or is told.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aCleanupDuringASnapshotLeavesItsChangesOrItsMinimumTellsOfIt() throws Exception {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "INSERT dbo.t (id) VALUES (2)");
    long cursor = db.version() - 1;
    Client reader = db.snapshotSession().run("BEGIN TRAN; SELECT TOP 1 id FROM dbo.t");
    controls.pass(Duration.ofDays(3));
    db.run("INSERT dbo.t (id) VALUES (3)");
    controls.cleanup(db.name());
    List<String> read =
        TrackedDatabase.changes(reader, "dbo.t", Long.toString(cursor)).stream()
            .map(Change::net)
            .toList();
    Long minimum = TrackedDatabase.minValid(reader, "dbo.t");
    assertThat(read.contains("I [2]") || minimum == null || minimum > cursor).isTrue();
    reader.run("COMMIT TRAN");
    assertThat(db.valid("dbo.t", cursor)).isFalse();
  }

  /**
   * Rule 24.
   * https://learn.microsoft.com/sql/database-engine/availability-groups/windows/replicate-track-change-data-capture-always-on-availability
   */
  @Test
  void aReadableSecondaryRefusesChangeTracking() throws Exception {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    controls.secondary(db.name(), true);
    try {
      assertThat(db.admin().errorNumber("SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"))
          .isEqualTo(22117);
      assertThat(db.admin().errorNumber("SELECT CHANGE_TRACKING_CURRENT_VERSION()"))
          .isEqualTo(22117);
      assertThat(db.admin().errorNumber("INSERT dbo.t (id) VALUES (2)")).isEqualTo(3906);
      assertThat(db.admin().column("SELECT id FROM dbo.t")).containsExactly(1);
    } finally {
      controls.secondary(db.name(), false);
    }
    assertThat(db.net("dbo.t", 0)).containsExactly("I [1]");
  }
}
