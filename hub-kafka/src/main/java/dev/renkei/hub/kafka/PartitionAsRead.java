package dev.renkei.hub.kafka;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * Topics that follow each other have the same partitions, and a message stays in its own, whatever
 * its key has become. A processor hands messages on in its own thread, and says there where it is.
 */
record PartitionAsRead(ThreadLocal<Integer> readFrom) implements StreamPartitioner<byte[], byte[]> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte @Nullable [] key, byte[] value, int partitionCount) {
    Integer partition = readFrom.get();
    if (partition == null) {
      throw new IllegalStateException(topic + ": a message that was read nowhere");
    }
    return Optional.of(Set.of(partition));
  }
}
