package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.kafka.StepFlow;
import dev.renkei.notifier.CourierState;
import dev.renkei.notifier.Notifier;
import dev.renkei.server.StatusReport;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.rule.Rule;
import dev.renkei.steps.rule.RuleStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow that judges changes by rules, and what takes its notifications to their targets.
 *
 * @param judging from the hub into the topic of notifications and those that rules name
 */
record RulesRole(StepRole judging, Notifier notifier) implements FlowRole {
  private static final Logger log = LoggerFactory.getLogger(RulesRole.class);

  /** The topic of notifications, without the hub's prefix. */
  private static final String NOTIFICATIONS = "notifications";

  /** What the names of readers of notifications begin with. */
  private static final String READERS = "notifier.";

  static RulesRole start(KafkaHub hub, Configuration config, FlowPlace place, int threads)
      throws HubException, InterruptedException {
    RuleStep step =
        new RuleStep(
            config.rules().stream().map(Rule::of).toList(),
            new TableMessages(config.source().name(), SchemaAccess.here(hub.schemas())),
            ((HubConfig.Kafka) config.hub()).retention());
    Map<String, String> outputs = outputs(hub, config.rules());
    String notifications = Objects.requireNonNull(outputs.get(Output.MAIN));
    // Before anything fires: readers that are new begin behind what is there.
    for (String reader : Notifier.readers(config.rules())) {
      hub.place(notifications, READERS + reader);
    }
    Notifier notifier =
        Notifier.start(config.rules(), new Notifications(hub, notifications), hub.deadLetters());
    StepFlow flow =
        hub.flow(
            new StepFlow.Options(
                Flows.RULES, hub.hubTopic(), outputs, place.directory(), place.instance(), threads),
            step);
    flow.start();
    return new RulesRole(new StepRole(Flows.RULES, flow), notifier);
  }

  private static Map<String, String> outputs(KafkaHub hub, List<RuleConfig> rules)
      throws HubException, InterruptedException {
    Map<String, String> names = new TreeMap<>();
    names.put(Output.MAIN, NOTIFICATIONS);
    for (RuleConfig rule : rules) {
      for (RuleConfig.Target target : rule.to()) {
        if (target instanceof RuleConfig.Topic topic) {
          names.put(RuleStep.output(topic.name()), topic.name());
        }
      }
    }
    List<String> topics = hub.streams(List.copyOf(names.values()));
    Map<String, String> outputs = new HashMap<>();
    List<String> order = List.copyOf(names.keySet());
    for (int i = 0; i < order.size(); i++) {
      outputs.put(order.get(i), topics.get(i));
    }
    return outputs;
  }

  private record Notifications(KafkaHub hub, String name) implements Notifier.Stream {
    @Override
    public SharedReader reader(String reader) throws HubException {
      return hub.sharedReader(name, READERS + reader);
    }
  }

  @Override
  public StatusReport.Flow report() {
    StatusReport.Flow flow = judging.report();
    List<CourierState> couriers = notifier.states();
    Map<String, Long> counts = new TreeMap<>(flow.others());
    counts.put("delivered", couriers.stream().mapToLong(CourierState::delivered).sum());
    counts.put("repeated", couriers.stream().mapToLong(CourierState::repeated).sum());
    counts.put("given_up", couriers.stream().mapToLong(CourierState::givenUp).sum());
    List<String> problems = new ArrayList<>();
    if (flow.problem() != null) {
      problems.add(flow.problem());
    }
    couriers.stream().map(CourierState::problem).filter(Objects::nonNull).forEach(problems::add);
    return new StatusReport.Flow(
        flow.name(),
        flow.state(),
        flow.counts(),
        counts,
        problems.isEmpty() ? null : String.join("; ", problems));
  }

  @Override
  public void close() {
    judging.close();
    try {
      notifier.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.atWarn().addKeyValue("flow", Flows.RULES).log("interrupted while ending deliveries");
    }
  }
}
