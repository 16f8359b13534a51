package dev.renkei.beam.flink;

import dev.renkei.beam.PipelineFailure;
import dev.renkei.beam.Transforms;
import dev.renkei.core.config.PipelinesConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A flow on a Flink cluster inside this process, for a trial: it survives failures of its tasks,
 * not the end of the process. The next start reads on behind the last checkpoint, without its
 * state.
 *
 * @param folder for checkpoints, unless the configuration names a place
 * @param build puts the flow into a pipeline
 * @param base Beam's own options that the user gave
 */
public record EmbeddedFlink(
    PipelinesConfig.Flink settings,
    Path folder,
    String jobName,
    Consumer<Pipeline> build,
    PipelineOptions base) {
  /** Runs until the process is stopped. */
  public void run(PrintWriter out) throws PipelineFailure {
    try {
      Files.createDirectories(folder);
      FlinkPipelineOptions options = FlinkOptions.set(base, settings, jobName, folder);
      options.setFlinkMaster("[local]");
      if (settings.parallelism() == null) {
        options.setParallelism(Runtime.getRuntime().availableProcessors());
      }
      if (settings.stateDirectory() == null) {
        options.setStateBackend("filesystem");
        options.setStateBackendStoragePath(folder.resolve("checkpoints").toUri().toString());
      }
      Pipeline pipeline = Pipeline.create(options);
      build.accept(pipeline);
      out.printf("%s runs on Flink in this process; Ctrl-C stops it%n", jobName);
      pipeline.run().waitUntilFinish();
    } catch (IOException e) {
      throw PipelineFailure.usage("%s cannot be used: %s".formatted(folder, e.getMessage()));
    }
  }

  /** Says what {@link #run} would do. */
  public void dryRun(PrintWriter out) {
    out.printf("%s would run on Flink in this process:%n", jobName);
    Pipeline pipeline = Pipeline.create(base);
    build.accept(pipeline);
    Transforms.names(pipeline).forEach(name -> out.println("  " + name));
  }
}
