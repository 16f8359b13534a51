package dev.renkei.cli;

import dev.renkei.cli.node.Hubs;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;

/** The hub of an installation for a command that only asks it something. */
final class HubAccess {
  private HubAccess() {}

  /** What is done with it. */
  interface Use {
    void with(Hub hub) throws HubException, InterruptedException;
  }

  static void use(Configuration config, Use use) throws InterruptedException {
    use(config, Hubs::join, use);
  }

  /** The same, also where the hub is embedded and nothing runs: it is opened for so long. */
  static void useAlone(Configuration config, Use use) throws InterruptedException {
    use(config, Hubs::openOrJoin, use);
  }

  private interface Opens {
    Hub open(Configuration config) throws HubException, InterruptedException;
  }

  private static void use(Configuration config, Opens opens, Use use) throws InterruptedException {
    Logs.toConsole();
    try (Hub hub = opens.open(config)) {
      use.with(hub);
    } catch (HubException e) {
      throw new CommandFailure(ExitCode.HUB, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }
}
