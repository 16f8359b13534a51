package dev.renkei.hub.kafka;

import dev.renkei.core.message.ControlMessage;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * Topics that follow each other have the same partitions: the row's key leads to the same one, and
 * a control message says its own.
 */
final class SamePartition implements StreamPartitioner<byte[], byte[]> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte @Nullable [] key, byte[] value, int partitionCount) {
    if (key != null) {
      return Optional.empty();
    }
    return Optional.of(Set.of(ControlMessage.partitionOf(value)));
  }
}
