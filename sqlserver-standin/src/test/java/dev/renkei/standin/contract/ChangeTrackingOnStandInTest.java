package dev.renkei.standin.contract;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract of Change Tracking on the stand-in. */
class ChangeTrackingOnStandInTest {
  private static StandInTarget server;

  @BeforeAll
  static void start() throws Exception {
    server = StandInTarget.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
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
  class Levers extends LeversContract {
    Levers() {
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
