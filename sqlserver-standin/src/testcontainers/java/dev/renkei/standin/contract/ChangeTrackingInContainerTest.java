package dev.renkei.standin.contract;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mssqlserver.MSSQLServerContainer;

/**
 * The contract of Change Tracking on Microsoft's image of SQL Server, started by Testcontainers.
 * Compiled and run by the Maven profile {@code testcontainers} only; whoever runs it accepts
 * Microsoft's licence of that image.
 */
@EnabledIf(
    value = "dockerRuns",
    disabledReason = "needs a real SQL Server in a container: no Docker engine runs here")
class ChangeTrackingInContainerTest {
  private static final String IMAGE = "mcr.microsoft.com/mssql/server:2022-latest";

  private static MSSQLServerContainer container;

  private static SqlServerTarget server;

  static boolean dockerRuns() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @BeforeAll
  static void start() {
    container = new MSSQLServerContainer(IMAGE).acceptLicense();
    container.start();
    server =
        new SqlServerTarget(
            container.getJdbcUrl()
                + ";user="
                + container.getUsername()
                + ";password={"
                + container.getPassword()
                + "}");
  }

  @AfterAll
  static void stop() {
    if (container != null) {
      container.stop();
    }
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
