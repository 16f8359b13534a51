package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.StandIn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stopping and starting again on the same port, with data, definitions, versions and rights kept.
 */
class RestartTest {
  private static void fill(StandIn standIn) throws SQLException {
    standIn.execute(
        """
        USE Shop
        GO
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 3 DAYS)
        CREATE TYPE dbo.Name FROM nvarchar(20) NOT NULL
        GO
        CREATE TABLE dbo.t (id int IDENTITY(1, 1) PRIMARY KEY, a dbo.Name, b AS (UPPER(a)), v rowversion,
          c nvarchar(5) COLLATE Latin1_General_CS_AS NULL)
        ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
        INSERT dbo.t (a) VALUES (N'あ'), (N'b')
        UPDATE dbo.t SET a = N'c' WHERE id = 2
        CREATE LOGIN reader WITH PASSWORD = N'Reader-Secret-1'
        CREATE USER reader FOR LOGIN reader
        GRANT SELECT ON dbo.t TO reader
        """);
  }

  private static List<Object> facts(StandIn standIn) throws SQLException {
    try (Client client = Drivers.mssql(standIn, "Shop")) {
      return List.of(
          client.rows("SELECT id, a, b FROM dbo.t ORDER BY id"),
          client.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()"),
          client.number("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'dbo.t'))"),
          client.number("SELECT OBJECT_ID(N'dbo.t')"),
          client.rows(
              "SELECT SYS_CHANGE_VERSION, SYS_CHANGE_OPERATION, id"
                  + " FROM CHANGETABLE(CHANGES dbo.t, 0) AS c ORDER BY id"),
          client.rows("SELECT retention_period FROM sys.change_tracking_databases"),
          client.rows(
              "SELECT CAST(recovery_fork_guid AS char(36)) FROM sys.database_recovery_status WHERE database_id = DB_ID()"));
    }
  }

  private void keepsEverything(StandIn standIn) throws Exception {
    fill(standIn);
    List<Object> before = facts(standIn);
    int port = standIn.port();
    try (Client open = Drivers.mssql(standIn, "Shop")) {
      open.run("BEGIN TRAN; DELETE dbo.t");
      standIn.stop();
      assertThat(open.error("SELECT 1").getMessage()).isNotEmpty();
    }
    assertThat(
            catchThrowableOfType(
                    SQLException.class,
                    () ->
                        java.sql.DriverManager.getConnection(
                            "jdbc:sqlserver://127.0.0.1:%d;encrypt=false;loginTimeout=2;connectRetryCount=0"
                                .formatted(port),
                            "sa",
                            standIn.password()))
                .getMessage())
        .isNotEmpty();
    standIn.start();
    assertThat(standIn.port()).isEqualTo(port);
    assertThat(facts(standIn)).isEqualTo(before);
    try (Client client = Drivers.mssql(standIn, "Shop");
        Client reader = Drivers.mssql(standIn, "Shop", "reader", "Reader-Secret-1")) {
      client.run("INSERT dbo.t (a, c) VALUES (N'd', N'x')");
      assertThat(client.column("SELECT id FROM CHANGETABLE(CHANGES dbo.t, 2) AS c"))
          .containsExactly(3);
      assertThat(client.rows("SELECT id FROM dbo.t WHERE c = N'X'")).isEmpty();
      assertThat(client.value("SELECT id FROM dbo.t WHERE a = N'D '")).isEqualTo(3);
      assertThat(reader.column("SELECT a FROM dbo.t")).hasSize(3);
      assertThat(reader.errorNumber("DELETE dbo.t")).isEqualTo(229);
    }
  }

  @Test
  void aStandInInMemoryKeepsItsDataWhileItLives() throws Exception {
    try (StandIn standIn = StandIn.builder().inMemory().database("Shop").start()) {
      keepsEverything(standIn);
    }
  }

  @Test
  void aStandInOnDiskKeepsItsDataOverStopAndStart(@TempDir Path directory) throws Exception {
    try (StandIn standIn = StandIn.builder().directory(directory).database("Shop").start()) {
      keepsEverything(standIn);
    }
  }

  @Test
  void anotherStandInOpensTheSameDirectoryLater(@TempDir Path directory) throws Exception {
    List<Object> before;
    String password = "Kept-Secret-1";
    try (StandIn first =
        StandIn.builder().directory(directory).database("Shop").password(password).start()) {
      fill(first);
      before = facts(first);
    }
    try (StandIn second = StandIn.builder().directory(directory).password(password).start()) {
      assertThat(facts(second)).isEqualTo(before);
    }
  }

  @Test
  void itStartsAndStopsQuickly() throws Exception {
    long begun = System.nanoTime();
    StandIn.builder().inMemory().start().close();
    assertThat(java.time.Duration.ofNanos(System.nanoTime() - begun))
        .isLessThan(java.time.Duration.ofSeconds(5));
  }
}
