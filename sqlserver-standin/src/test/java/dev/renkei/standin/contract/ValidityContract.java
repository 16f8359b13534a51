package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * Rules 13 to 17: until when a cursor is good. Sources under
 * https://learn.microsoft.com/sql/relational-databases/.
 */
abstract class ValidityContract extends Contract {
  ValidityContract(Target target) {
    super(target);
  }

  private void otherCommits(int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      db.run("UPDATE dbo.other SET a = N'" + i + "' WHERE id = 1");
    }
  }

  /**
   * Rule 14: enabling sets the lowest cursor.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-min-valid-version-transact-sql
   */
  @Test
  void aTableEnabledLaterRefusesCursorsFromBefore() throws SQLException {
    db.table("dbo.other").run("INSERT dbo.other (id) VALUES (1)");
    otherCommits(3);
    long old = db.version() - 1;
    db.table("dbo.t");
    assertThat(db.valid("dbo.t", old)).isFalse();
    assertThat(db.valid("dbo.t", db.version())).isTrue();
  }

  /**
   * Rule 14, first fault: tracking is off.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-min-valid-version-transact-sql
   */
  @Test
  void theMinimumIsNullForATableThatIsNotTracked() throws SQLException {
    db.run("CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY)");
    assertThat(db.minValid("dbo.t")).isNull();
  }

  /**
   * Rule 14, second fault: the id is wrong.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-min-valid-version-transact-sql
   */
  @Test
  void theMinimumIsNullForAWrongId() throws SQLException {
    assertThat(db.minValid("dbo.nothing")).isNull();
    assertThat(db.admin().value("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(1)")).isNull();
  }

  /**
   * Rules 14 and 15, and case 3.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void truncateMakesEveryOlderCursorInvalidAndTracksNoDelete() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run("TRUNCATE TABLE dbo.t", "INSERT dbo.t (id) VALUES (1)");
    assertThat(db.valid("dbo.t", cursor)).isFalse();
    assertThat(db.net("dbo.t", cursor)).doesNotContain("D [2]");
  }

  /**
   * Rule 15: the cursor taken just before TRUNCATE must fail even when nothing follows.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void truncateIsNoticedBeforeAnythingElseHappens() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run("TRUNCATE TABLE dbo.t");
    assertThat(db.valid("dbo.t", cursor)).isFalse();
    assertThat(db.valid("dbo.t", db.version())).isTrue();
  }

  /**
   * Rule 15.
   * https://learn.microsoft.com/sql/relational-databases/system-catalog-views/change-tracking-catalog-views-sys-change-tracking-tables
   */
  @Test
  void truncateMovesTheBeginVersion() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "INSERT dbo.t (id) VALUES (2)");
    String begin =
        "SELECT begin_version FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(N'dbo.t')";
    long before = db.admin().number(begin);
    db.run("TRUNCATE TABLE dbo.t");
    assertThat(db.admin().number(begin)).isGreaterThan(before);
  }

  /**
   * Rule 14: disable and enable lose the changes between, so the cursor must fail.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void disableAndEnableMakeOlderCursorsInvalid() throws SQLException {
    db.table("dbo.t").table("dbo.other").run("INSERT dbo.other (id) VALUES (1)");
    db.run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("ALTER TABLE dbo.t DISABLE CHANGE_TRACKING", "INSERT dbo.t (id) VALUES (2)");
    otherCommits(1);
    db.run("ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    assertThat(db.valid("dbo.t", cursor)).isFalse();
    assertThat(db.net("dbo.t", db.version())).isEmpty();
  }

  /**
   * Rule 13: what is below the minimum "might not be valid", but is no error.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-min-valid-version-transact-sql
   */
  @Test
  void anInvalidCursorIsNoError() throws SQLException {
    db.table("dbo.other").run("INSERT dbo.other (id) VALUES (1)");
    otherCommits(3);
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    assertThat(db.valid("dbo.t", 0)).isFalse();
    assertThat(db.net("dbo.t", 0)).containsExactly("I [1]");
  }

  /**
   * Rule 16.
   * https://learn.microsoft.com/sql/relational-databases/system-catalog-views/change-tracking-catalog-views-sys-change-tracking-databases
   */
  @Test
  void retentionIsTwoDaysUnlessSaidOtherwise() throws SQLException {
    String settings =
        "SELECT CAST(is_auto_cleanup_on AS int), retention_period, retention_period_units_desc"
            + " FROM sys.change_tracking_databases WHERE database_id = DB_ID()";
    assertThat(db.admin().rows(settings)).containsExactly(Client.row(1, 2, "DAYS"));
    db.run(
        "ALTER DATABASE [%s] SET CHANGE_TRACKING (CHANGE_RETENTION = 90 MINUTES, AUTO_CLEANUP = OFF)"
            .formatted(db.name()));
    assertThat(db.admin().rows(settings)).containsExactly(Client.row(0, 90, "MINUTES"));
    db.run("ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 3 HOURS)");
    assertThat(db.admin().rows(settings)).containsExactly(Client.row(0, 3, "HOURS"));
  }

  /**
   * Rule 16: at least one minute.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void aRetentionOfNothingIsRefused() {
    assertThat(
            db.admin()
                .errorNumber(
                    "ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 0 MINUTES)"))
        .isPositive();
  }
}
