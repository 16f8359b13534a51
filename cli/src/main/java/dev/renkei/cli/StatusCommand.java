package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusView;
import dev.renkei.server.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
      "  renkei status -c shop.yaml --wait 10m   waits until every table is loaded and followed",
      "  renkei status -c shop.yaml --json | jq '.[].trackers[].tables[] | select(.lagMillis > 5000)'"
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Option(names = "--json", description = "The reports of all processes as a JSON array.")
  private boolean json;

  @Option(
      names = "--wait",
      paramLabel = "SPAN",
      arity = "0..1",
      fallbackValue = "5m",
      converter = SpanConverter.class,
      description = {
        "Wait for so long at most (default: ${FALLBACK-VALUE}) until all is up: every table followed and no",
        "snapshot under way, every flow running, every warehouse near the end of the hub."
      })
  private @Nullable Duration wait;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  StatusCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration config = option.load();
    Processes processes = wait == null ? Processes.ask(config) : upWithin(wait, config);
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
    boolean inVain = !view.missing().isEmpty();
    if (wait == null) {
      inVain = false;
    } else if (inVain) {
      err().printf("renkei: not up after %s: %s%n", SpanConverter.text(wait), sentence(view));
    }
    return inVain || view.verdict().health() == Verdict.Health.PROBLEM
        ? ExitCode.SOURCE.number()
        : ExitCode.OK.number();
  }

  /** What there is at the end of the wait, well or not; what is still missing is told meanwhile. */
  private Processes upWithin(Duration longest, Configuration config)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    String told = "";
    while (true) {
      Processes processes = Processes.ask(config);
      StatusView view = new StatusView(processes.reports(), processes.silent());
      if (view.missing().isEmpty() || System.nanoTime() - end >= 0) {
        return processes;
      }
      String missing = sentence(view);
      if (!missing.equals(told)) {
        err().println("renkei: waiting: " + missing);
        told = missing;
      }
      Thread.sleep(LOOKS_EVERY.toMillis());
    }
  }

  /** The first of what is missing, and how much more there is. */
  private static String sentence(StatusView view) {
    List<String> missing = view.missing();
    return missing.size() == 1
        ? missing.get(0)
        : "%s, and %d more".formatted(missing.get(0), missing.size() - 1);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
