package dev.renkei.hub.pubsub;

import com.google.pubsub.v1.Subscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.ReplayMarks.Mark;
import dev.renkei.hub.pubsub.state.StateBeginnings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of places in one consumer's stream: its beginning, and its marks.
 *
 * @param subscription its whole name
 * @param retention as configured
 */
record ConsumerPlaces(
    String consumer,
    String subscription,
    Duration retention,
    HubResources resources,
    SnapshotMarks marks,
    StateBeginnings beginnings,
    Clock clock) {

  Optional<Instant> markedAt(String mark) throws HubException {
    return marks.find(consumer, mark).map(Mark::setAt);
  }

  /** The whole name of the snapshot behind a mark. */
  String snapshot(String mark) {
    return marks.snapshot(consumer, mark);
  }

  /** Whether it holds everything that was ever published; true once. */
  boolean takeBeginning() throws HubException, InterruptedException {
    Optional<Subscription> found = resources.subscription(subscription);
    String stream = found.map(one -> one.getLabelsOrDefault(Difference.STREAM, "")).orElse("");
    Duration kept =
        found
            .map(one -> Duration.ofSeconds(one.getMessageRetentionDuration().getSeconds()))
            .orElse(Duration.ZERO);
    return beginnings.take(
        subscription, stream, kept.compareTo(retention) < 0 ? kept : retention, clock.instant());
  }
}
