package dev.renkei.cli;

import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code renkei collect}: the collector in a process of its own. */
@Command(
    name = "collect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes events from clients by HTTP into the hub, and answers 202 when the hub has them (docs/events.md).",
      "Any number of them, on several machines, share the work behind a load balancer."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei collect -c shop.yaml",
      "  curl -H 'Content-Type: application/json' http://127.0.0.1:8090/v1/events \\",
      "       -d '{\"type\":\"page_view\",\"id\":\"1\",\"data\":{\"url\":\"/\"}}'"
    })
final class CollectCommand extends RunsNode implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  CollectCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = load();
    if (config.events().isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "collect: the configuration names no events; see docs/events.md.");
    }
    return run(config, NodePlan.collector());
  }
}
