package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.RuleConfig.Log;
import dev.renkei.core.config.RuleConfig.Target;
import dev.renkei.core.config.RuleConfig.Throttle;
import dev.renkei.core.config.RuleConfig.Topic;
import dev.renkei.core.config.RuleConfig.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section {@code rules}. */
final class RuleKeys {
  private static final ValueType<Duration> SPAN = ValueType.duration("1s", "30d");
  private static final ValueType<String> TEXT = ValueType.text("a text", "(?s).+");

  private static final ListKey<TablePattern> FROM =
      new ListKey<>(
          "from",
          ValueType.of(
              TablePattern.class,
              "a table as schema.table, or a pattern with `*`",
              TablePattern::new),
          List.of(),
          "Whose changes it looks at; also `events.TYPE` and `features.NAME`. Needed.");
  private static final ValueKey<String> WHEN =
      ValueKey.required(
          "when",
          TEXT,
          "Which changes fire it, in CEL on `row`, `before` and `type` (docs/expressions.md).");
  private static final ValueKey<Throttle> THROTTLE =
      ValueKey.optional(
          "throttle",
          ValueType.of(Throttle.class, "N/duration, for example `1/10m`", RuleKeys::throttle),
          "How often it may fire for one row, at most. By default any number of times.");
  private static final ListKey<String> INCLUDE =
      new ListKey<>(
          "include",
          TEXT,
          List.of(),
          "The columns of `row` and `before` that a notification carries. By default the whole row, and what changed of the columns in `when`.");
  private static final ValueKey<Duration> MAX_AGE =
      ValueKey.of(
          "max_age",
          ValueType.duration("1s", "365d"),
          "1h",
          "What reached the hub longer ago is only remembered: nobody is told of old changes when rules are first run.");

  private static final ValueKey<WebhookUrl> WEBHOOK =
      ValueKey.optional(
          "webhook",
          ValueType.of(
              WebhookUrl.class,
              "an address https://HOST/PATH; http only for this machine or with `plaintext`",
              WebhookUrl::parse),
          "A service that is called (docs/rules.md).");
  private static final ListKey<WebhookSecret> SECRET =
      new ListKey<>(
          "secret",
          ValueType.of(
              WebhookSecret.class,
              "24 to 64 bytes in Base64, with or without `whsec_` before them, best as ${NAME} or ${file:PATH}",
              WebhookSecret::parse),
          List.of(),
          "By which calls are signed; several while a receiver changes to a new one. Needed for a webhook.");
  private static final ValueKey<Boolean> PLAINTEXT =
      ValueKey.of("plaintext", ValueType.bool(), "false", "Allows http to other machines.");
  private static final ValueKey<Duration> TIMEOUT =
      ValueKey.of("timeout", ValueType.duration("100ms", "5m"), "10s", "How long a call may take.");
  private static final ValueKey<Integer> RETRIES =
      ValueKey.of(
          "retries",
          ValueType.number(0, 100),
          "10",
          "Calls after the first, over minutes; then it becomes a dead letter.");
  private static final ValueKey<String> TOPIC =
      ValueKey.optional(
          "topic",
          ValueType.text(
              "a name of letters, digits, `.`, `-` and `_`, up to 100",
              "[A-Za-z][A-Za-z0-9._-]{0,99}"),
          "A topic of the hub, made where it is missing; `topic_prefix` goes before its name.");
  private static final ValueKey<Boolean> LOG =
      ValueKey.optional("log", ValueType.bool(), "`true`: a line in the log, with the row's key.");
  private static final Group TARGET =
      Group.of(
          "to",
          "A target: one of `webhook`, `topic` and `log`.",
          WEBHOOK,
          SECRET,
          PLAINTEXT,
          TIMEOUT,
          RETRIES,
          TOPIC,
          LOG);
  private static final Groups TO =
      new Groups(
          "to",
          TARGET,
          LOG,
          "Who is told: one target, or a list; `log` alone is enough for the log.");

  static final Named RULES =
      new Named(
          "rules",
          "NAME",
          CommonTypes.NAME,
          Group.of("rules", "A rule (docs/rules.md).", FROM, WHEN, THROTTLE, INCLUDE, MAX_AGE, TO),
          "What to tell whom when a row changes in some way.");

  private RuleKeys() {}

  private static Throttle throttle(String text) {
    int slash = text.indexOf('/');
    return new Throttle(
        Integer.parseInt(text.substring(0, Math.max(0, slash))),
        SPAN.parser().apply(text.substring(slash + 1)));
  }

  /** The rules; those with faults are left out. */
  static List<RuleConfig> read(Values root, Reading reading) {
    List<RuleConfig> rules = new ArrayList<>();
    root.get(RULES)
        .forEach(
            (name, section) -> {
              refuseMissing(section, FROM.name(), section.get(FROM), "a table", reading);
              refuseMissing(section, TO.name(), section.get(TO), "a target", reading);
              List<Target> targets = targets(section, reading);
              RuleConfig rule =
                  targets == null ? null : reading.make(section, v -> rule(name, v, targets));
              if (rule != null) {
                rules.add(rule);
              }
            });
    return rules;
  }

  private static void refuseMissing(
      Values section, String key, List<?> given, String accepted, Reading reading) {
    if (given.isEmpty() && !reading.hasFaultIn(Reading.child(section.path(), key))) {
      reading.fault(
          section,
          Reading.child(section.path(), key),
          section.line(),
          null,
          "missing; accepted is " + accepted);
    }
  }

  /** Null where one of them has a fault. */
  private static @Nullable List<Target> targets(Values section, Reading reading) {
    List<Target> targets = new ArrayList<>();
    List<Values> given = section.get(TO);
    for (Values one : given) {
      Target target = reading.make(one, RuleKeys::target);
      if (target != null) {
        targets.add(target);
      }
    }
    return targets.size() == given.size() ? targets : null;
  }

  private static RuleConfig rule(String name, Values v, List<Target> targets) {
    return new RuleConfig(
        name, v.get(FROM), v.get(WHEN), v.find(THROTTLE), v.get(INCLUDE), v.get(MAX_AGE), targets);
  }

  private static Target target(Values v) {
    WebhookUrl url = v.find(WEBHOOK);
    String topic = v.find(TOPIC);
    boolean log = v.get(LOG, false);
    if ((url == null ? 0 : 1) + (topic == null ? 0 : 1) + (log ? 1 : 0) != 1) {
      throw new IllegalArgumentException("a target is one of `webhook`, `topic` and `log: true`");
    }
    if (url == null && !v.get(SECRET).isEmpty()) {
      throw new IllegalArgumentException("`secret` goes with `webhook`");
    }
    return url != null
        ? new Webhook(url, v.get(SECRET), v.get(PLAINTEXT), v.get(TIMEOUT), v.get(RETRIES))
        : topic != null ? new Topic(topic) : new Log();
  }
}
