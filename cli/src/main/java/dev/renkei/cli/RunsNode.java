package dev.renkei.cli;

import dev.renkei.cli.node.Flows;
import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.server.ServerException;
import dev.renkei.server.StatusView;
import dev.renkei.steps.mask.MaskStep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code up}, {@code track}, {@code flow} and {@code load} have in common. */
abstract class RunsNode {
  private static final Duration REFRESH = Duration.ofSeconds(1);

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Option(
      names = "--plain",
      description = "Log lines also in a terminal, instead of the live view.")
  private boolean plain;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  RunsNode() {}

  final CommandSpec spec() {
    return spec;
  }

  final Configuration load() {
    return option.load();
  }

  /** Runs the parts until Ctrl-C or SIGTERM. */
  final Integer run(Configuration config, NodePlan plan) throws InterruptedException {
    boolean live = Terminal.isInteractive() && !plain;
    PrintWriter out = spec.commandLine().getOut();
    log(config, live);
    refuseWhatDoesNotFit(config, plan);
    StopSignal stop = StopSignal.install();
    try (Node node = open(config, plan)) {
      if (live) {
        watch(node, stop, config, out);
      } else {
        out.printf("running  %s: %s%n", config.name(), String.join(", ", node.status().roles()));
        out.printf("console  %s/%n", node.url());
        node.collector().ifPresent(url -> out.printf("events   %s/v1/events%n", url));
        out.printf("ready; Ctrl-C stops it%n");
        out.flush();
        stop.await();
      }
    }
    return ExitCode.OK.number();
  }

  /** What the parts of this process would stumble over, told together before any of them starts. */
  private static void refuseWhatDoesNotFit(Configuration config, NodePlan plan) {
    boolean tracks = !plan.trackers().isEmpty();
    List<Runnable> checks = new ArrayList<>();
    if (plan.collects() || plan.flows().contains(Flows.ENRICH)) {
      checks.add(() -> EventCheck.refuseWhatDoesNotFit(config));
    }
    if (tracks) {
      checks.add(() -> FilterCheck.refuseWhatDoesNotFit(config));
    }
    if (tracks || plan.flows().contains(Flows.FEATURES) || plan.flows().contains(Flows.RULES)) {
      checks.add(() -> UsesCheck.refuseWhatDoesNotFit(config));
    }
    if (tracks || plan.flows().contains(MaskStep.NAME)) {
      checks.add(() -> PrivacyCheck.refuseWhatDoesNotFit(config));
    }
    List<String> refusals = new ArrayList<>();
    for (Runnable check : checks) {
      try {
        check.run();
      } catch (CommandFailure e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    if (!refusals.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, String.join("\n", refusals));
    }
  }

  private static void log(Configuration config, boolean live) {
    if (!live) {
      Logs.toConsole();
      return;
    }
    try {
      Logs.toFile(Files.createDirectories(logs(config)).resolve("renkei.log"));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s cannot be made (%s). Choose another `data_dir`.".formatted(logs(config), e));
    }
  }

  private static Path logs(Configuration config) {
    return config.dataDir().resolve("logs");
  }

  private static Node open(Configuration config, NodePlan plan) throws InterruptedException {
    try {
      return Node.start(config, plan, Version.number());
    } catch (HubException e) {
      throw new CommandFailure(ExitCode.HUB, String.valueOf(e.getMessage()));
    } catch (WarehouseException e) {
      throw new CommandFailure(ExitCode.WAREHOUSE, String.valueOf(e.getMessage()));
    } catch (ServerException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s cannot be used: %s".formatted(config.dataDir(), e.getMessage()));
    }
  }

  private static void watch(Node node, StopSignal stop, Configuration config, PrintWriter out)
      throws InterruptedException {
    Terminal terminal = new Terminal(out);
    do {
      terminal.redraw(
          "%s%nconsole %s/ · log %s · Ctrl-C stops it%n"
              .formatted(
                  new StatusView(List.of(node.status()), List.of()).text(),
                  node.url(),
                  logs(config)));
    } while (!stop.await(REFRESH));
    out.println("stopping");
    out.flush();
  }
}
