package dev.renkei.beam;

import dev.renkei.beam.dataflow.DataflowLaunch;
import dev.renkei.beam.dataflow.DataflowTarget;
import dev.renkei.beam.flink.EmbeddedFlink;
import dev.renkei.beam.flink.FlinkCluster;
import dev.renkei.beam.flink.FlinkSubmission;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.ConfigurationException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The process behind {@code renkei pipeline}, which tells users about the options and passes them
 * on.
 */
@Command(name = "renkei pipeline", sortOptions = false)
public final class PipelineMain implements Callable<Integer> {
  /** The name of a Flink cluster inside this process. */
  private static final String EMBEDDED = "embedded";

  @Parameters(index = "0")
  private String name;

  @Option(names = "--config", required = true)
  private Path file;

  @Option(names = "--runner", required = true)
  private String runner;

  @Option(names = "--flink-master")
  private @Nullable String flinkMaster;

  @Option(names = "--replace")
  private boolean replace;

  @Option(names = "--savepoint")
  private @Nullable String savepoint;

  @Option(names = "--warehouse")
  private @Nullable String warehouse;

  @Option(names = "--kafka")
  private @Nullable String embeddedBroker;

  @Option(names = "--dry-run")
  private boolean dryRun;

  @Parameters(index = "1..*", arity = "0..*")
  private List<String> beam = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  private PipelineMain() {}

  public static void main(String[] arguments) {
    Logs.toConsole();
    CommandLine line = new CommandLine(new PipelineMain());
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof PipelineFailure known) {
            System.err.println("renkei: " + known.getMessage());
            return known.exitCode();
          }
          throw failure;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Configuration config;
    try {
      config = Configuration.load(file, System.getenv());
    } catch (ConfigurationException e) {
      throw PipelineFailure.usage(String.valueOf(e.getMessage()));
    }
    Flow flow =
        Flow.named(name)
            .orElseThrow(
                () ->
                    PipelineFailure.usage(
                        "no pipeline '%s' in this build; there are: %s."
                            .formatted(name, Flow.all())));
    Blueprint blueprint = Blueprints.of(config, flow, warehouse, embeddedBroker);
    String jobName = JobName.of(config.name(), flow, blueprint.part());
    if (!dryRun) {
      blueprint.prepare();
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    switch (runner) {
      case "dataflow" -> dataflow(config, blueprint, jobName, out);
      case "flink" -> flink(config, blueprint, jobName, out);
      case "direct" -> direct(blueprint, jobName, out);
      default ->
          throw PipelineFailure.usage(
              "--runner=%s: there are flink, dataflow and direct.".formatted(runner));
    }
    return 0;
  }

  private PipelineOptions options() throws PipelineFailure {
    try {
      return PipelineOptionsFactory.fromArgs(beam.toArray(String[]::new)).create();
    } catch (IllegalArgumentException e) {
      throw PipelineFailure.usage("Beam's options: " + e.getMessage());
    }
  }

  private void dataflow(Configuration config, Blueprint blueprint, String jobName, PrintWriter out)
      throws PipelineFailure {
    DataflowLaunch launch =
        new DataflowLaunch(
            DataflowTarget.of(config),
            jobName,
            blueprint.parameters(),
            blueprint::build,
            options());
    Optional<String> obstacle = DataflowTarget.obstacle(config);
    if (dryRun) {
      obstacle.ifPresent(sentence -> out.println("would be refused: " + sentence));
      launch.dryRun(out);
    } else if (obstacle.isPresent()) {
      throw PipelineFailure.usage("--runner=dataflow: " + obstacle.get());
    } else {
      launch.run(out);
    }
  }

  private void flink(Configuration config, Blueprint blueprint, String jobName, PrintWriter out)
      throws PipelineFailure, InterruptedException {
    String master = flinkMaster == null ? config.pipelines().flink().master() : flinkMaster;
    if (master == null) {
      throw PipelineFailure.usage(
          "--runner=flink: no cluster. Name its JobManager by --flink-master=HOST:PORT, or as `pipelines.flink.master`.");
    }
    if (master.equals(EMBEDDED)) {
      EmbeddedFlink embedded =
          new EmbeddedFlink(
              config.pipelines().flink(),
              config.dataDir().resolve("flows").resolve("flink"),
              jobName,
              blueprint::build,
              options());
      if (dryRun) {
        embedded.dryRun(out);
      } else {
        embedded.run(out);
      }
      return;
    }
    FlinkSubmission submission =
        new FlinkSubmission(
            new FlinkCluster(master),
            config.pipelines().flink(),
            jobName,
            replace,
            savepoint,
            blueprint::build,
            options());
    if (dryRun) {
      submission.dryRun(out);
    } else {
      submission.run(out);
    }
  }

  private void direct(Blueprint blueprint, String jobName, PrintWriter out) throws PipelineFailure {
    PipelineOptions options = options();
    options.setRunner(DirectRunner.class);
    options.setJobName(jobName);
    options.as(DirectOptions.class).setBlockOnRun(false);
    Pipeline pipeline = Pipeline.create(options);
    blueprint.build(pipeline);
    if (dryRun) {
      Transforms.names(pipeline).forEach(out::println);
      return;
    }
    PipelineResult running = pipeline.run();
    out.printf("%s runs in this process; Ctrl-C stops it%n", jobName);
    running.waitUntilFinish();
  }
}
