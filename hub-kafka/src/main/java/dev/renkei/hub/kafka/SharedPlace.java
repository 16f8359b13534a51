package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * Where a group of readers stands in a topic.
 *
 * @param group by Kafka's name
 */
record SharedPlace(Admin admin, String topic, String group) {
  /** Puts one that stands nowhere behind all that is there now. */
  void beginAtEnd() throws HubException, InterruptedException {
    try {
      if (!stands()) {
        admin.alterConsumerGroupOffsets(group, ends()).all().get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupNotEmptyException
          || e.getCause() instanceof UnknownMemberIdException) {
        return; // others of its name read already
      }
      throw Failures.of(topic, e);
    }
  }

  private boolean stands() throws ExecutionException, InterruptedException {
    return !FlowLags.committed(admin, group).isEmpty();
  }

  private Map<TopicPartition, OffsetAndMetadata> ends()
      throws ExecutionException, InterruptedException {
    TopicDescription description =
        java.util.Objects.requireNonNull(
            admin.describeTopics(java.util.List.of(topic)).allTopicNames().get().get(topic));
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    description
        .partitions()
        .forEach(
            partition ->
                wanted.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end.offset())));
    return ends;
  }
}
