package dev.renkei.beam.rules;

import dev.renkei.beam.flow.FlowHub;
import dev.renkei.steps.rule.Rule;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the pipeline of rules is made from.
 *
 * @param source the configured name of the source
 * @param retention of the hub
 * @param topics where the step's outputs go, by the names of the outputs, as the hub names topics
 */
public record RulesPlan(
    FlowHub hub, String source, List<Rule> rules, Duration retention, Map<String, String> topics)
    implements Serializable {
  public RulesPlan {
    rules = List.copyOf(rules);
    topics = Map.copyOf(topics);
  }
}
