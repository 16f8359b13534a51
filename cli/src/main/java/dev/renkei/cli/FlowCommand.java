package dev.renkei.cli;

import dev.renkei.cli.node.NodePlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code renkei flow}: one flow in a process of its own. */
@Command(
    name = "flow",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs one flow. There is one in this build: dedupe, from the topic raw to the hub.",
    footerHeading = "%nExamples:%n",
    footer = "  renkei flow dedupe -c shop.yaml")
final class FlowCommand extends RunsNode implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "dedupe")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  FlowCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (!name.equals("dedupe")) {
      throw new CommandFailure(
          ExitCode.USAGE, "no flow '%s' in this build; there is: dedupe.".formatted(name));
    }
    return run(load(), NodePlan.flow());
  }
}
