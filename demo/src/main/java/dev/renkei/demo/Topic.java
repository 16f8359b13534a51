package dev.renkei.demo;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What a topic holds: every committed message, copies included. */
public interface Topic {
  /** Hands over each message once, in any order of partitions. */
  void forEach(Consumer<? super Message> consumer) throws HubException, InterruptedException;

  /** The whole of what a subscription can read now; the subscription is not closed. */
  static Topic of(HubSubscription subscription) {
    return new WholeTopic(subscription);
  }

  /**
   * Everything that a subscription has not delivered yet, which is acknowledged; it is not closed.
   *
   * @param quiet how long nothing may come until everything has come: the trackers have ended
   */
  static Topic of(AcknowledgedSubscription subscription, Duration quiet)
      throws HubException, InterruptedException {
    return AcknowledgedTopic.read(subscription, quiet);
  }

  /** The same without copies of one message, as two trackers send them. */
  default Topic withoutCopies() {
    return consumer -> {
      Set<Object> seen = new HashSet<>();
      forEach(
          message -> {
            if (seen.add(List.of(message.table(), message.key(), message.sequence()))) {
              consumer.accept(message);
            }
          });
    };
  }

  /**
   * As much of a message as the proof counts.
   *
   * @param key as {@link Difference#key}; of a control message empty
   */
  record Message(TableName table, String key, ChangeType type, Sequence sequence) {}
}
