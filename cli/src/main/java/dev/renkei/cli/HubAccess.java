package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.KafkaHub;

/** The hub of an installation for a command that only asks it something. */
final class HubAccess {
  private HubAccess() {}

  /** What is done with it. */
  interface Use {
    void with(KafkaHub hub) throws HubException, InterruptedException;
  }

  static void use(Configuration config, Use use) throws InterruptedException {
    Logs.toConsole();
    try (KafkaHub hub = KafkaHub.join((HubConfig.Kafka) config.hub(), config.dataDir())) {
      use.with(hub);
    } catch (HubException e) {
      throw new CommandFailure(ExitCode.HUB, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }
}
