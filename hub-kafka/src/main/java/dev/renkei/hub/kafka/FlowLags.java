package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * How far flows are behind what they read, as the cluster knows it: those of other processes too,
 * and those that run nowhere any more. One thread looks, every few seconds.
 */
public final class FlowLags {
  /** A flow that moves does so ten times a second. */
  private static final Duration SUSPICIOUS = Duration.ofSeconds(20);

  private static final Duration READ = Duration.ofMillis(200);
  private static final int READS = 25;

  private final KafkaSettings settings;
  private final Admin admin;
  private final Map<String, List<String>> groups;
  private final LongSupplier nanos;
  private final Map<String, Followed> followed = new HashMap<>();

  /**
   * One flow.
   *
   * @param messages between its place and the ends of what it reads
   * @param standing since when it has taken none though some wait; zero while it takes, and where
   *     nothing waits
   */
  public record Lag(long messages, Duration standing) {}

  /** A partition as one group of readers reads it. */
  private record Reading(String group, TopicPartition partition) {}

  /** What is known of a flow from earlier looks. */
  private static final class Followed {
    Map<Reading, Long> places = Map.of();

    /** When it last moved, or nothing waited. */
    long movedNanos;

    boolean stands;

    /** Up to here there is nothing but the ends of transactions, which no reader takes. */
    @Nullable Map<Reading, Long> nothingUntil;
  }

  /**
   * @param groups the readers of each flow, with the hub's prefix
   * @param nanos a clock that only goes forward
   */
  FlowLags(
      KafkaSettings settings, Admin admin, Map<String, List<String>> groups, LongSupplier nanos) {
    this.settings = settings;
    this.admin = admin;
    this.groups = Map.copyOf(groups);
    this.nanos = nanos;
  }

  /**
   * Looks once.
   *
   * @param resting flows that an operator lets rest: they do not stand
   * @return by flow; one that has never read is left out
   */
  public Map<String, Lag> look(Set<String> resting) throws HubException, InterruptedException {
    try {
      Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = committed();
      Map<TopicPartition, Long> ends =
          ends(
              committed.values().stream()
                  .flatMap(places -> places.keySet().stream())
                  .collect(Collectors.toSet()));
      Map<String, Lag> lags = new TreeMap<>();
      for (Map.Entry<String, List<String>> flow : groups.entrySet()) {
        Map<Reading, Long> places = new HashMap<>();
        Map<Reading, Long> flowEnds = new HashMap<>();
        for (String group : flow.getValue()) {
          committed
              .getOrDefault(group, Map.of())
              .forEach(
                  (partition, place) -> {
                    Long end = ends.get(partition);
                    if (place != null && end != null) {
                      places.put(new Reading(group, partition), place.offset());
                      flowEnds.put(new Reading(group, partition), end);
                    }
                  });
        }
        if (!places.isEmpty()) {
          lags.put(flow.getKey(), lag(flow.getKey(), places, flowEnds, resting));
        }
      }
      return lags;
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of("places of flows", e);
    }
  }

  private Lag lag(
      String flow, Map<Reading, Long> places, Map<Reading, Long> ends, Set<String> resting)
      throws InterruptedException {
    long now = nanos.getAsLong();
    Followed known =
        followed.computeIfAbsent(
            flow,
            name -> {
              Followed anew = new Followed();
              anew.movedNanos = now;
              return anew;
            });
    long messages = 0;
    for (Map.Entry<Reading, Long> place : places.entrySet()) {
      messages += Math.max(0, ends.getOrDefault(place.getKey(), 0L) - place.getValue());
    }
    if (ends.equals(known.nothingUntil)) {
      messages = 0;
    }
    if (messages == 0 || resting.contains(flow) || !places.equals(known.places)) {
      known.places = Map.copyOf(places);
      known.movedNanos = now;
      known.stands = false;
    } else if (!known.stands && now - known.movedNanos >= SUSPICIOUS.toNanos()) {
      known.stands = holdsMessage(places, ends);
      if (!known.stands) {
        known.nothingUntil = Map.copyOf(ends);
        known.movedNanos = now;
        messages = 0;
      }
    }
    return new Lag(
        messages, known.stands ? Duration.ofNanos(now - known.movedNanos) : Duration.ZERO);
  }

  private Map<String, Map<TopicPartition, OffsetAndMetadata>> committed()
      throws ExecutionException, InterruptedException {
    Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();
    for (List<String> ofFlow : groups.values()) {
      for (String group : ofFlow) {
        committed.put(group, committed(admin, group));
      }
    }
    return committed;
  }

  /** Where a group of readers has come to; nothing for one that has never read. */
  static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    try {
      return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  /** Behind the last committed message; a topic that is gone has none. */
  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    var asked =
        admin.listOffsets(
            partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (TopicPartition partition : partitions) {
      try {
        ends.put(partition, asked.partitionResult(partition).get().offset());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    return ends;
  }

  /** Whether there is more before the ends than the ends of transactions. */
  private boolean holdsMessage(Map<Reading, Long> places, Map<Reading, Long> ends)
      throws InterruptedException {
    Map<TopicPartition, Long> from = new HashMap<>();
    Map<TopicPartition, Long> until = new HashMap<>();
    places.forEach(
        (reading, place) -> {
          long end = ends.getOrDefault(reading, 0L);
          if (place < end) {
            from.merge(reading.partition(), place, Math::min);
            until.merge(reading.partition(), end, Math::max);
          }
        });
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      for (int reads = 0; reads < READS; reads++) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(READ)) {
          if (record.offset()
              < until.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
            return true;
          }
        }
        if (until.entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
          return false;
        }
      }
      return false;
    } catch (OffsetOutOfRangeException e) {
      return true; // what it has not taken is not even held any more
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException("reading what waits");
    }
  }
}
