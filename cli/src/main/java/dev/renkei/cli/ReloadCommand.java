package dev.renkei.cli;

import dev.renkei.cli.node.HubCommands;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Command;
import dev.renkei.core.schema.TableName;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
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
      "Asks the trackers to take a snapshot of tables again. Changes flow meanwhile; rows that have vanished at the",
      "source are deleted in the warehouse. A table that was stopped goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei reload -c shop.yaml dbo.Orders dbo.Stock",
      "  renkei reload -c shop.yaml --all",
      "  renkei status -c shop.yaml                  how far it is"
    })
final class ReloadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Parameters(paramLabel = "TABLE", arity = "0..*", description = "schema.table")
  private List<String> tables = List.of();

  @Option(names = "--all", description = "Every table.")
  private boolean all;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ReloadCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (all == !tables.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "name tables, or say --all.");
    }
    Configuration config = option.load();
    List<TableName> names = tables.stream().map(ReloadCommand::name).toList();
    HubAccess.use(
        config,
        hub -> {
          HubCommands commands = new HubCommands(config, hub.commands());
          if (all) {
            commands.send(new Command.ReloadAll("renkei reload --all", Instant.now()));
          }
          for (TableName name : names) {
            commands.send(new Command.ReloadTable(name, "renkei reload " + name, Instant.now()));
          }
        });
    spec.commandLine()
        .getOut()
        .printf(
            "asked to reload %s; `renkei status -c %s` shows how far it is%n",
            all ? "every table" : String.join(", ", tables), option.file());
    return ExitCode.OK.number();
  }

  private static TableName name(String text) {
    try {
      return TableName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(text, e.getMessage()));
    }
  }
}
