package dev.renkei.cli;

import dev.renkei.cli.node.Hubs;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.steps.mask.MaskStep;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code renkei pipeline}: a flow as a Beam pipeline. It is a process of its own, since its class
 * path is not the product's.
 */
@Command(
    name = "pipeline",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a flow as an Apache Beam pipeline on an engine outside: Flink or Dataflow.",
      "dedupe     from the topic raw to the hub; the configuration says `pipelines: {dedupe: true}`",
      "warehouse  from the hub into a warehouse on BigQuery that is loaded `by: beam`",
      "mask       from the hub to the masked side, as `privacy` says",
      "latest     from the hub into the table of Bigtable that `bigtable` names: the latest row of every key",
      "enrich     events of the hub, joined with their masters, into the hub; on Kafka with `pipelines: {enrich: true}`",
      "features   from the hub into features, these into the hub; the configuration says `pipelines: {features: true}`",
      "rules      from the hub into notifications, which `up` or `flow rules` delivers; on Kafka with `pipelines: {rules: true}`",
      "On Flink and Dataflow the command ends when the job runs there; how jobs run is said under `pipelines` in the configuration (docs/beam.md)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei pipeline dedupe -c shop.yaml --runner=flink --flink-master=127.0.0.1:8081",
      "  renkei pipeline dedupe -c shop.yaml --runner=flink --replace     a new version goes on where the old one was",
      "  renkei pipeline warehouse -c shop.yaml --runner=dataflow --dry-run",
      "  renkei pipeline warehouse -c shop.yaml --runner=dataflow         launches, or updates the job that runs",
      "  renkei pipeline latest -c shop.yaml --runner=flink               latest rows into Bigtable, for lookups",
      "  renkei pipeline dedupe -c shop.yaml --runner=flink --flink-master=embedded   in this process, for a trial",
      "  renkei pipeline dedupe -c shop.yaml --runner=dataflow -- --diskSizeGb=50"
    })
final class PipelineCommand implements Callable<Integer> {
  @Mixin private ConfigurationOption configuration;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "dedupe, warehouse, mask, latest, enrich, features or rules")
  private String name;

  @Option(
      names = "--runner",
      required = true,
      paramLabel = "ENGINE",
      description = "flink, dataflow, or direct for a trial in this process.")
  private String runner;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description =
          "The JobManager's REST interface (default: `pipelines.flink.master`); embedded is one inside this process, for a trial.")
  private @Nullable String flinkMaster;

  @Option(
      names = "--replace",
      description = "On Flink: stop the running job with a savepoint, and go on from there.")
  private boolean replace;

  @Option(
      names = "--savepoint",
      paramLabel = "URI",
      description = "On Flink: go on from this savepoint.")
  private @Nullable String savepoint;

  @Option(
      names = "--warehouse",
      paramLabel = "NAME",
      description = "Which warehouse, where several are loaded `by: beam`.")
  private @Nullable String warehouse;

  @Option(
      names = "--dry-run",
      description = "Show what would be asked of the engine; change nothing.")
  private boolean dryRun;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "BEAM",
      description = "Beam's own options, after `--`.")
  private List<String> beam = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  PipelineCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration config = configuration.load();
    if (name.equals(MaskStep.NAME)) {
      PrivacyCheck.refuseWhatDoesNotFit(config);
    }
    List<String> command = new ArrayList<>(java());
    command.add("dev.renkei.beam.PipelineMain");
    command.add(name);
    command.add("--config=" + configuration.file());
    command.add("--runner=" + runner);
    addUnlessNull(command, "--flink-master=", flinkMaster);
    addUnlessNull(command, "--savepoint=", savepoint);
    addUnlessNull(command, "--warehouse=", warehouse);
    addUnlessNull(command, "--kafka=", embeddedBroker(config));
    if (replace) {
      command.add("--replace");
    }
    if (dryRun) {
      command.add("--dry-run");
    }
    command.add("--");
    command.addAll(beam);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "renkei-pipeline-stop"));
    return process.waitFor();
  }

  private static void addUnlessNull(List<String> command, String option, @Nullable String value) {
    if (value != null) {
      command.add(option + value);
    }
  }

  /** Where the broker inside another process listens: its port changes from run to run. */
  private @Nullable String embeddedBroker(Configuration config) throws InterruptedException {
    if (!(config.hub() instanceof HubConfig.Kafka kafka) || !kafka.embedded() || dryRun) {
      return null;
    }
    try (Hub hub = Hubs.join(config)) {
      return hub.address();
    } catch (HubException e) {
      throw new CommandFailure(
          ExitCode.HUB,
          "%s A pipeline does not bring the embedded broker: start `renkei up` first."
              .formatted(e.getMessage()));
    }
  }

  private static List<String> java() throws IOException {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Flink's client and Beam's coders look into the JDK's collections and times.
    for (String opened : List.of("java.util", "java.lang", "java.nio", "java.time")) {
      java.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    java.add("-Xmx1g");
    java.add("-cp");
    java.add(classPath());
    return java;
  }

  private static String classPath() throws IOException {
    Path module = home().resolve("beam").resolve("target");
    Path inTheRepository = module.resolve("runtime.classpath");
    String libraries;
    if (Files.isRegularFile(inTheRepository)) {
      libraries = Files.readString(inTheRepository).strip();
    } else if (Files.isDirectory(module.resolve("lib"))) {
      libraries = module.resolve("lib") + File.separator + "*";
    } else {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the pipelines are not built; run ./renkei pipeline from a checkout, which builds them.");
    }
    return module.resolve("classes") + File.pathSeparator + libraries;
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
