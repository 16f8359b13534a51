package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the processes of an installation on this machine say of themselves. */
record Processes(List<StatusReport> reports, List<StatusView.Silent> silent) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Asks those that live, one after the other. */
  static Processes ask(Configuration config) throws IOException, InterruptedException {
    List<StatusReport> reports = new ArrayList<>();
    List<StatusView.Silent> silent = new ArrayList<>();
    for (RunFiles.Running process : RunFiles.living(config.dataDir())) {
      try {
        reports.add(new ControlClient(process.url(), config.server().token(), PATIENCE).status());
      } catch (ControlException e) {
        silent.add(new StatusView.Silent(process, String.valueOf(e.getMessage())));
      }
    }
    return new Processes(reports, silent);
  }

  boolean isEmpty() {
    return reports.isEmpty() && silent.isEmpty();
  }
}
