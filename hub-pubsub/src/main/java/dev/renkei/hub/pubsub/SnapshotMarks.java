package dev.renkei.hub.pubsub;

import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.Snapshot;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.ReplayMarks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Marks as snapshots of subscriptions. A snapshot is named as its subscription, a dot, and the name
 * of the mark, which has no dot. One of a topic that was deleted since is no mark any more.
 */
final class SnapshotMarks implements ReplayMarks {
  /** Seconds since 1970; Pub/Sub does not tell when a snapshot was made. */
  static final String SET_AT = "renkei_set_at";

  /** No snapshot lives longer. */
  private static final Duration LONGEST_LIFE = Duration.ofDays(7);

  private final HubConfig.PubSub config;
  private final HubResources resources;
  private final String installation;
  private final Clock clock;

  SnapshotMarks(HubConfig.PubSub config, HubResources resources, String installation, Clock clock) {
    this.config = config;
    this.resources = resources;
    this.installation = PubSubPlan.label(installation);
    this.clock = clock;
  }

  @Override
  public Mark set(String consumer, String name) throws HubException {
    Mark.checkName(name);
    Map<String, String> labels =
        Map.of(
            Difference.INSTALLATION,
            installation,
            SET_AT,
            Long.toString(clock.instant().getEpochSecond()));
    return resources
        .createSnapshot(snapshot(consumer, name), PubSubPlan.subscription(config, consumer), labels)
        .map(made -> mark(consumer, name, made))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is a mark '%s' of '%s' already; choose another name, or take it away with `renkei replay --delete-mark %s`"
                        .formatted(name, consumer, name)));
  }

  @Override
  public List<Mark> of(String consumer) throws HubException {
    String prefix = snapshot(consumer, "");
    String topic = PubSubPlan.hubTopic(config);
    return resources.snapshots(config.project()).stream()
        .filter(found -> found.getName().startsWith(prefix) && found.getTopic().equals(topic))
        .filter(found -> Mark.isName(found.getName().substring(prefix.length())))
        .map(found -> mark(consumer, found.getName().substring(prefix.length()), found))
        .sorted(Comparator.comparing(Mark::setAt))
        .toList();
  }

  Optional<Mark> find(String consumer, String name) throws HubException {
    return of(consumer).stream().filter(mark -> mark.name().equals(name)).findFirst();
  }

  @Override
  public void delete(String consumer, String name) throws HubException {
    Mark.checkName(name);
    resources.deleteSnapshot(snapshot(consumer, name));
  }

  /** The whole name of the snapshot behind a mark. */
  String snapshot(String consumer, String name) {
    return PubSubPlan.subscription(config, consumer).replace("/subscriptions/", "/snapshots/")
        + "."
        + name;
  }

  private static Mark mark(String consumer, String name, Snapshot snapshot) {
    Instant keptUntil = instant(snapshot.getExpireTime());
    Instant setAt =
        seconds(snapshot.getLabelsOrDefault(SET_AT, "")).orElse(keptUntil.minus(LONGEST_LIFE));
    return new Mark(consumer, name, setAt, keptUntil);
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  private static Optional<Instant> seconds(String label) {
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(label)));
    } catch (NumberFormatException e) {
      return Optional.empty(); // it was made by other means
    }
  }
}
