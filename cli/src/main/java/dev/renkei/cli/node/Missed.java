package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.KafkaHub;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a flow can never take, since the hub does not hold it any more: the flow was away longer
 * than messages are kept, or its topic was made anew. Kafka goes on with what there is and says
 * nothing, so this is looked at before the flow starts. One that starts for the first time has
 * missed nothing.
 */
final class Missed {
  private static final Logger log = LoggerFactory.getLogger(Missed.class);

  private Missed() {}

  /**
   * Has all tables loaded again where a flow has missed something that passes it on its way to a
   * warehouse.
   *
   * @param flow as it calls itself at the hub
   */
  static void reload(KafkaHub hub, Configuration config, String flow, String topic)
      throws HubException, InterruptedException {
    ClaimedHistory made = made(hub, flow, topic);
    Optional<String> missed = missed(hub, made, flow, topic);
    if (missed.isPresent()) {
      log.atError().log(missed.get() + "; all tables are loaded again");
      hub.commands().send(new Command.ReloadAll(missed.get(), Clock.systemUTC().instant()));
    }
    made.add(hub.topicId(topic), config.name()); // behind the command: it is asked again if killed
  }

  /**
   * Tells of it where loading tables again brings nothing back.
   *
   * @param consequence what it means, and what to do about it
   */
  static void tell(
      KafkaHub hub, Configuration config, String flow, String topic, String consequence)
      throws HubException, InterruptedException {
    ClaimedHistory made = made(hub, flow, topic);
    missed(hub, made, flow, topic).ifPresent(what -> log.atError().log(what + "; " + consequence));
    made.add(hub.topicId(topic), config.name());
  }

  /** By which topic a flow has read, one after the other. */
  private static ClaimedHistory made(KafkaHub hub, String flow, String topic) {
    return new ClaimedHistory(hub.claims(), "read/" + flow + "/" + topic);
  }

  private static Optional<String> missed(
      KafkaHub hub, ClaimedHistory made, String flow, String topic)
      throws HubException, InterruptedException {
    if (made.isEmpty()) {
      return Optional.empty();
    }
    if (made.isAnother(hub.topicId(topic))) {
      return Optional.of(
          "flow %s: %s was made anew, and what it held is gone".formatted(flow, topic));
    }
    long dropped = hub.dropped(topic, flow);
    return dropped == 0
        ? Optional.empty()
        : Optional.of(
            "flow %s was away longer than hub.retention: %s has dropped %,d messages that it had not taken"
                .formatted(flow, topic, dropped));
  }
}
