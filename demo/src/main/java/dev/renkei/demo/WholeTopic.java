package dev.renkei.demo;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads from the beginning to the ends as they are at the start. */
record WholeTopic(HubSubscription subscription) implements Topic {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  @Override
  public void forEach(Consumer<? super Message> consumer)
      throws HubException, InterruptedException {
    subscription.seek(Map.of());
    Map<Integer, Long> open = new TreeMap<>(subscription.endOffsets());
    open.values().removeIf(end -> end == 0);
    // A marker of a transaction may be what stands at the end: then a poll stays empty.
    for (List<HubRecord> records = subscription.poll(PATIENCE.multipliedBy(10));
        !records.isEmpty();
        records = open.isEmpty() ? List.of() : subscription.poll(PATIENCE)) {
      for (HubRecord record : records) {
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
        open.computeIfPresent(
            record.partition(), (p, end) -> record.offset() + 1 < end ? end : null);
      }
    }
  }
}
