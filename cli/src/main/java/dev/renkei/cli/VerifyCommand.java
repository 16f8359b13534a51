package dev.renkei.cli;

import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import dev.renkei.server.ServerException;
import dev.renkei.server.VerifyRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renkei verify}: whether warehouses hold what the source holds. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares warehouses with the source, row by row, while changes flow: each table is read at the pace of",
      "`verify.max_rows_per_second`, and what differs counts if it still does at a second look. The process that loads",
      "a warehouse compares it; where none runs, this one loads it meanwhile. Ctrl-C ends the following, not the",
      "comparing of another process."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei verify -c shop.yaml                          every table of every warehouse",
      "  renkei verify -c shop.yaml dbo.Orders --repair      and load it again if it differs",
      "  renkei verify -c shop.yaml --json | jq '.[] | select(.state != \"equal\")'"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final int SILENT_LOOKS = 40;

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Parameters(
      paramLabel = "TABLE",
      arity = "0..*",
      description = "schema.table; every table that is tracked where none is named.")
  private List<String> tables = List.of();

  @Option(names = "--warehouse", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String warehouse;

  @Option(
      names = "--repair",
      description = "Tables that differ are loaded again, as `renkei reload` does.")
  private boolean repair;

  @Option(names = "--json", description = "At the end, an array with an object per table.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  VerifyCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration config = option.load();
    tables.forEach(VerifyCommand::refuseWhatIsNoTable);
    List<WarehouseConfig> wanted = wanted(config);
    List<VerifyRun.Table> ended = new ArrayList<>();
    List<WarehouseConfig> unloaded = new ArrayList<>();
    for (WarehouseConfig one : wanted) {
      RunFiles.Running loader =
          RunFiles.living(config.dataDir()).stream()
              .filter(process -> process.roles().contains("load " + one.name()))
              .findFirst()
              .orElse(null);
      if (loader == null) {
        unloaded.add(one);
      } else {
        ended.addAll(follow(client(config, loader.url()), one.name()));
      }
    }
    if (!unloaded.isEmpty()) {
      ended.addAll(loadingMeanwhile(config, unloaded));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? VerifyText.json(ended) : VerifyText.summary(ended));
    out.flush();
    return VerifyText.exit(ended, !tables.isEmpty()).number();
  }

  private static void refuseWhatIsNoTable(String text) {
    try {
      var unused = TableName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(text, e.getMessage()));
    }
  }

  private List<WarehouseConfig> wanted(Configuration config) {
    List<WarehouseConfig> loaded = NodePlan.loadedWarehouses(config);
    List<WarehouseConfig> wanted =
        loaded.stream().filter(one -> warehouse == null || one.name().equals(warehouse)).toList();
    if (wanted.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "no such warehouse is loaded by Renkei's loader; there are: %s."
              .formatted(loaded.stream().map(one -> one.name()).collect(Collectors.joining(", "))));
    }
    return wanted;
  }

  private static ControlClient client(Configuration config, URI url) {
    return new ControlClient(url, config.server().token(), PATIENCE);
  }

  /** Runs what is needed to bring the warehouses up to date, compares, and ends it. */
  private List<VerifyRun.Table> loadingMeanwhile(
      Configuration config, List<WarehouseConfig> warehouses)
      throws IOException, InterruptedException {
    Logs.toConsole();
    boolean own = config.hub() instanceof HubConfig.Kafka kafka && kafka.embedded();
    boolean alone = own && RunFiles.living(config.dataDir()).isEmpty();
    spec.commandLine()
        .getErr()
        .println(
            alone
                ? "nothing runs here: everything is started for as long as comparing takes"
                : "loading while comparing: %s"
                    .formatted(
                        warehouses.stream()
                            .map(one -> one.name())
                            .collect(Collectors.joining(", "))));
    NodePlan plan = alone ? NodePlan.everything(config) : NodePlan.loaders(warehouses);
    List<VerifyRun.Table> ended = new ArrayList<>();
    try (Node node = Node.start(config, plan, Version.number())) {
      for (WarehouseConfig one : warehouses) {
        ended.addAll(follow(client(config, node.url()), one.name()));
      }
    } catch (HubException e) {
      throw new CommandFailure(ExitCode.HUB, String.valueOf(e.getMessage()));
    } catch (WarehouseException e) {
      throw new CommandFailure(ExitCode.WAREHOUSE, String.valueOf(e.getMessage()));
    } catch (ServerException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
    return ended;
  }

  private List<VerifyRun.Table> follow(ControlClient client, String name)
      throws InterruptedException {
    try {
      VerifyRun run = client.verify(tables, name, repair);
      int told = 0;
      int looks = 0;
      while (true) {
        List<VerifyRun.Table> ended =
            run.tables().stream().filter(one -> one.result() != null).toList();
        for (VerifyRun.Table one : ended.subList(told, ended.size())) {
          tell(VerifyText.line(one));
        }
        told = ended.size();
        if (run.over()) {
          return run.tables();
        }
        if (++looks % SILENT_LOOKS == 0) {
          run.tables().stream()
              .filter(one -> one.result() == null)
              .findFirst()
              .ifPresent(one -> tell(VerifyText.underWay(one)));
        }
        Thread.sleep(LOOK.toMillis());
        run = client.verified(run.run());
      }
    } catch (ControlException.Refused e) {
      String cure = e.cure();
      throw new CommandFailure(
          e.status() < 500 ? ExitCode.USAGE : ExitCode.WAREHOUSE,
          e.getMessage() + (cure == null ? "" : " " + cure));
    } catch (ControlException e) {
      throw new CommandFailure(
          ExitCode.WAREHOUSE,
          "%s What was found until then is in `renkei status`; ask again."
              .formatted(e.getMessage()));
    }
  }

  private void tell(String line) {
    if (!json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(line);
      out.flush();
    }
  }
}
