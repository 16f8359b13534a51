package dev.renkei.bench.hub;

import dev.renkei.bench.Series;
import dev.renkei.hub.kafka.KafkaHub;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Dedupe as a pipeline on Flink, in a process of its own as users start it, on the class path of
 * the module {@code beam}.
 *
 * @param target that module's folder {@code target}
 */
record BeamDedupe(Path target) {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The module, where it is built. */
  static Optional<BeamDedupe> find() {
    Path target = Path.of(System.getProperty("renkei.home", "."), "beam", "target");
    return Files.isDirectory(target.resolve("lib"))
        ? Optional.of(new BeamDedupe(target))
        : Optional.empty();
  }

  /**
   * Measures from the first message that comes out until the last.
   *
   * @param prefix of the hub's topics
   * @param parallelism of the job
   * @param expected messages that have to come out
   * @return what was taken for all that came after the first look, scaled to {@code expected}
   */
  Series.Taken run(
      Broker broker, Admin admin, KafkaHub hub, String prefix, int parallelism, long expected)
      throws Exception {
    Path folder = broker.folder("beam-" + prefix);
    Files.createDirectories(folder);
    Process process = start(folder, configuration(folder, broker.address(), prefix, parallelism));
    try {
      long before = await(process, folder, admin, hub.hubTopic(), 1);
      double cpuBefore = cpuSeconds(process);
      long begun = System.nanoTime();
      long after = await(process, folder, admin, hub.hubTopic(), expected);
      double share = (double) (after - before) / expected;
      if (after != expected || share < 0.5) {
        throw new IllegalStateException(
            "%,d of %,d messages came out, %,d of them before the measurement; see %s"
                .formatted(after, expected, before, folder));
      }
      return new Series.Taken(
          (System.nanoTime() - begun) / 1e9 / share, (cpuSeconds(process) - cpuBefore) / share);
    } finally {
      var unused = process.destroyForcibly().onExit().join();
    }
  }

  private Process start(Path folder, Path configuration) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String opened : List.of("java.util", "java.lang", "java.nio", "java.time")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.add("-Xmx1g");
    command.add("-cp");
    command.add(
        target.resolve("classes")
            + File.pathSeparator
            + target.resolve("lib")
            + File.separator
            + "*");
    command.addAll(
        List.of(
            "dev.renkei.beam.PipelineMain",
            "dedupe",
            "--config=" + configuration,
            "--runner=flink",
            "--flink-master=embedded"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("pipeline.log").toFile())
        .start();
  }

  private static Path configuration(Path folder, String broker, String prefix, int parallelism)
      throws IOException {
    return Files.writeString(
        folder.resolve("renkei.yaml"),
        """
        version: 1
        name: bench
        source: {sqlserver: {host: none, database: none, username: none, password: none}}
        hub: {type: kafka, bootstrap_servers: "%s", topic_prefix: %s}
        pipelines: {dedupe: true, flink: {parallelism: %d}}
        """
            .formatted(broker, prefix, parallelism));
  }

  /** Returns how many messages are out, at least {@code wanted}. */
  private static long await(Process process, Path folder, Admin admin, String topic, long wanted)
      throws Exception {
    long patient = System.nanoTime() + PATIENCE.toNanos();
    long out = out(admin, topic);
    while (out < wanted) {
      if (!process.isAlive() || System.nanoTime() > patient) {
        throw new IllegalStateException(
            "%,d of %,d messages came out of Beam; see %s".formatted(out, wanted, folder));
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      out = out(admin, topic);
    }
    return out;
  }

  private static long out(Admin admin, String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < Broker.PARTITIONS; partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    return admin.listOffsets(latest).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  private static double cpuSeconds(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }
}
