package dev.renkei.notifier;

import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SharedReader;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes notifications to where the rules say: a courier for each rule and target, so that one that
 * is slow holds up nobody else.
 */
public final class Notifier implements AutoCloseable {
  private static final int LANES = 4;

  private final List<Courier> couriers = new ArrayList<>();

  /** The stream of notifications. */
  public interface Stream {
    /** For dead letters. */
    String name();

    /**
     * Opens a reader.
     *
     * @param name stable; processes that use the same share what it reads
     */
    SharedReader reader(String name) throws HubException, InterruptedException;
  }

  private Notifier() {}

  /** A courier's name and work. */
  private record Assignment(String name, RuleConfig rule, RuleConfig.Target to) {}

  private static List<Assignment> assignments(List<RuleConfig> rules) {
    List<Assignment> all = new ArrayList<>();
    for (RuleConfig rule : rules) {
      int webhooks = 0;
      for (RuleConfig.Target target : rule.to()) {
        if (target instanceof RuleConfig.Log) {
          all.add(new Assignment(rule.name() + ".log", rule, target));
        } else if (target instanceof RuleConfig.Webhook) {
          String name = "%s.webhook-%d".formatted(rule.name(), ++webhooks);
          all.add(new Assignment(name, rule, target));
        }
      }
    }
    return all;
  }

  /** The names of the readers that it opens; none where rules have topics alone. */
  public static List<String> readers(List<RuleConfig> rules) {
    return assignments(rules).stream().map(Assignment::name).toList();
  }

  /** Starts; returns at once. */
  public static Notifier start(List<RuleConfig> rules, Stream stream, DeadLetters deadLetters) {
    return start(rules, stream, deadLetters, Backoff.DEFAULT, HttpCall.newClient());
  }

  static Notifier start(
      List<RuleConfig> rules,
      Stream stream,
      DeadLetters deadLetters,
      Backoff backoff,
      HttpClient client) {
    Notifier notifier = new Notifier();
    for (Assignment one : assignments(rules)) {
      boolean called = one.to() instanceof RuleConfig.Webhook;
      notifier.couriers.add(
          new Courier(
              one.name(),
              one.rule().name(),
              stream.name(),
              one.to() instanceof RuleConfig.Webhook webhook
                  ? new WebhookTarget(client, webhook, Clock.systemUTC())
                  : new LogTarget(),
              () -> stream.reader(one.name()),
              deadLetters,
              backoff,
              called ? LANES : 1,
              Clock.systemUTC()));
    }
    return notifier;
  }

  public List<CourierState> states() {
    return couriers.stream().map(Courier::state).toList();
  }

  @Override
  public void close() throws InterruptedException {
    couriers.forEach(Courier::stop);
    for (Courier courier : couriers) {
      courier.close();
    }
  }
}
