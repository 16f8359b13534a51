package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusView;
import dev.renkei.server.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei status}: how the processes of an installation on this machine are. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what runs on this machine for a configuration: every table with its phase, version and lag, the flow, the",
      "warehouses, and what is wrong with its cure."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei status -c shop.yaml",
      "  renkei status -c shop.yaml --json | jq '.[].trackers[].tables[] | select(.lagMillis > 5000)'",
      "",
      "Exit codes: 0 all is well or mends itself, 3 somebody must act, 4 nothing runs."
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Option(names = "--json", description = "The reports of all processes as a JSON array.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  StatusCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration config = option.load();
    Processes processes = Processes.ask(config);
    if (processes.isEmpty()) {
      throw new CommandFailure(
          ExitCode.HUB,
          "nothing runs for %s on this machine. Start it with `renkei up -c %s`."
              .formatted(config.name(), option.file()));
    }
    StatusView view = new StatusView(processes.reports(), processes.silent());
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? processes.reports().stream()
                .map(StatusReport::toJson)
                .collect(Collectors.joining(",\n", "[", "]\n"))
            : view.text());
    out.flush();
    return view.verdict().health() == Verdict.Health.PROBLEM
        ? ExitCode.SOURCE.number()
        : ExitCode.OK.number();
  }
}
