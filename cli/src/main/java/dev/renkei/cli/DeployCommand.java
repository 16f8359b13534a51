package dev.renkei.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code renkei deploy}: what concerns a running system and another configuration. */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "What becomes of a running system with another configuration.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = DeployPlanCommand.class,
    footerHeading = "%nExamples:%n",
    footer = "  renkei deploy plan -c new.yaml")
final class DeployCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the field
  DeployCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command: plan.");
  }
}
