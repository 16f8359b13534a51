package dev.renkei.bench.hub;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.hub.kafka.KafkaHub;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench dedupe}. The broker is a process of its own. */
@Command(
    name = "dedupe",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Removing duplicates, beside a consumer, a map and a producer in a loop.",
      "Half of the messages are duplicates. The loop commits offsets and output in one transaction,",
      "ten times a second, as the flow does; its map is lost when it dies, the flow's state is not."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench dedupe", "  renkei bench dedupe --messages 200000 --threads 2"})
public final class DedupeBench extends Benchmark {
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
      description =
          "Threads of the flow beside the case of one; the loop has one (default: as many as processors, as in use).")
  private int threads;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      messages = 40_000;
      keys = 10_000;
    }
    if (threads == 0) {
      threads = Math.min(Broker.PARTITIONS, Runtime.getRuntime().availableProcessors());
    }
    report.amount("messages", messages);
    report.amount("keys", keys);
    report.amount("rounds", rounds());
    Series bare = new Series(messages, rounds());
    Map<Integer, Series> flows = new TreeMap<>();
    flows.put(1, new Series(messages, rounds()));
    flows.put(threads, new Series(messages, rounds()));
    try (Broker broker = Broker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      DedupeCases cases = new DedupeCases(broker, admin, messages, keys);
      eachRound(
          "removing duplicates",
          round -> {
            String name = "round" + (round + 1);
            try (KafkaHub hub = broker.hub(name + ".")) {
              cases.fill(hub.rawTopic());
              bare.addTimed(round, () -> cases.bare(hub));
            }
            for (Map.Entry<Integer, Series> flow : flows.entrySet()) {
              String again = name + "." + flow.getKey();
              try (KafkaHub hub = broker.hub(again + ".")) {
                cases.fill(hub.rawTopic());
                flow.getValue().addTimed(round, () -> cases.flow(hub, again, flow.getKey()));
              }
            }
          });
    }
    bare.report(report, "loop");
    flows.forEach(
        (count, flow) -> {
          String what = "flow, %d thread%s".formatted(count, count == 1 ? "" : "s");
          Aim aim = count == threads ? Aim.atLeast(0.6) : null;
          flow.report(report, what);
          report.ratio(what + ", to loop", aim, flow.rates(), bare.rates());
          report.ratio(
              what + ", to loop, by CPU time",
              null,
              bare.cpuSecondsPerMillion(),
              flow.cpuSecondsPerMillion());
        });
  }
}
