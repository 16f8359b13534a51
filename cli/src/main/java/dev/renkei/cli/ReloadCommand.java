package dev.renkei.cli;

import dev.renkei.cli.node.HubCommands;
import dev.renkei.core.change.Where;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Command;
import dev.renkei.core.schema.TableName;
import dev.renkei.server.StatusReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renkei reload}: tables are loaded again, while changes flow. */
@CommandLine.Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asks the trackers to take a snapshot of tables again, and follows it until every warehouse of this machine has",
      "loaded it. Changes flow meanwhile; rows that have vanished at the source are deleted. A table that was stopped",
      "goes on. Ctrl-C ends the following, not the reload."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei reload -c shop.yaml dbo.Orders dbo.Stock",
      "  renkei reload -c shop.yaml --all",
      "  renkei reload -c shop.yaml dbo.Orders --where \"OrderID >= 1000 AND OrderID < 2000\"",
      "  renkei reload -c shop.yaml dbo.Orders --no-wait && renkei status -c shop.yaml"
    })
final class ReloadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Parameters(paramLabel = "TABLE", arity = "0..*", description = "schema.table")
  private List<String> tables = List.of();

  @Option(names = "--all", description = "Every table.")
  private boolean all;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = {
        "Only these rows of one table: comparisons of columns with constants, joined by AND. Rows that have vanished are",
        "deleted where the condition is a range of keys: of numbers, dates or times, or equality."
      })
  private @Nullable String where;

  @Option(names = "--no-wait", description = "Only asks: ends when the hub holds the wish.")
  private boolean noWait;

  @Option(names = "--json", description = "At the end, an array with an object per table.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ReloadCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (all == !tables.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "name tables, or say --all.");
    }
    Where part = part();
    Configuration config = option.load();
    List<TableName> names = tables.stream().map(ReloadCommand::name).toList();
    List<StatusReport> running = part == null ? List.of() : Processes.ask(config).reports();
    Instant asked = Instant.now();
    HubAccess.use(
        config,
        hub -> {
          HubCommands commands = new HubCommands(config, hub.commands());
          if (all) {
            commands.send(new Command.ReloadAll("renkei reload --all", Instant.now()));
          }
          for (TableName name : names) {
            if (part != null) {
              sayWhetherItSweeps(ReloadPart.check(config, hub, name, part, running));
            }
            commands.send(
                new Command.ReloadTable(name, where, "renkei reload " + name, Instant.now()));
          }
        });
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf(
          "asked to reload %s; `renkei status -c %s` shows how far it is%n",
          all ? "every table" : String.join(", ", tables), option.file());
      out.flush();
    }
    return noWait ? ExitCode.OK.number() : follow(config, asked, names, out);
  }

  private @Nullable Where part() {
    String condition = where;
    if (condition == null) {
      return null;
    }
    if (tables.size() != 1) {
      throw new CommandFailure(ExitCode.USAGE, "--where is for one table.");
    }
    try {
      return Where.parse(condition);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--where, " + e.getMessage());
    }
  }

  private void sayWhetherItSweeps(boolean sweeps) {
    if (!sweeps && !json) {
      spec.commandLine()
          .getOut()
          .println(
              "this is no range of keys that a warehouse could tell: rows are loaded again, vanished ones are not deleted");
    }
  }

  private int follow(Configuration config, Instant asked, List<TableName> names, PrintWriter out)
      throws IOException, InterruptedException {
    ReloadFollower follower =
        new ReloadFollower(
            config, where != null, asked, json ? null : out, Terminal.isInteractive());
    Collection<ReloadProgress> ended =
        follower.follow(names.stream().map(TableName::toString).distinct().toList());
    if (json) {
      out.println(ReloadText.json(ended));
    }
    return ended.stream()
        .filter(ReloadProgress.Stuck.class::isInstance)
        .map(one -> ((ReloadProgress.Stuck) one).exit().number())
        .findFirst()
        .orElse(ExitCode.OK.number());
  }

  private static TableName name(String text) {
    try {
      return TableName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(text, e.getMessage()));
    }
  }
}
