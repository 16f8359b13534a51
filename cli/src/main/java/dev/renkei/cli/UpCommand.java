package dev.renkei.cli;

import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei up}: everything that the configuration says, in one process. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs everything that the configuration says in this process: hub, trackers, dedupe, loaders, control endpoint.",
      "What fails is tried again, counted and shown; stopping it, also by force, loses nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei up -c shop.yaml            a live view in a terminal, log lines elsewhere",
      "  renkei up -c shop.yaml --dry-run  what it would make, without making it",
      "  renkei status -c shop.yaml        how it is, from another terminal",
      "  renkei query -c shop.yaml \"FROM dbo.Orders LIMIT 10\""
    })
final class UpCommand extends RunsNode implements Callable<Integer> {
  @Option(
      names = "--dry-run",
      description =
          "Start nothing: show which tables would be tracked, and which topics, subscriptions, datasets, tables and views would be made, with their DDL.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  UpCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = load();
    if (dryRun) {
      Logs.toConsole();
      DryRun.print(config, spec().commandLine().getOut());
      return ExitCode.OK.number();
    }
    return run(config, NodePlan.everything(config));
  }
}
