package dev.renkei.bench;

import dev.renkei.bench.load.LoadBench;
import dev.renkei.bench.standin.StandInBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks by name; started by {@code renkei bench}. */
@Command(
    name = "renkei bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    description = "Measures Renkei against bare loops on this machine.",
    subcommands = {StandInBench.class, LoadBench.class})
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).setUsageHelpWidth(110).execute(arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a benchmark.");
  }
}
