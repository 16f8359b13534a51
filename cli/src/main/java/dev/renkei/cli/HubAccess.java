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
    Logs.toConsole();
    try (Hub hub = Hubs.join(config)) {
      use.with(hub);
    } catch (HubException e) {
      throw new CommandFailure(ExitCode.HUB, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }
}
