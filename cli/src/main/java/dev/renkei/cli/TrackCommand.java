package dev.renkei.cli;

import dev.renkei.cli.node.NodePlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei track}: one tracker in a process of its own. */
@Command(
    name = "track",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs one tracker: reads the source's changes and publishes them to the hub.",
      "Two of them, on two machines, survive the loss of one. With `trackers.mode: active_active` both read every table, and",
      "duplicates fall out in `renkei flow dedupe`; with `assigned` each table is read by one, and moves when that one ends."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei track -c shop.yaml --name tracker-a    on one machine",
      "  renkei track -c shop.yaml --name tracker-b    on another"
    })
final class TrackCommand extends RunsNode implements Callable<Integer> {
  @Option(
      names = "--name",
      defaultValue = "tracker-a",
      description =
          "The tracker's stable name; a second process under that name takes over from the first (default: ${DEFAULT-VALUE}).")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  TrackCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (!name.matches("[A-Za-z0-9._-]{1,60}")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--name %s: up to 60 letters, digits, dots, dashes and underscores, please."
              .formatted(name));
    }
    return run(load(), NodePlan.tracker(name));
  }
}
