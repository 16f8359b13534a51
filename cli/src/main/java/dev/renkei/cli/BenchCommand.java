package dev.renkei.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code renkei bench}: starts the benchmarks as a process of their own, since their class path is
 * not the product's. All arguments are theirs, {@code --help} too.
 */
@Command(
    name = "bench",
    sortOptions = false,
    customSynopsis = "renkei bench [BENCHMARK [--quick] [--json] [--rounds=N] ...]",
    description = {
      "Measures Renkei's parts on this machine, each beside a bare loop that does the same work.",
      "Without a name: lists the benchmarks."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei bench                          which benchmarks there are",
      "  renkei bench tracker                  reading a change set, against a bare driver",
      "  renkei bench tracker --quick --json   seconds instead of minutes, figures as JSON",
      "  renkei bench tracker --help           its options",
      "  renkei bench all                      all of them, then ratios and aims"
    })
final class BenchCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path module = home().resolve("bench").resolve("target");
    if (!Files.isDirectory(module.resolve("lib"))) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the benchmarks are not built; run ./renkei bench from a checkout, which builds them.");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-Drenkei.home=" + home());
    command.add("-cp");
    command.add(
        module.resolve("classes")
            + File.pathSeparator
            + module.resolve("lib")
            + File.separator
            + "*");
    command.add("dev.renkei.bench.Main");
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "renkei-bench-stop"));
    return process.waitFor();
  }

  private static Path home() {
    String home = System.getProperty("renkei.home");
    if (home == null) {
      throw new CommandFailure(
          ExitCode.USAGE, "renkei.home is not set; start Renkei with its launcher, ./renkei.");
    }
    return Path.of(home);
  }
}
