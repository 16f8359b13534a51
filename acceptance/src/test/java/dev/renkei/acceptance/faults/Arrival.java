package dev.renkei.acceptance.faults;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.TrackersConfig;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.demo.Shop;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.ControlClient;
import dev.renkei.server.RunFiles;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until everything up to a version has gone the whole way: past every tracker, through
 * dedupe, into the warehouse. Asks only what is durable, so a process that is started again in
 * between changes nothing.
 */
final class Arrival {
  private static final String DEDUPE_GROUP = "renkei.dedupe";

  /** Three seconds of looks; the loader looks at the ends every second. */
  private static final int LOOKS = 15;

  private final Site site;
  private final KafkaHub hub;
  private final Program told;

  /**
   * @param told whose log a failure shows
   */
  Arrival(Site site, KafkaHub hub, Program told) {
    this.site = site;
    this.hub = hub;
    this.told = told;
  }

  void await(long version, Duration atMost) throws Exception {
    long until = System.nanoTime() + atMost.toNanos();
    await(
        until,
        "trackers have not read up to version %d and ended their snapshots".formatted(version),
        () -> isRead(version));
    Map<Integer, Long> raw = nextAfterLast(hub.rawTopic());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", hub.bootstrapServers()))) {
      await(until, "dedupe has not taken all of raw, " + raw, () -> isTaken(admin, raw));
    }
    await(until, "the warehouse has not taken all of the hub", this::isLoaded);
  }

  private void await(long until, String otherwise, Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      if (System.nanoTime() > until || !told.isAlive()) {
        throw new AssertionError(otherwise + "; " + told.lastWords());
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** By every tracker; where they share the tables, by one. */
  private boolean isRead(long version) throws Exception {
    Configuration config = site.config();
    boolean shared = config.trackers().mode() == TrackersConfig.Mode.ASSIGNED;
    Collection<Cursor> cursors = hub.cursors().cursors(config.source().name());
    return Shop.tables().stream()
        .allMatch(
            table -> {
              Predicate<String> isThere =
                  tracker ->
                      cursors.stream()
                          .anyMatch(
                              one ->
                                  one.table().equals(table)
                                      && one.tracker().equals(tracker)
                                      && one.version() >= version
                                      && one.snapshot() == null);
              return shared
                  ? Site.TRACKERS.stream().anyMatch(isThere)
                  : Site.TRACKERS.stream().allMatch(isThere);
            });
  }

  /** Behind the last message of each partition that has any. */
  private Map<Integer, Long> nextAfterLast(String topic) throws Exception {
    Map<Integer, Long> next = new HashMap<>();
    try (HubSubscription all = hub.subscription(topic)) {
      all.seek(Map.of());
      Map<Integer, Long> ends = all.endOffsets();
      while (!isBehind(all.nextOffsets(), ends)) {
        for (HubRecord record : all.poll(Duration.ofMillis(200))) {
          next.merge(record.partition(), record.offset() + 1, Math::max);
        }
      }
    }
    return next;
  }

  private static boolean isBehind(Map<Integer, Long> next, Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private boolean isTaken(Admin admin, Map<Integer, Long> raw) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(DEDUPE_GROUP).partitionsToOffsetAndMetadata().get();
    return raw.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata at =
                  committed.get(new TopicPartition(hub.rawTopic(), end.getKey()));
              return at != null && at.offset() >= end.getValue();
            });
  }

  /** Without lag for so long that the loader has looked at the hub's ends since. */
  private boolean isLoaded() throws Exception {
    for (int look = 0; look < LOOKS; look++) {
      if (!isWithoutLag()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return true;
  }

  private boolean isWithoutLag() throws Exception {
    Configuration config = site.config();
    for (RunFiles.Running running : RunFiles.living(config.dataDir())) {
      if (running.roles().contains("load local")) {
        Long lag = // null of one that stands by
            new ControlClient(running.url(), config.server().token(), Duration.ofSeconds(10))
                .status()
                .warehouses()
                .get(0)
                .lagMessages();
        if (lag != null) {
          return lag == 0;
        }
      }
    }
    return false;
  }
}
