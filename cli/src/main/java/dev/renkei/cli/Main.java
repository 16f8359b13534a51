package dev.renkei.cli;

import dev.renkei.cli.demo.DemoCommand;
import dev.renkei.cli.process.ParentWatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry point: parses what the user typed and runs the command of that name. */
@Command(
    name = "renkei",
    description = "Real-time data linkage for operational SQL Server databases.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      CheckCommand.class,
      UpCommand.class,
      TrackCommand.class,
      CollectCommand.class,
      FlowCommand.class,
      LoadCommand.class,
      PipelineCommand.class,
      StatusCommand.class,
      QueryCommand.class,
      VerifyCommand.class,
      ReloadCommand.class,
      ReplayCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      BackfillCommand.class,
      DeadLettersCommand.class,
      AlertsCommand.class,
      KeysCommand.class,
      DeployCommand.class,
      TerraformCommand.class,
      BenchCommand.class,
      StandInCommand.class,
      RehearseCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei demo                                       everything on this machine, live, with a proof",
      "  renkei init --url 'jdbc:sqlserver://...' > my.yaml",
      "  renkei check -c my.yaml                           what is missing, with the T-SQL that mends it",
      "  renkei up -c my.yaml                              all of it in one process",
      "  renkei help query                                 everything about one command"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  private Main() {}

  public static void main(String[] arguments) {
    ParentWatch.begin();
    System.exit(run(arguments));
  }

  /**
   * Runs one command and returns its exit code; what went wrong is told on standard error in one
   * sentence.
   */
  static int run(String... arguments) {
    CommandLine line = commands();
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(110);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof CommandFailure known) {
            command.getErr().println("renkei: " + known.getMessage());
            return known.exitCode().number();
          }
          command
              .getErr()
              .println(
                  "renkei: this is a fault of Renkei itself; please report it with what follows.");
          failure.printStackTrace(command.getErr());
          return ExitCode.INTERNAL.number();
        });
    return line.execute(arguments);
  }

  /** All commands, each with how it ends. */
  static CommandLine commands() {
    CommandLine line = new CommandLine(new Main());
    line.addSubcommand(new CommandLine.HelpCommand());
    Endings.explain(line);
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }
}
