package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to tell whom when a row changes in some way ({@code docs/rules.md}).
 *
 * @param name unique among the rules
 * @param from whose changes it looks at; tables that flows make are among them: {@code
 *     events.page_view}, {@code features.sales}
 * @param when a condition on a change, in CEL
 * @param throttle how often it may fire for one row; null for any number
 * @param include the columns of the row that a notification carries; empty for all
 * @param maxAge changes that reached the hub longer ago only are remembered
 * @param to at least one
 */
public record RuleConfig(
    String name,
    List<TablePattern> from,
    String when,
    @Nullable Throttle throttle,
    List<String> include,
    Duration maxAge,
    List<Target> to) {
  public RuleConfig {
    from = List.copyOf(from);
    include = List.copyOf(include);
    to = List.copyOf(to);
    if (from.isEmpty()) {
      throw new IllegalArgumentException("`from` names no table");
    }
    if (to.isEmpty()) {
      throw new IllegalArgumentException("`to` names no target");
    }
    Set<Object> places = new HashSet<>();
    for (Target target : to) {
      if (!places.add(target instanceof Webhook webhook ? webhook.url() : target)) {
        throw new IllegalArgumentException("`to` names a target twice");
      }
    }
  }

  /** Whether changes of a table concern it. */
  public boolean isAbout(TableName table) {
    return from.stream().anyMatch(pattern -> pattern.matches(table));
  }

  /**
   * At most so many firings of one row in any span of that length.
   *
   * @param most 1 to 100
   */
  public record Throttle(int most, Duration per) {
    public Throttle {
      if (most < 1 || most > 100 || per.isNegative() || per.isZero()) {
        throw new IllegalArgumentException("throttle: %d in %s".formatted(most, per));
      }
    }
  }

  /** Where notifications go. */
  public sealed interface Target {}

  /**
   * A service that is called.
   *
   * @param secrets with each of which a call is signed, so that a receiver can change its own; at
   *     least one
   * @param plaintext whether {@code http} is allowed to other machines
   * @param timeout of one call
   * @param retries after which a notification becomes a dead letter
   */
  public record Webhook(
      WebhookUrl url, List<WebhookSecret> secrets, boolean plaintext, Duration timeout, int retries)
      implements Target {
    public Webhook {
      secrets = List.copyOf(secrets);
      if (secrets.isEmpty()) {
        throw new IllegalArgumentException(
            "a webhook needs a `secret`, by which its receiver knows who calls; `openssl rand -base64 32` makes one");
      }
      if (url.isReadableOnItsWay() && !plaintext) {
        throw new IllegalArgumentException(
            "a webhook on another machine is called by https; `plaintext: true` allows http");
      }
      if (retries < 0) {
        throw new IllegalArgumentException("retries: " + retries);
      }
    }
  }

  /**
   * A topic of the hub.
   *
   * @param name without the hub's prefix
   */
  public record Topic(String name) implements Target {
    private static final Set<String> OURS =
        Set.of(
            "raw",
            "hub",
            "masked",
            "events",
            "features",
            "notifications",
            "dead-letters",
            "masked-dead-letters",
            "commands",
            "assignments",
            "claims",
            "schemas",
            "cursors");

    public Topic {
      if (OURS.contains(name)) {
        throw new IllegalArgumentException(
            "`topic: %s` is one of Renkei's own; give notifications another".formatted(name));
      }
    }
  }

  /** A line in the log, without contents of the row. */
  public record Log() implements Target {}
}
