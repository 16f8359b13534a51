package dev.renkei.notifier;

import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.notification.Notification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line with the row's key: contents of rows never enter a log. */
final class LogTarget implements Target {
  private static final Logger log = LoggerFactory.getLogger("dev.renkei.rules");

  @Override
  public String place() {
    return "log";
  }

  @Override
  public int retries() {
    return 0;
  }

  @Override
  public Outcome call(HubRecord notification) {
    log.atInfo()
        .addKeyValue("rule", notification.rawAttributes().get(Notification.RULE))
        .addKeyValue("table", notification.rawAttributes().get(MessageAttributes.TABLE_NAME))
        .addKeyValue("key", key(notification))
        .addKeyValue("notification", notification.rawAttributes().get(MessageAttributes.UNIQUE_ID))
        .log("rule fired");
    return new Outcome.Done();
  }

  private static String key(HubRecord notification) {
    byte[] routingKey = notification.routingKey();
    return routingKey == null ? "" : MessageIds.keyOf(routingKey).folded();
  }
}
