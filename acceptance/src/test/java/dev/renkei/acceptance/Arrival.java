package dev.renkei.acceptance;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.QueryAnswer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Whether what the trackers had published when this was opened has gone through dedupe into the
 * warehouse: judged by the positions that are committed with the data, so there is no moment at
 * which it seems so and is not.
 */
final class Arrival implements AutoCloseable {
  private static final String DEDUPE = "renkei.dedupe";

  private final Installation installation;
  private final KafkaHub hub;
  private final Admin admin;
  private final HubSubscription raw;
  private final HubSubscription unique;
  private final Map<Integer, Long> rawEnds;
  private @Nullable Map<Integer, Long> hubEnds;

  private Arrival(Installation installation, KafkaHub hub) throws Exception {
    this.installation = installation;
    this.hub = hub;
    this.admin =
        Admin.create(
            Map.<String, Object>of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, hub.bootstrapServers()));
    this.raw = hub.subscription(hub.rawTopic());
    this.unique = hub.subscription(hub.hubTopic());
    this.rawEnds = raw.endOffsets();
  }

  static Arrival open(Installation installation) throws Exception {
    Configuration configuration = installation.configuration();
    AtomicReference<KafkaHub> hub = new AtomicReference<>();
    installation.until(
        () -> {
          try {
            hub.set(KafkaHub.join((HubConfig.Kafka) configuration.hub(), configuration.dataDir()));
            return Optional.empty();
          } catch (HubException e) {
            // A broker that is busy with others may be slow to answer.
            return Optional.of(String.valueOf(e.getMessage()));
          }
        });
    return new Arrival(installation, Objects.requireNonNull(hub.get()));
  }

  /** What has not arrived yet. */
  Optional<String> missing() throws Exception {
    if (hubEnds == null) {
      Optional<String> left = left(raw, deduped(), rawEnds);
      if (left.isPresent()) {
        return Optional.of("dedupe has not taken " + left.get());
      }
      hubEnds = unique.endOffsets();
    }
    return left(unique, loaded(), hubEnds).map(left -> "the warehouse has not taken " + left);
  }

  private Map<Integer, Long> deduped() throws Exception {
    Map<Integer, Long> next = new HashMap<>();
    admin
        .listConsumerGroupOffsets(DEDUPE)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach(
            (partition, at) -> {
              if (at != null && partition.topic().equals(hub.rawTopic())) {
                next.put(partition.partition(), at.offset());
              }
            });
    return next;
  }

  private Map<Integer, Long> loaded() throws Exception {
    QueryAnswer answer =
        installation
            .client()
            .query("SELECT partition, max(next) FROM _renkei.positions GROUP BY ALL", null, 1000);
    Map<Integer, Long> next = new HashMap<>();
    for (List<@Nullable Object> row : answer.rows()) {
      next.put(
          Integer.parseInt(String.valueOf(row.get(0))), Long.parseLong(String.valueOf(row.get(1))));
    }
    return next;
  }

  /** A message between where a reader stands and an end; transactions leave marks there too. */
  private static Optional<String> left(
      HubSubscription topic, Map<Integer, Long> next, Map<Integer, Long> ends)
      throws HubException, InterruptedException {
    Map<Integer, Long> from = new HashMap<>();
    ends.forEach((partition, end) -> from.put(partition, next.getOrDefault(partition, 0L)));
    topic.seek(from);
    while (true) {
      Map<Integer, Long> at = topic.nextOffsets();
      if (ends.entrySet().stream().allMatch(e -> at.getOrDefault(e.getKey(), 0L) >= e.getValue())) {
        return Optional.empty();
      }
      for (HubRecord record : topic.poll(Duration.ofMillis(200))) {
        if (record.offset() < ends.getOrDefault(record.partition(), 0L)) {
          return Optional.of(
              "%s, partition %d, from %d to %d"
                  .formatted(
                      topic.streamId(),
                      record.partition(),
                      record.offset(),
                      ends.get(record.partition())));
        }
      }
    }
  }

  @Override
  public void close() throws Exception {
    raw.close();
    unique.close();
    admin.close();
    hub.close();
  }
}
