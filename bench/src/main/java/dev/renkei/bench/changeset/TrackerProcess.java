package dev.renkei.bench.changeset;

import dev.renkei.bench.Child;
import dev.renkei.bench.hub.Broker;
import dev.renkei.bench.source.TrackedRead;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.hub.kafka.KafkaHub;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A tracker's process that reads one change set into Kafka: says seconds, changes, the highest use
 * of its heap, the highest right after a collection, and its CPU seconds.
 */
final class TrackerProcess {
  private static final long BUFFER_BYTES = 64L << 20;
  private static final Duration MAX_TRANSACTION = Duration.ofSeconds(30);

  private TrackerProcess() {}

  public static void main(String[] arguments) throws Exception {
    LongSupplier kept = Child.watchKeptHeapMib();
    try (KafkaHub hub = Broker.hub(arguments[1], "bench.");
        HubPublisher publisher = hub.publisher("bench", BUFFER_BYTES)) {
      TrackedRead.Result result =
          TrackedRead.of(arguments, 2)
              .read(Integer.parseInt(arguments[0]), publisher, MAX_TRANSACTION);
      System.out.println(
          "%s %d %d %d %s"
              .formatted(
                  result.taken().seconds(),
                  result.changes(),
                  Child.peakHeapMib(),
                  kept.getAsLong(),
                  result.taken().cpuSeconds()));
    }
  }
}
