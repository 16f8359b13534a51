package dev.renkei.cli;

import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei load}: the loaders in a process of their own. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Loads the hub into the warehouses. A second process for the same warehouse stands by, and takes over when the",
      "first has ended."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei load -c shop.yaml                       every warehouse that is enabled",
      "  renkei load -c shop.yaml --warehouse local     one of them"
    })
final class LoadCommand extends RunsNode implements Callable<Integer> {
  @Option(names = "--warehouse", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String warehouse;

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = load();
    List<WarehouseConfig> enabled = NodePlan.loadedWarehouses(config);
    List<WarehouseConfig> wanted =
        enabled.stream().filter(one -> warehouse == null || one.name().equals(warehouse)).toList();
    if (wanted.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          warehouse == null
              ? "no warehouse is enabled for the loader: give one under `warehouses`; `by: beam` ones are loaded by `renkei pipeline warehouse`."
              : "no warehouse '%s' is enabled for the loader; there are: %s."
                  .formatted(
                      warehouse,
                      enabled.stream().map(one -> one.name()).collect(Collectors.joining(", "))));
    }
    return run(config, NodePlan.loaders(wanted));
  }
}
