package dev.renkei.cli.node;

import dev.renkei.core.change.Where;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.HubException;
import dev.renkei.server.Commands;

/** Operators' requests, checked against the configuration before they are sent. */
public final class HubCommands implements Commands {
  private final Configuration config;
  private final CommandLog log;

  public HubCommands(Configuration config, CommandLog log) {
    this.config = config;
    this.log = log;
  }

  @Override
  public void send(Command command) throws HubException, InterruptedException {
    if (command instanceof Command.ReloadTable reload) {
      Named.checkTracked(config, reload.table());
      if (reload.where() != null) {
        var unused = Where.parse(reload.where());
      }
    }
    if (command instanceof Command.Replay replay) {
      check(replay);
    }
    log.send(command);
  }

  private void check(Command.Replay replay) {
    if (replay.warehouse() != null) {
      var unused = Named.warehouse(config, replay.warehouse());
    }
    if (replay.from().isAfter(replay.at())) {
      throw new IllegalArgumentException(replay.from() + " is in the future");
    }
  }
}
