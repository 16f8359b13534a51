package dev.renkei.steps.rule;

import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the step needs of a configured rule: no addresses, no secrets.
 *
 * @param throttle null for any number of firings
 * @param include empty for all columns
 * @param topics of the hub, without its prefix
 */
public record Rule(
    String name,
    List<TablePattern> from,
    String when,
    @Nullable Throttle throttle,
    List<String> include,
    Duration maxAge,
    List<String> topics)
    implements Serializable {
  public Rule {
    from = List.copyOf(from);
    include = List.copyOf(include);
    topics = List.copyOf(topics);
  }

  /** At most so many firings of one row in any span of that length. */
  public record Throttle(int most, Duration per) implements Serializable {}

  public static Rule of(RuleConfig config) {
    RuleConfig.Throttle throttle = config.throttle();
    List<String> topics = new ArrayList<>();
    for (RuleConfig.Target target : config.to()) {
      if (target instanceof RuleConfig.Topic topic) {
        topics.add(topic.name());
      }
    }
    return new Rule(
        config.name(),
        config.from(),
        config.when(),
        throttle == null ? null : new Throttle(throttle.most(), throttle.per()),
        config.include(),
        config.maxAge(),
        topics);
  }

  /** Why it does not fit a table, a sentence each; empty where it does, or is not about it. */
  public List<String> faults(TableSchema schema) {
    return TableRules.of(List.of(this), schema).faults();
  }

  boolean isAbout(TableName table) {
    return from.stream().anyMatch(pattern -> pattern.matches(table));
  }
}
