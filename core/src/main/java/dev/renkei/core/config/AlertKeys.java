package dev.renkei.core.config;

import dev.renkei.core.config.AlertsConfig.Slack;
import dev.renkei.core.config.AlertsConfig.Target;
import dev.renkei.core.config.AlertsConfig.Webhook;
import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of the sections {@code objectives} and {@code alerts}, and what they make. */
final class AlertKeys {
  private static final ValueType<Double> PART =
      ValueType.of(Double.class, "a part as `1%` to `100%`", AlertKeys::part);
  private static final ValueType<WebhookUrl> ADDRESS =
      ValueType.of(
          WebhookUrl.class,
          "an address https://HOST/PATH; http only for this machine or with `plaintext`",
          WebhookUrl::parse);

  private static final ValueKey<Duration> LAG =
      ValueKey.optional(
          "lag_p99",
          ValueType.duration("1ms", "30d"),
          "How long 99 of 100 changes may take from commit to warehouse. By default nobody is told.");
  private static final ValueKey<Duration> RETENTION =
      ValueKey.optional(
          "retention_left",
          ValueType.duration("1s", "365d"),
          "How long a table must at least be able to be away before its changes are gone at the source. By default a quarter of what the source keeps.");
  static final Group OBJECTIVES =
      Group.of("objectives", "What is alerted when it is missed.", LAG, RETENTION);

  private static final ValueKey<Double> MEMORY =
      ValueKey.of("memory", PART, "80%", "Above which part of its memory a process alerts.");
  private static final ValueKey<Double> CPU =
      ValueKey.of("cpu", PART, "80%", "Above which part of its processors a process alerts.");
  private static final ValueKey<WebhookUrl> SLACK =
      ValueKey.optional(
          "slack", ADDRESS, "An incoming webhook of Slack, best as ${NAME} or ${file:PATH}.");
  private static final ValueKey<WebhookUrl> WEBHOOK =
      ValueKey.optional("webhook", ADDRESS, "A service that is called (docs/alerts.md).");
  private static final ListKey<WebhookSecret> SECRET =
      new ListKey<>(
          "secret",
          ValueType.of(
              WebhookSecret.class,
              "24 to 64 bytes in Base64, with or without `whsec_` before them, best as ${NAME} or ${file:PATH}",
              WebhookSecret::parse),
          List.of(),
          "By which calls of a webhook are signed; several while a receiver changes to a new one.");
  private static final ValueKey<Boolean> PLAINTEXT =
      ValueKey.of(
          "plaintext", ValueType.bool(), "false", "Allows a webhook http to other machines.");
  private static final Groups TO =
      new Groups(
          "to",
          Group.of("to", "A target: `slack` or `webhook`.", SLACK, WEBHOOK, SECRET, PLAINTEXT),
          PLAINTEXT,
          "Who is told: one target, or a list. By default nobody: alerts are logged and shown by `status`.");
  static final Group ALERTS =
      Group.of("alerts", "When and who is told (docs/alerts.md).", MEMORY, CPU, TO);

  private AlertKeys() {}

  private static Double part(String text) {
    if (!text.matches("[1-9]\\d?%|100%")) {
      throw new IllegalArgumentException("no part");
    }
    return Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0;
  }

  /** The sections; null where they have faults. */
  static @Nullable AlertsConfig read(Values root, Reading reading) {
    Values objectives = root.get(OBJECTIVES);
    Values alerts = root.get(ALERTS);
    List<Target> targets = new ArrayList<>();
    List<Values> given = alerts.get(TO);
    for (Values one : given) {
      Target target = reading.make(one, AlertKeys::target);
      if (target != null) {
        targets.add(target);
      }
    }
    return targets.size() < given.size()
        ? null
        : reading.make(
            alerts,
            v ->
                new AlertsConfig(
                    v.get(MEMORY),
                    v.get(CPU),
                    objectives.find(LAG),
                    objectives.find(RETENTION),
                    targets));
  }

  private static Target target(Values v) {
    WebhookUrl slack = v.find(SLACK);
    WebhookUrl webhook = v.find(WEBHOOK);
    if (slack != null && webhook == null) {
      if (!v.get(SECRET).isEmpty() || v.get(PLAINTEXT)) {
        throw new IllegalArgumentException("`secret` and `plaintext` go with `webhook`");
      }
      return new Slack(slack);
    }
    if (webhook == null || slack != null) {
      throw new IllegalArgumentException("a target is one of `slack` and `webhook`");
    }
    return new Webhook(webhook, v.get(SECRET), v.get(PLAINTEXT));
  }
}
