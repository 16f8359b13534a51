package dev.renkei.demo;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.schema.TableName;
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
   * As much of a message as the proof counts.
   *
   * @param key as {@link Difference#key}; of a control message empty
   */
  record Message(TableName table, String key, ChangeType type, Sequence sequence) {}
}
