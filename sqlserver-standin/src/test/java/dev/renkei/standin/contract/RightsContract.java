package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rules 14 and 29: who may read changes. Source:
 * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
 */
abstract class RightsContract extends Contract {
  private static final String PASSWORD = "Reader-Secret-1";
  private static final String CHANGES = "SELECT id FROM CHANGETABLE(CHANGES dbo.t, 0) AS c";

  private final String login = "reader_" + UUID.randomUUID().toString().substring(0, 8);

  RightsContract(Target target) {
    super(target);
  }

  @BeforeEach
  void createReader() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    db.run(
        "CREATE LOGIN [%s] WITH PASSWORD = N'%s'".formatted(login, PASSWORD),
        "CREATE USER [%1$s] FOR LOGIN [%1$s]".formatted(login));
  }

  @AfterEach
  void dropReader() throws SQLException {
    db.closeSessions();
    try (Client master = target.connect("master")) {
      master.run("DROP LOGIN [" + login + "]");
    }
  }

  private Client readerWith(String... permissions) throws SQLException {
    for (String permission : permissions) {
      db.run("GRANT " + permission + " TO [" + login + "]");
    }
    return db.session(login, PASSWORD);
  }

  /**
   * Rule 29.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void selectAndViewChangeTrackingTogetherRead() throws SQLException {
    Client reader = readerWith("SELECT ON dbo.t", "VIEW CHANGE TRACKING ON dbo.t");
    assertThat(reader.column(CHANGES)).containsExactly(1);
    assertThat(TrackedDatabase.minValid(reader, "dbo.t")).isZero();
    assertThat(TrackedDatabase.version(reader)).isEqualTo(db.version());
  }

  /**
   * Rule 29: a grant on the schema serves as well.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void rightsOnTheSchemaReadToo() throws SQLException {
    Client reader = readerWith("SELECT ON SCHEMA::dbo", "VIEW CHANGE TRACKING ON SCHEMA::dbo");
    assertThat(reader.column(CHANGES)).containsExactly(1);
  }

  /**
   * Rule 29.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void selectAloneDoesNotReadChanges() throws SQLException {
    Client reader = readerWith("SELECT ON dbo.t");
    assertThat(reader.column("SELECT id FROM dbo.t")).containsExactly(1);
    assertThat(reader.errorNumber(CHANGES)).isEqualTo(229);
  }

  /**
   * Rule 29.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void viewChangeTrackingAloneReadsNothing() throws SQLException {
    Client reader = readerWith("VIEW CHANGE TRACKING ON dbo.t");
    assertThat(reader.errorNumber("SELECT id FROM dbo.t")).isEqualTo(229);
    assertThat(reader.errorNumber(CHANGES)).isIn(229, 230);
  }

  /**
   * Rule 14, third fault: the permission is missing.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-min-valid-version-transact-sql
   */
  @Test
  void theMinimumIsNullWithoutPermission() throws SQLException {
    Client reader = readerWith("SELECT ON dbo.t");
    assertThat(TrackedDatabase.minValid(reader, "dbo.t")).isNull();
  }

  /**
   * Case 10: a permission revoked while the tracker runs.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-min-valid-version-transact-sql
   */
  @Test
  void aRevokedPermissionTurnsTheMinimumNullInARunningSession() throws SQLException {
    Client reader = readerWith("SELECT ON dbo.t", "VIEW CHANGE TRACKING ON dbo.t");
    assertThat(TrackedDatabase.minValid(reader, "dbo.t")).isNotNull();
    db.run("REVOKE VIEW CHANGE TRACKING ON dbo.t FROM [" + login + "]");
    assertThat(TrackedDatabase.minValid(reader, "dbo.t")).isNull();
    assertThat(reader.errorNumber(CHANGES)).isEqualTo(229);
    assertThat(reader.column("SELECT id FROM dbo.t")).containsExactly(1);
  }

  /**
   * Rule 29: commit times need VIEW DATABASE STATE.
   * https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/change-tracking-sys-dm-tran-commit-table
   */
  @Test
  void commitTimesNeedViewDatabaseState() throws SQLException {
    Client reader = readerWith("SELECT ON dbo.t", "VIEW CHANGE TRACKING ON dbo.t");
    String commits = "SELECT COUNT(*) FROM sys.dm_tran_commit_table";
    assertThat(reader.errorNumber(commits)).isIn(262, 297, 300);
    db.run("GRANT VIEW DATABASE STATE TO [" + login + "]");
    assertThat(reader.number(commits)).isPositive();
  }

  /**
   * Rule 29: reading gives no right to write.
   * https://learn.microsoft.com/sql/relational-databases/security/permissions-database-engine
   */
  @Test
  void aReaderCannotWrite() throws SQLException {
    Client reader = readerWith("SELECT ON dbo.t", "VIEW CHANGE TRACKING ON dbo.t");
    assertThat(reader.errorNumber("INSERT dbo.t (id) VALUES (2)")).isEqualTo(229);
    assertThat(reader.errorNumber("DELETE dbo.t")).isEqualTo(229);
    assertThat(db.net("dbo.t", 0)).containsExactly("I [1]");
  }
}
