package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.Passage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * From the topic that trackers write through the flow that removes duplicates. The flow's outputs
 * are committed with its place, so when it is past the ends of the one topic, all is before the
 * ends of the other.
 */
final class KafkaPassage implements Passage {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int LOOKS = 5;

  private final KafkaHub hub;
  private final Admin admin;
  private final String dedupe;
  private final Instant since;
  private final HubSubscription raw;
  private final Map<Integer, Long> rawEnds;
  private @Nullable Map<Integer, Long> hubEnds;

  private KafkaPassage(
      KafkaHub hub,
      Admin admin,
      String dedupe,
      Instant since,
      HubSubscription raw,
      Map<Integer, Long> rawEnds) {
    this.hub = hub;
    this.admin = admin;
    this.dedupe = dedupe;
    this.since = since;
    this.raw = raw;
    this.rawEnds = rawEnds;
  }

  /**
   * Begins.
   *
   * @param dedupe the flow's group of readers
   */
  static KafkaPassage begin(KafkaHub hub, Admin admin, String dedupe)
      throws HubException, InterruptedException {
    Instant now = Clock.systemUTC().instant();
    HubSubscription raw = hub.subscription(hub.rawTopic());
    try {
      Map<Integer, Long> ends = ends(admin, hub.rawTopic(), raw.partitions());
      return new KafkaPassage(hub, admin, dedupe, now, raw, ends);
    } catch (HubException | InterruptedException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  @Override
  public Instant since() {
    return since;
  }

  @Override
  public Optional<Map<Integer, Long>> ends() throws HubException, InterruptedException {
    Map<Integer, Long> known = hubEnds;
    if (known == null && isDeduped()) {
      known = ends(admin, hub.hubTopic(), raw.partitions());
      hubEnds = known;
    }
    return Optional.ofNullable(known);
  }

  /** No message lies between the flow's place and the ends; marks of transactions may. */
  private boolean isDeduped() throws HubException, InterruptedException {
    Map<Integer, Long> from = new HashMap<>();
    Map<Integer, Long> place = place();
    rawEnds.forEach(
        (partition, end) -> from.put(partition, Math.min(end, place.getOrDefault(partition, 0L))));
    if (from.equals(rawEnds)) {
      return true;
    }
    raw.seek(from);
    for (int looks = 0; looks < LOOKS; looks++) {
      for (HubRecord record : raw.poll(LOOK)) {
        if (record.offset() < rawEnds.getOrDefault(record.partition(), 0L)) {
          return false;
        }
      }
      Map<Integer, Long> at = raw.nextOffsets();
      if (rawEnds.entrySet().stream()
          .allMatch(end -> at.getOrDefault(end.getKey(), 0L) >= end.getValue())) {
        return true;
      }
    }
    return false; // a transaction is open; the next look may find it ended
  }

  private Map<Integer, Long> place() throws HubException, InterruptedException {
    try {
      Map<Integer, Long> next = new HashMap<>();
      FlowLags.committed(admin, dedupe)
          .forEach(
              (partition, at) -> {
                if (at != null && partition.topic().equals(hub.rawTopic())) {
                  next.put(partition.partition(), at.offset());
                }
              });
      return next;
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(dedupe, e);
    }
  }

  /** Open transactions included: what they publish may stand before what counts. */
  private static Map<Integer, Long> ends(Admin admin, String topic, int partitions)
      throws HubException, InterruptedException {
    try {
      Map<Integer, Long> ends = new HashMap<>();
      admin
          .listOffsets(
              IntStream.range(0, partitions)
                  .boxed()
                  .collect(
                      Collectors.toMap(
                          partition -> new TopicPartition(topic, partition),
                          partition -> OffsetSpec.latest())))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
      return ends;
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  @Override
  public void close() {
    raw.close();
  }
}
