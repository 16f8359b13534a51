package dev.renkei.demo;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Everything that a subscription holds, in memory; what is delivered twice counts once. */
record AcknowledgedTopic(List<Message> messages) implements Topic {
  private static final Duration POLL = Duration.ofMillis(200);

  static AcknowledgedTopic read(AcknowledgedSubscription subscription, Duration quiet)
      throws HubException, InterruptedException {
    List<Message> messages = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    long last = System.nanoTime();
    while (System.nanoTime() - last < quiet.toNanos()) {
      for (Delivery delivery : subscription.poll(POLL)) {
        if (seen.add(delivery.message().offset())) {
          add(delivery.message(), messages);
        }
        delivery.acknowledge();
        last = System.nanoTime();
      }
    }
    return new AcknowledgedTopic(List.copyOf(messages));
  }

  private static void add(HubRecord record, List<Message> to) {
    MessageAttributes attributes = record.attributes();
    if (attributes != null) {
      to.add(
          new Message(
              attributes.table(),
              KeyText.ofUniqueId(attributes.uniqueId()),
              attributes.type(),
              attributes.sequence()));
    }
  }

  @Override
  public void forEach(Consumer<? super Message> consumer) {
    messages.forEach(consumer);
  }
}
