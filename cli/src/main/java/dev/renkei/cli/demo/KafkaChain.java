package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.demo.Topic;
import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.loader.LoaderState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** An embedded broker, and the flow that removes duplicates. */
record KafkaChain() implements Chain {
  @Override
  public String configuration() {
    return "hub: {type: kafka, bootstrap_servers: embedded}";
  }

  @Override
  public String picture() {
    return "hub → dedupe";
  }

  @Override
  public void awaitLoaded(Node node, String warehouse, long untilNanos)
      throws HubException, InterruptedException, TimeoutException {
    long raw = messages(node.kafka());
    Patience.await(
        untilNanos,
        "dedupe has not taken all %d messages".formatted(raw),
        () -> node.dedupeCounts().map(DedupeFlow.Counts::in).orElse(0L) >= raw);
    // Dedupe commits at most this long after it has taken a message.
    TimeUnit.MILLISECONDS.sleep(500);
    try (HubSubscription hub = node.kafka().subscription(node.kafka().hubTopic())) {
      Map<Integer, Long> ends = hub.endOffsets();
      Patience.await(
          untilNanos,
          "the warehouse has not taken all of the hub",
          () -> isLoaded(node.loader(warehouse), ends));
    }
  }

  private static long messages(KafkaHub hub) throws HubException, InterruptedException {
    AtomicLong count = new AtomicLong();
    try (HubSubscription raw = hub.subscription(hub.rawTopic())) {
      Topic.of(raw).forEach(message -> count.incrementAndGet());
    }
    return count.get();
  }

  private static boolean isLoaded(Optional<LoaderState> loader, Map<Integer, Long> ends) {
    return loader.isPresent()
        && ends.entrySet().stream()
            .allMatch(
                end -> loader.get().positions().getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  @Override
  public Topics topics(Node node) throws HubException, InterruptedException {
    HubSubscription raw = node.kafka().subscription(node.kafka().rawTopic());
    HubSubscription hub = node.kafka().subscription(node.kafka().hubTopic());
    return new Topics(
        Topic.of(raw),
        Topic.of(hub),
        () -> {
          raw.close();
          hub.close();
        });
  }

  @Override
  public void close() {}
}
