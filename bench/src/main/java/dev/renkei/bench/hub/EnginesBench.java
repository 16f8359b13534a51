package dev.renkei.bench.hub;

import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.hub.kafka.KafkaHub;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench engines}. The broker is a process of its own, Beam another one. */
@Command(
    name = "engines",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Dedupe on each engine: a bare loop, Kafka Streams, and Beam on Flink, over the same messages.",
      "Half of the messages are duplicates. Loop and Kafka Streams write in transactions; Beam writes at",
      "least once, behind the consumers' own gate. Beam is measured from the first message that comes out."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench engines", "  renkei bench engines --messages 200000 --threads 2"})
public final class EnginesBench extends Benchmark {
  @Option(
      names = "--messages",
      defaultValue = "1000000",
      description = "Raw messages, twice as many as changes (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Option(
      names = "--keys",
      defaultValue = "300000",
      description = "Rows that they are about (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Option(
      names = "--threads",
      description = "Threads of the engines; the loop has one (default: as many as processors).")
  private int threads;

  private @Nullable BeamDedupe beam;

  @Override
  public Integer call() throws Exception {
    beam = BeamDedupe.find().orElse(null);
    if (beam == null) {
      System.err.println(
          "engines: the pipelines are not built; ./renkei bench engines builds them");
      return LEFT_OUT;
    }
    return super.call();
  }

  @Override
  protected void measure(Report report) throws Exception {
    BeamDedupe onBeamAndFlink = Objects.requireNonNull(beam);
    if (quick()) {
      messages = 60_000;
      keys = 10_000;
    }
    if (threads == 0) {
      threads = Math.min(Broker.PARTITIONS, Runtime.getRuntime().availableProcessors());
    }
    report.amount("messages", messages);
    report.amount("keys", keys);
    report.amount("threads", threads);
    report.amount("rounds", rounds());
    Series bare = new Series(messages, rounds());
    Series streams = new Series(messages, rounds());
    Series flink = new Series(messages, rounds());
    try (Broker broker = Broker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      DedupeCases cases = new DedupeCases(broker, admin, messages, keys);
      eachRound(
          "dedupe on each engine",
          round -> {
            String name = "round" + (round + 1);
            try (KafkaHub hub = broker.hub(name + ".")) {
              cases.fill(hub.rawTopic());
              bare.addTimed(round, () -> cases.bare(hub));
            }
            String onStreams = name + "-streams";
            try (KafkaHub hub = broker.hub(onStreams + ".")) {
              cases.fill(hub.rawTopic());
              streams.addTimed(round, () -> cases.flow(hub, onStreams, threads));
            }
            String onBeam = name + "-beam.";
            try (KafkaHub hub = broker.hub(onBeam)) {
              cases.fill(hub.rawTopic());
              flink.addTimed(
                  round,
                  () -> onBeamAndFlink.run(broker, admin, hub, onBeam, threads, messages / 2));
            }
          });
    }
    bare.report(report, "loop");
    streams.report(report, "Kafka Streams");
    flink.report(report, "Beam on Flink");
    report.ratio("Kafka Streams, to loop", null, streams.rates(), bare.rates());
    report.ratio("Beam on Flink, to loop", null, flink.rates(), bare.rates());
    report.ratio(
        "Kafka Streams, to loop, by CPU time",
        null,
        bare.cpuSecondsPerMillion(),
        streams.cpuSecondsPerMillion());
    report.ratio(
        "Beam on Flink, to loop, by CPU time",
        null,
        bare.cpuSecondsPerMillion(),
        flink.cpuSecondsPerMillion());
  }
}
