package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * Rules 27 and 28: switches and definitions. Sources:
 * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
 * and enable-and-disable-change-tracking-sql-server beside it.
 */
abstract class DdlContract extends Contract {
  DdlContract(Target target) {
    super(target);
  }

  /**
   * Rule 28.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void aTableWithoutAPrimaryKeyCannotBeTracked() throws SQLException {
    db.run("CREATE TABLE dbo.t (id int NOT NULL)");
    assertThat(db.admin().errorNumber("ALTER TABLE dbo.t ENABLE CHANGE_TRACKING")).isEqualTo(4997);
  }

  /**
   * Rule 28: first the database, then the table.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void aTableCannotBeTrackedInADatabaseThatIsNot() throws SQLException {
    try (TrackedDatabase untracked = TrackedDatabase.createUntracked(target)) {
      untracked.run("CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY)");
      untracked.admin().error("ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
      assertThat(untracked.admin().rows("SELECT object_id FROM sys.change_tracking_tables"))
          .isEmpty();
    }
  }

  /**
   * Rule 28.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void theDatabaseCannotBeSwitchedOffBeforeItsTables() throws SQLException {
    db.table("dbo.t");
    assertThat(db.admin().errorNumber("ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF"))
        .isEqualTo(22115);
    db.run(
        "ALTER TABLE dbo.t DISABLE CHANGE_TRACKING",
        "ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF");
    assertThat(db.admin().value("SELECT CHANGE_TRACKING_CURRENT_VERSION()")).isNull();
  }

  /**
   * Rule 28: switches show in the catalog.
   * https://learn.microsoft.com/sql/relational-databases/system-catalog-views/change-tracking-catalog-views-sys-change-tracking-tables
   */
  @Test
  void theCatalogShowsWhatIsTracked() throws SQLException {
    db.table("dbo.t").run("CREATE TABLE dbo.u (id int NOT NULL PRIMARY KEY)");
    db.run("CREATE TABLE dbo.v (id int NOT NULL PRIMARY KEY)");
    db.run("ALTER TABLE dbo.v ENABLE CHANGE_TRACKING");
    assertThat(
            db.admin()
                .rows(
                    "SELECT t.name, CAST(c.is_track_columns_updated_on AS int)"
                        + " FROM sys.change_tracking_tables AS c"
                        + " JOIN sys.tables AS t ON t.object_id = c.object_id ORDER BY t.name"))
        .containsExactly(Client.row("t", 1), Client.row("v", 0));
    assertThat(
            db.admin()
                .value(
                    "SELECT COUNT(*) FROM sys.change_tracking_databases WHERE database_id = DB_ID()"))
        .isEqualTo(1);
  }

  /**
   * Rule 27.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void theKeyOfATrackedTableCannotBeDropped() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL CONSTRAINT PK_t PRIMARY KEY, a int)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    assertThat(db.admin().errorNumber("ALTER TABLE dbo.t DROP CONSTRAINT PK_t")).isPositive();
    db.run("INSERT dbo.t VALUES (1, 1)");
    assertThat(db.net("dbo.t", 0)).containsExactly("I [1]");
    db.run("ALTER TABLE dbo.t DISABLE CHANGE_TRACKING", "ALTER TABLE dbo.t DROP CONSTRAINT PK_t");
  }

  /**
   * Rule 27, and case 12: a column added while rows flow.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void anAddedColumnIsNoChangeAndItsUpdatesAre() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run("ALTER TABLE dbo.t ADD added int NOT NULL DEFAULT 7");
    assertThat(db.net("dbo.t", cursor)).isEmpty();
    assertThat(db.valid("dbo.t", cursor)).isTrue();
    db.run("UPDATE dbo.t SET added = 8 WHERE id = 2");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [2]");
    assertThat(db.changes("dbo.t", cursor)).extracting(Change::columns).doesNotContainNull();
  }

  /**
   * Rule 27.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void aChangedTypeOfANonKeyColumnIsNoChange() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id, a) VALUES (1, N'x')");
    long cursor = db.version();
    db.run("ALTER TABLE dbo.t ALTER COLUMN a nvarchar(200) NULL");
    assertThat(db.net("dbo.t", cursor)).isEmpty();
    db.run("UPDATE dbo.t SET a = REPLICATE(N'y', 200)");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]");
  }

  /**
   * Rule 27: a dropped column is no change, and the rest goes on.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void aDroppedColumnIsNoChangeAndTheOthersAreStillTracked() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id, a, b) VALUES (1, N'x', N'y')");
    long cursor = db.version();
    db.run("ALTER TABLE dbo.t DROP COLUMN a");
    assertThat(db.net("dbo.t", cursor)).isEmpty();
    db.run("UPDATE dbo.t SET b = N'z'");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]");
  }

  /**
   * Rule 27, and case 5.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void aTableDroppedAndMadeAgainIsAnother() throws SQLException {
    db.table("dbo.t").table("dbo.u").run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    long before = db.admin().number("SELECT OBJECT_ID(N'dbo.t')");
    db.run("DROP TABLE dbo.t", "INSERT dbo.u (id) VALUES (1)");
    assertThat(db.minValid("dbo.t")).isNull();
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (2)");
    assertThat(db.admin().number("SELECT OBJECT_ID(N'dbo.t')")).isNotEqualTo(before);
    assertThat(db.admin().value("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(" + before + ")"))
        .isNull();
    assertThat(db.valid("dbo.t", cursor)).isFalse();
    assertThat(db.net("dbo.t", 0)).containsExactly("I [2]");
  }

  /**
   * Case 5: others write to other tables meanwhile, and lose nothing.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server
   */
  @Test
  void aTableDroppedWhileOthersWriteLeavesTheirChangesWhole() throws SQLException {
    db.table("dbo.t").table("dbo.u");
    long cursor = db.version();
    Client writer = db.session().run("BEGIN TRAN; INSERT dbo.u (id) VALUES (1)");
    db.run("DROP TABLE dbo.t");
    writer.run("INSERT dbo.u (id) VALUES (2); COMMIT TRAN");
    db.table("dbo.t");
    assertThat(db.net("dbo.u", cursor)).containsExactly("I [1]", "I [2]");
  }

  /**
   * Rule 28: a switch twice is an error and changes nothing.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void enablingTwiceIsAnErrorThatChangesNothing() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    db.admin().error("ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    db.admin().error("ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON");
    assertThat(db.net("dbo.t", 0)).containsExactly("I [1]");
    db.run("ALTER TABLE dbo.t DISABLE CHANGE_TRACKING");
    db.admin().error("ALTER TABLE dbo.t DISABLE CHANGE_TRACKING");
  }

  /**
   * A renamed table keeps its changes, as it keeps its id.
   * https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-rename-transact-sql
   */
  @Test
  void aRenamedTableKeepsItsChanges() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "EXEC sp_rename N'dbo.t', N'renamed'");
    db.run("INSERT dbo.renamed (id) VALUES (2)");
    assertThat(db.net("dbo.renamed", 0)).containsExactly("I [1]", "I [2]");
  }
}
