package dev.renkei.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/**
 * {@code renkei bench}: starts the benchmarks as a process of their own, since their class path is
 * not the product's.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures Renkei against bare loops on this machine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei bench stand-in                 read, CHANGETABLE, writes, heap of the stand-in",
      "  renkei bench stand-in --rows 100000   the same, shorter",
      "  renkei bench stand-in --help          its options"
    })
final class BenchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BENCHMARK", arity = "0..1", description = "stand-in")
  private String benchmark = "";

  @Unmatched private List<String> rest = new ArrayList<>();

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
    command.add("-cp");
    command.add(
        module.resolve("classes")
            + File.pathSeparator
            + module.resolve("lib")
            + File.separator
            + "*");
    command.add("dev.renkei.bench.Main");
    if (!benchmark.isEmpty()) {
      command.add(benchmark);
    }
    command.addAll(rest);
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
