package dev.renkei.demo;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads from the beginning to the ends as they are at the start. */
record WholeTopic(HubSubscription subscription) implements Topic {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int EMPTY_POLLS = 40;

  @Override
  public void forEach(Consumer<? super Message> consumer)
      throws HubException, InterruptedException {
    subscription.seek(Map.of());
    Map<Integer, Long> ends = subscription.endOffsets();
    int empty = 0;
    while (!isBehind(ends)) {
      List<HubRecord> records = subscription.poll(POLL);
      records.forEach(record -> read(record, consumer));
      empty = records.isEmpty() ? empty + 1 : 0;
      if (empty == EMPTY_POLLS) {
        throw new HubException(
            "%s: nothing comes any more, though it ends at %s and was read up to %s. A transaction may still be open; try again."
                .formatted(subscription.streamId(), ends, subscription.nextOffsets()));
      }
    }
  }

  private boolean isBehind(Map<Integer, Long> ends) throws HubException {
    Map<Integer, Long> next = subscription.nextOffsets();
    return ends.entrySet().stream()
        .allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private static void read(HubRecord record, Consumer<? super Message> consumer) {
    MessageAttributes attributes = record.attributes();
    byte[] key = record.routingKey();
    if (attributes != null) {
      consumer.accept(
          new Message(
              attributes.table(),
              key == null ? "" : KeyText.ofRoutingKey(key),
              attributes.type(),
              attributes.sequence()));
    }
  }
}
