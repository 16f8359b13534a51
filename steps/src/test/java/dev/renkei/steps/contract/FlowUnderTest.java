package dev.renkei.steps.contract;

import dev.renkei.steps.flow.AttributeFilter;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Step;

/** What an engine is to run between the topics of a {@link FlowSite}. */
public sealed interface FlowUnderTest {
  /** From raw to hub. */
  record Dedupe(AttributeFilter filter) implements FlowUnderTest {}

  /** From raw: the main output to hub, each other one to the topic of its name. */
  record Stateless(Step step) implements FlowUnderTest {}

  /** The same, with state. */
  record Keyed(KeyedStep<?> step) implements FlowUnderTest {}
}
