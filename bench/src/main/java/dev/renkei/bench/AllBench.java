package dev.renkei.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei bench all}: each benchmark in a process of its own, so that none warms another. */
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs all benchmarks, one after the other, and tells ratios and aims.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench all", "  renkei bench all --quick --json"})
final class AllBench implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEAP_MIB = 1024;
  private static final String NAME = "all";

  @Spec private CommandSpec spec;

  @Option(names = "--rounds", description = "Rounds of each (default: its own).")
  private int rounds;

  @Option(names = "--quick", description = "Small amounts: shows that they run, not how fast.")
  private boolean quick;

  @Option(names = "--json", description = "One JSON object on standard output; else a table.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  private AllBench() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    ArrayNode reports = JSON.createArrayNode();
    List<String> failed = new ArrayList<>();
    for (String name : spec.parent().subcommands().keySet()) {
      if (!name.equals(NAME)) {
        JsonNode report = run(name);
        if (report.isObject()) {
          reports.add(report);
        } else if (!report.isNull()) {
          failed.add(name);
        }
      }
    }
    if (json) {
      System.out.println(JSON.createObjectNode().set("benchmarks", reports));
    } else {
      reports.forEach(AllBench::print);
    }
    failed.forEach(name -> System.err.println("all: " + name + " has failed; see above"));
    return failed.isEmpty() ? 0 : 1;
  }

  /**
   * Runs one; what it says on standard error passes through. Missing where it fails, null where
   * what it needs is not there.
   */
  private JsonNode run(String name) throws IOException, InterruptedException {
    List<String> command = Child.command(Main.class, HEAP_MIB);
    command.addAll(List.of(name, "--json"));
    if (quick) {
      command.add("--quick");
    }
    if (rounds > 0) {
      command.add("--rounds=" + rounds);
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code == Benchmark.LEFT_OUT) {
        return JSON.nullNode();
      }
      return code == 0 ? JSON.readTree(said) : JSON.missingNode();
    } finally {
      process.destroy();
    }
  }

  /** The ratios of a benchmark, and what else has an aim. */
  private static void print(JsonNode report) {
    System.out.printf(
        Locale.ROOT,
        "%s%s, load %.1f before, %.1f after%n",
        report.path("benchmark").asText(),
        report.path("quick").asBoolean() ? ", quick" : "",
        report.path("load_average").path("before").asDouble(),
        report.path("load_average").path("after").asDouble());
    for (JsonNode figure : report.path("figures")) {
      String unit = figure.path("unit").asText();
      if (unit.equals(Figure.RATIO) || figure.has("aim")) {
        System.out.printf(
            Locale.ROOT,
            "  %-66s %10s %-12s %s%n",
            figure.path("name").asText(),
            Report.number(figure.path("median").asDouble()),
            unit,
            figure.has("aim")
                ? "aim %s: %s"
                    .formatted(
                        figure.path("aim").asText(),
                        figure.path("reached").asBoolean() ? "reached" : "missed")
                : "");
      }
    }
  }
}
