package dev.renkei.beam.flink;

import dev.renkei.beam.PipelineFailure;
import dev.renkei.beam.Transforms;
import dev.renkei.beam.flink.FlinkCluster.Job;
import dev.renkei.core.config.PipelinesConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * Brings a flow onto a Flink cluster, and leaves it there.
 *
 * @param replace whether a running job of that name is stopped with a savepoint, from which the new
 *     one goes on
 * @param savepoint where to go on; null for the beginning
 * @param build puts the flow into a pipeline
 * @param base Beam's own options that the user gave
 */
public record FlinkSubmission(
    FlinkCluster cluster,
    PipelinesConfig.Flink settings,
    String jobName,
    boolean replace,
    @Nullable String savepoint,
    Consumer<Pipeline> build,
    PipelineOptions base) {
  /** Submits, and says what became of it. */
  public void run(PrintWriter out) throws PipelineFailure, InterruptedException {
    Optional<Job> running = running();
    if (running.isPresent() && !replace) {
      throw PipelineFailure.usage(
          "job %s runs on %s already (%s). --replace stops it with a savepoint and goes on from there."
              .formatted(jobName, cluster.address(), running.get().id()));
    }
    String from = savepoint;
    if (running.isPresent()) {
      from = cluster.stop(running.get());
      out.printf("stopped job %s with savepoint %s%n", running.get().id(), from);
      out.flush();
    }
    submit(from);
    Job job =
        running()
            .orElseThrow(
                () ->
                    PipelineFailure.usage(
                        "job %s was submitted to %s and does not run there; its log says why."
                            .formatted(jobName, cluster.address())));
    out.printf(
        "job %s (%s) is %s%nhttp://%s/#/job/running/%s/overview%n",
        job.name(), job.id(), job.state(), cluster.address(), job.id());
    out.flush();
  }

  /** Says what {@link #run} would do; changes nothing. */
  public void dryRun(PrintWriter out) throws PipelineFailure, InterruptedException {
    Optional<Job> running = running();
    if (running.isEmpty()) {
      out.printf(
          "job %s would be submitted to %s; none of that name runs there%n",
          jobName, cluster.address());
    } else if (replace) {
      out.printf(
          "job %s (%s) on %s would be stopped with a savepoint, and a new one go on from there%n",
          jobName, running.get().id(), cluster.address());
    } else {
      out.printf(
          "job %s runs on %s already (%s); --replace would put a new one in its place%n",
          jobName, cluster.address(), running.get().id());
    }
    Pipeline pipeline = Pipeline.create(base);
    build.accept(pipeline);
    Transforms.names(pipeline).forEach(name -> out.println("  " + name));
    out.flush();
  }

  private Optional<Job> running() throws PipelineFailure, InterruptedException {
    List<Job> jobs = cluster.jobs();
    return jobs.stream().filter(job -> job.name().equals(jobName) && !job.isOver()).findFirst();
  }

  private void submit(@Nullable String from) throws PipelineFailure {
    try {
      Path folder = Files.createTempDirectory("renkei-flink");
      try {
        FlinkPipelineOptions options = FlinkOptions.set(base, settings, jobName, folder);
        options.setFlinkMaster(cluster.address());
        options.setAttachedMode(false);
        if (from != null) {
          options.setSavepointPath(from);
        }
        Pipeline pipeline = Pipeline.create(options);
        build.accept(pipeline);
        pipeline.run();
      } finally {
        Files.deleteIfExists(folder.resolve("config.yaml"));
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw PipelineFailure.usage("no temporary folder: " + e.getMessage());
    } catch (RuntimeException e) {
      throw PipelineFailure.usage(
          "job %s cannot be submitted to %s: %s.".formatted(jobName, cluster.address(), rootOf(e)));
    }
  }

  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
