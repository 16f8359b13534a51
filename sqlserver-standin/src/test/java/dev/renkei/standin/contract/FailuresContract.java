package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules 23, 25 and 26: what breaks under a tracker, and how it shows. */
abstract class FailuresContract extends Contract {
  FailuresContract(Target target) {
    super(target);
  }

  private @Nullable Object recovery(String column) throws SQLException {
    return db.admin()
        .value(
            "SELECT CONVERT(varchar(36), "
                + column
                + ") FROM sys.database_recovery_status WHERE database_id = DB_ID()");
  }

  private void backup() throws SQLException {
    try (Client master = target.connect("master")) {
      master.run("BACKUP DATABASE [%1$s] TO DISK = N'%1$s.bak'".formatted(db.name()));
    }
  }

  private void restore() throws SQLException {
    db.admin().run("USE master");
    try (Client master = target.connect("master")) {
      master.run(
          "RESTORE DATABASE [%1$s] FROM DISK = N'%1$s.bak' WITH REPLACE".formatted(db.name()));
    }
    db.admin().run("USE [" + db.name() + "]");
  }

  /**
   * Rule 23, and case 4: versions are used again, and the check of validity does not notice.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aRestoreReusesVersionsWhileTheMinimumStillPasses() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    backup();
    long saved = db.version();
    db.run("INSERT dbo.t (id) VALUES (2)", "INSERT dbo.t (id) VALUES (3)");
    long cursor = db.version();
    restore();
    assertThat(db.version()).isEqualTo(saved);
    assertThat(db.admin().column("SELECT id FROM dbo.t")).containsExactly(1);
    assertThat(db.valid("dbo.t", cursor)).isTrue();
    db.run(
        "INSERT dbo.t (id) VALUES (7)",
        "INSERT dbo.t (id) VALUES (8)",
        "INSERT dbo.t (id) VALUES (9)");
    assertThat(db.version()).isGreaterThan(cursor);
    assertThat(db.net("dbo.t", cursor)).containsExactly("I [9]");
    assertThat(db.net("dbo.t", saved)).containsExactly("I [7]", "I [8]", "I [9]");
  }

  /**
   * Rule 23: what tells a restore apart is the recovery fork; the family stays.
   * https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-database-recovery-status-transact-sql
   */
  @Test
  void aRestoreChangesTheRecoveryForkAndKeepsTheFamily() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    Object family = recovery("family_guid");
    Object fork = recovery("recovery_fork_guid");
    Object table = db.admin().value("SELECT OBJECT_ID(N'dbo.t')");
    backup();
    restore();
    assertThat(recovery("family_guid")).isNotNull().isEqualTo(family);
    assertThat(recovery("recovery_fork_guid")).isNotNull().isNotEqualTo(fork);
    assertThat(db.admin().value("SELECT OBJECT_ID(N'dbo.t')")).isEqualTo(table);
  }

  /**
   * Rule 26: tracking off is an error not to retry.
   * https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-21000-to-30999
   */
  @Test
  void theChangesOfATableThatIsNotTrackedAreAnError() throws SQLException {
    db.run("CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY)");
    assertThat(db.admin().errorNumber("SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"))
        .isEqualTo(22105);
    db.run("ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    assertThat(db.net("dbo.t", 0)).isEmpty();
    db.run("ALTER TABLE dbo.t DISABLE CHANGE_TRACKING");
    assertThat(db.admin().errorNumber("SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"))
        .isEqualTo(22105);
  }

  /**
   * Rule 26: a changed schema.
   * https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-0-to-999
   */
  @Test
  void aMissingTableIs208AndAMissingColumn207() throws SQLException {
    db.table("dbo.t");
    assertThat(db.admin().errorNumber("SELECT * FROM CHANGETABLE(CHANGES dbo.nothing, 0) AS c"))
        .isEqualTo(208);
    assertThat(
            db.admin()
                .errorNumber(
                    "SELECT t.gone FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"
                        + " LEFT OUTER JOIN dbo.t AS t ON t.id = c.id"))
        .isEqualTo(207);
  }
}
