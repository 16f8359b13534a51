package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.ConfigurationException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code -c FILE}, the same for every command that works on an installation. */
final class ConfigurationOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "renkei.yaml",
      description = "The configuration (default: ${DEFAULT-VALUE}).")
  private Path file;

  @SuppressWarnings("NullAway.Init") // picocli sets the field
  ConfigurationOption() {}

  Path file() {
    return file;
  }

  /** Reads it; what is wrong with it ends the command with all faults at once. */
  Configuration load() {
    try {
      return Configuration.load(file, System.getenv());
    } catch (ConfigurationException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }
}
