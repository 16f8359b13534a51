package dev.renkei.beam.flink;

import dev.renkei.core.config.PipelinesConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * How flows run on Flink. Without {@code execution.buffer-timeout.interval: 5ms} a row takes five
 * times as long; copies between operators are not needed, since messages are never changed.
 */
public final class FlinkOptions {
  private static final long BUNDLE_MILLIS = 10;

  private FlinkOptions() {}

  /**
   * Sets what does not depend on where the cluster is.
   *
   * @param folder for Flink's own configuration of the client
   */
  public static FlinkPipelineOptions set(
      PipelineOptions base, PipelinesConfig.Flink settings, String jobName, Path folder)
      throws IOException {
    FlinkPipelineOptions options = base.as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setStreaming(true);
    options.setJobName(jobName);
    options.setCheckpointingInterval(settings.checkpointInterval().toMillis());
    options.setObjectReuse(true);
    options.setFasterCopy(true);
    options.setMaxBundleTimeMills(BUNDLE_MILLIS);
    if (settings.parallelism() != null) {
      options.setParallelism(settings.parallelism());
    }
    if (settings.stateDirectory() != null) {
      options.setStateBackend("filesystem");
      options.setStateBackendStoragePath(settings.stateDirectory());
    }
    Files.writeString(
        folder.resolve("config.yaml"),
        """
        execution.buffer-timeout.interval: 5ms
        restart-strategy.type: exponential-delay
        restart-strategy.exponential-delay.initial-backoff: 500 ms
        restart-strategy.exponential-delay.max-backoff: 30 s
        """);
    options.setFlinkConfDir(folder.toString());
    return options;
  }
}
