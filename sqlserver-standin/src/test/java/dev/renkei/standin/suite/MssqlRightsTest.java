package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logins, users and grants, through mssql-jdbc. Rights on changes are in the contract. */
class MssqlRightsTest extends StandInSuite {
  private static final String PASSWORD = "Reader-Secret-1";

  private Client reader;

  @BeforeEach
  void createReader() throws SQLException {
    String login = "reader_" + database;
    client.run(
        "CREATE TABLE dbo.t (id int PRIMARY KEY, secret nvarchar(9) NULL)",
        "CREATE TABLE dbo.u (id int PRIMARY KEY)",
        "INSERT dbo.t (id) VALUES (1)",
        "CREATE LOGIN [%s] WITH PASSWORD = N'%s', CHECK_POLICY = OFF".formatted(login, PASSWORD),
        "CREATE USER reader FOR LOGIN [%s]".formatted(login));
    reader = Drivers.mssql(standIn, database, login, PASSWORD);
  }

  @AfterEach
  void closeReader() throws SQLException {
    reader.close();
  }

  @Test
  void withoutAGrantNothingIsRead() throws SQLException {
    SQLException denied = reader.error("SELECT * FROM dbo.t");
    assertThat(denied.getErrorCode()).isEqualTo(229);
    assertThat(denied.getMessage()).contains("SELECT permission was denied", "'t'");
    assertThat(reader.value("SELECT SUSER_SNAME()")).isEqualTo("reader_" + database);
  }

  @Test
  void aGrantOnATableOpensThatTable() throws SQLException {
    client.run("GRANT SELECT ON dbo.t TO reader");
    assertThat(reader.column("SELECT id FROM dbo.t")).containsExactly(1);
    assertThat(reader.errorNumber("SELECT * FROM dbo.u")).isEqualTo(229);
    assertThat(reader.errorNumber("SELECT * FROM dbo.t, dbo.u")).isEqualTo(229);
    assertThat(reader.errorNumber("UPDATE dbo.t SET id = 2")).isEqualTo(229);
    assertThat(reader.errorNumber("TRUNCATE TABLE dbo.t")).isIn(1088, 229);
    assertThat(reader.errorNumber("DROP TABLE dbo.t")).isEqualTo(3701);
    assertThat(reader.errorNumber("CREATE TABLE dbo.x (id int)")).isIn(262, 2760);
  }

  @Test
  void aGrantOnTheDatabaseOpensAllAndADenyWins() throws SQLException {
    client.run("GRANT SELECT TO reader", "DENY SELECT ON dbo.u TO reader");
    assertThat(reader.column("SELECT id FROM dbo.t")).containsExactly(1);
    assertThat(reader.errorNumber("SELECT * FROM dbo.u")).isEqualTo(229);
  }

  @Test
  void rolesGiveRights() throws SQLException {
    client.run("ALTER ROLE db_datareader ADD MEMBER reader");
    assertThat(reader.column("SELECT id FROM dbo.t")).containsExactly(1);
    assertThat(reader.errorNumber("DELETE dbo.t")).isEqualTo(229);
    client.run("ALTER ROLE db_datawriter ADD MEMBER reader");
    reader.run("DELETE dbo.t");
    client.run("ALTER ROLE db_datareader DROP MEMBER reader");
    assertThat(reader.errorNumber("SELECT * FROM dbo.t")).isEqualTo(229);
  }

  @Test
  void aPreparedStatementLosesItsRightWithTheGrant() throws SQLException {
    client.run("GRANT SELECT ON dbo.t TO reader");
    try (var select = reader.connection().prepareStatement("SELECT id FROM dbo.t WHERE id = ?")) {
      for (int i = 0; i < 3; i++) {
        select.setInt(1, 1);
        select.executeQuery().close();
      }
      client.run("REVOKE SELECT ON dbo.t FROM reader");
      select.setInt(1, 1);
      assertThat(catchThrowableOfType(SQLException.class, select::executeQuery).getErrorCode())
          .isEqualTo(229);
    }
  }

  @Test
  void aLoginWithoutUserCannotEnterTheDatabase() throws SQLException {
    client.run("CREATE LOGIN [lost_" + database + "] WITH PASSWORD = N'" + PASSWORD + "'");
    assertThat(
            catchThrowableOfType(
                    SQLException.class,
                    () -> Drivers.mssql(standIn, database, "lost_" + database, PASSWORD))
                .getErrorCode())
        .isEqualTo(4060);
  }
}
