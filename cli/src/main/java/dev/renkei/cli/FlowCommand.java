package dev.renkei.cli;

import dev.renkei.cli.node.Flows;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code renkei flow}: one flow in a process of its own. */
@Command(
    name = "flow",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs one flow; `renkei up` runs all that the configuration has. dedupe: from the topic raw to the hub; enrich: joins",
      "events with their masters; features: computes values over windows of time; mask: from the hub to the masked",
      "side; rules: judges changes by rules and delivers their notifications.",
      "Several processes share it, on one machine or on several; what one leaves, also by force, the others take over."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei flow dedupe -c shop.yaml                  state in the first free folder under data_dir/flows",
      "  renkei flow dedupe -c shop.yaml --name east      state in data_dir/flows/east"
    })
final class FlowCommand extends RunsNode implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description = "What to run: dedupe, enrich, features, mask or rules.")
  private String name;

  @Option(
      names = "--name",
      paramLabel = "FOLDER",
      description =
          "Where this process keeps its state, so that the next one of that name goes on with it; by default whichever is free.")
  private @Nullable String place;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  FlowCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (!Flows.known().contains(name)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "no flow '%s' in this build; there is: %s."
              .formatted(name, String.join(", ", Flows.known())));
    }
    if (place != null && !place.matches("[A-Za-z][A-Za-z0-9_-]{0,59}")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--name %s: a letter, then up to 59 letters, digits, dashes and underscores, please."
              .formatted(place));
    }
    Configuration config = load();
    Flows.refusal(name, config)
        .ifPresent(
            reason -> {
              throw new CommandFailure(ExitCode.USAGE, reason);
            });
    return run(config, NodePlan.flow(name, place));
  }
}
