package dev.renkei.core.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is alerted, and who is told ({@code docs/alerts.md}).
 *
 * @param memory the part of its memory above which a process alerts, 0 to 1
 * @param cpu the part of its processors above which a process alerts, 0 to 1
 * @param lagP99 how long 99 of 100 changes may take from commit to warehouse; null where nobody
 *     says
 * @param retentionLeft how long a table must at least be able to be away before its changes are
 *     gone at the source; null for a quarter of what the source keeps
 * @param to may be empty: alerts are shown and logged all the same
 */
public record AlertsConfig(
    double memory,
    double cpu,
    @Nullable Duration lagP99,
    @Nullable Duration retentionLeft,
    List<Target> to) {
  public AlertsConfig {
    to = List.copyOf(to);
    if (!(memory > 0 && memory <= 1) || !(cpu > 0 && cpu <= 1)) {
      throw new IllegalArgumentException("memory %s, cpu %s of 1".formatted(memory, cpu));
    }
  }

  /** Who is told. */
  public sealed interface Target {
    WebhookUrl url();
  }

  /**
   * A channel of Slack.
   *
   * @param url of an incoming webhook; whoever has it can write to the channel
   */
  public record Slack(WebhookUrl url) implements Target {
    public Slack {
      refuseReadable(url, false);
    }
  }

  /**
   * A service that is called.
   *
   * @param secrets with each of which a call is signed; may be empty
   * @param plaintext whether {@code http} is allowed to other machines
   */
  public record Webhook(WebhookUrl url, List<WebhookSecret> secrets, boolean plaintext)
      implements Target {
    public Webhook {
      secrets = List.copyOf(secrets);
      refuseReadable(url, plaintext);
    }
  }

  private static void refuseReadable(WebhookUrl url, boolean plaintext) {
    if (url.isReadableOnItsWay() && !plaintext) {
      throw new IllegalArgumentException(
          "a service on another machine is called by https; `plaintext: true` allows a webhook http");
    }
  }
}
