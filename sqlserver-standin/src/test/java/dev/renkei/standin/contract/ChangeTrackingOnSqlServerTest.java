package dev.renkei.standin.contract;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract of Change Tracking on a real SQL Server, given by {@code RENKEI_SQLSERVER_URL}: a
 * JDBC URL of mssql-jdbc with user and password of a system administrator. Each test creates and
 * drops a database named {@code renkei_...} there.
 */
@EnabledIfEnvironmentVariable(
    named = "RENKEI_SQLSERVER_URL",
    matches = "jdbc:.+",
    disabledReason = "needs a real SQL Server: RENKEI_SQLSERVER_URL is not set")
class ChangeTrackingOnSqlServerTest {
  private static SqlServerTarget server;

  @BeforeAll
  static void find() {
    server = new SqlServerTarget(System.getenv("RENKEI_SQLSERVER_URL"));
  }

  @Nested
  class Versions extends VersionsContract {
    Versions() {
      super(server);
    }
  }

  @Nested
  class Rows extends RowsContract {
    Rows() {
      super(server);
    }
  }

  @Nested
  class Columns extends ColumnsContract {
    Columns() {
      super(server);
    }
  }

  @Nested
  class Validity extends ValidityContract {
    Validity() {
      super(server);
    }
  }

  @Nested
  class Consistency extends ConsistencyContract {
    Consistency() {
      super(server);
    }
  }

  @Nested
  class Failures extends FailuresContract {
    Failures() {
      super(server);
    }
  }

  @Nested
  class Ddl extends DdlContract {
    Ddl() {
      super(server);
    }
  }

  @Nested
  class Rights extends RightsContract {
    Rights() {
      super(server);
    }
  }

  @Nested
  class Keys extends KeysContract {
    Keys() {
      super(server);
    }
  }
}
