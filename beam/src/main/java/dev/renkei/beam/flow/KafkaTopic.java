package dev.renkei.beam.flow;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Topics that pipelines alone write, made before a job is started. */
public final class KafkaTopic {
  private KafkaTopic() {}

  /** Makes a topic where it is missing. */
  public static void make(KafkaAddress address, String topic, int partitions, Duration retention)
      throws HubException, InterruptedException {
    Map<String, Object> settings = new HashMap<>(address.properties());
    settings.put("bootstrap.servers", address.servers());
    NewTopic wanted =
        new NewTopic(topic, Optional.of(partitions), Optional.empty())
            .configs(
                Map.of(
                    "cleanup.policy",
                    "delete",
                    "retention.ms",
                    Long.toString(retention.toMillis())));
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(wanted)).all().get();
    } catch (ExecutionException | KafkaException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new HubException(
            "%s: the topic cannot be made: %s. Check the brokers, and the rights."
                .formatted(topic, e.getMessage()),
            e);
      }
    }
  }
}
