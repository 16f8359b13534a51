package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.kafka.StepFlow;
import dev.renkei.hub.pubsub.PubSubHub;
import dev.renkei.hub.pubsub.PubSubPlan;
import dev.renkei.notifier.CourierState;
import dev.renkei.notifier.Notifier;
import dev.renkei.server.StatusReport;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.rule.Rule;
import dev.renkei.steps.rule.RuleStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow that judges changes by rules, and what takes its notifications to their targets.
 *
 * @param judging from the hub into the topic of notifications and those that rules name; null where
 *     a pipeline does it
 */
record RulesRole(@Nullable StepRole judging, Notifier notifier) implements FlowRole {
  private static final Logger log = LoggerFactory.getLogger(RulesRole.class);

  /** The topic of notifications, without the hub's prefix. */
  private static final String NOTIFICATIONS = "notifications";

  /** What the names of readers of notifications begin with. */
  private static final String READERS = "notifier.";

  static RulesRole start(KafkaHub hub, Configuration config, FlowPlace place, int threads)
      throws HubException, InterruptedException {
    if (!config.pipelines().rules()) {
      Missed.tell(
          hub,
          config,
          Flows.RULES,
          hub.hubTopic(),
          "no rule has judged what changed meanwhile, and nobody was notified of it");
    }
    Map<String, String> outputs = outputs(hub, config.rules());
    String notifications = Objects.requireNonNull(outputs.get(Output.MAIN));
    // Before anything fires: readers that are new begin behind what is there.
    for (String reader : Notifier.readers(config.rules())) {
      hub.place(notifications, READERS + reader);
    }
    Notifier notifier =
        Notifier.start(config.rules(), new Notifications(hub, notifications), hub.deadLetters());
    return new RulesRole(
        config.pipelines().rules() ? null : judge(hub, config, place, threads, outputs), notifier);
  }

  /** On Pub/Sub a pipeline judges; this delivers. */
  static RulesRole start(PubSubHub hub, Configuration config) {
    return new RulesRole(
        null, Notifier.start(config.rules(), new OnPubSub(hub), hub.deadLetters()));
  }

  /** What Pub/Sub must hold for the rules: topics, and subscriptions of those who deliver. */
  static Stream<String> consumers(Configuration config) {
    if (config.rules().isEmpty()) {
      return Stream.of();
    }
    Stream<String> readers =
        Notifier.readers(config.rules()).stream().map(name -> NOTIFICATIONS + "/" + name);
    Stream<String> topics =
        config.rules().stream()
            .flatMap(rule -> Rule.of(rule).topics().stream())
            .map(name -> name + "/");
    return Stream.of(Stream.of(PubSubPlan.RULES, NOTIFICATIONS + "/"), readers, topics)
        .flatMap(s -> s);
  }

  private static StepRole judge(
      KafkaHub hub,
      Configuration config,
      FlowPlace place,
      int threads,
      Map<String, String> outputs) {
    RuleStep step =
        new RuleStep(
            config.rules().stream().map(Rule::of).toList(),
            new TableMessages(config.source().name(), SchemaAccess.here(hub.schemas())),
            config.hub().retention());
    StepFlow flow =
        hub.flow(
            new StepFlow.Options(
                    Flows.RULES,
                    hub.hubTopic(),
                    outputs,
                    place.directory(),
                    place.instance(),
                    threads)
                .within(Flows.BESIDE),
            step);
    flow.start();
    return new StepRole(Flows.RULES, flow);
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

  private record OnPubSub(PubSubHub hub) implements Notifier.Stream {
    @Override
    public String name() {
      return NOTIFICATIONS;
    }

    @Override
    public SharedReader reader(String reader) throws HubException, InterruptedException {
      AcknowledgedSubscription subscription = hub.reader(NOTIFICATIONS + "/" + reader);
      return new SharedReader() {
        @Override
        public List<AcknowledgedSubscription.Delivery> poll(Duration atMost)
            throws HubException, InterruptedException {
          return subscription.poll(atMost);
        }

        @Override
        public void close() {
          subscription.close();
        }
      };
    }
  }

  /** It delivers, and that runs as long as this process does. */
  private static StatusReport.Flow byPipeline() {
    return new StatusReport.Flow(
        Flows.RULES, "RUNNING", new StatusReport.Counts(0, 0, 0, 0, 0, 0), Map.of(), null);
  }

  @Override
  public String name() {
    return Flows.RULES;
  }

  @Override
  public StatusReport.Flow report() {
    StatusReport.Flow flow = judging == null ? byPipeline() : judging.report();
    List<CourierState> couriers = notifier.states();
    Map<String, Long> counts = new TreeMap<>(flow.others());
    counts.put("delivered", couriers.stream().mapToLong(CourierState::delivered).sum());
    counts.put("repeated", couriers.stream().mapToLong(CourierState::repeated).sum());
    long givenUp = couriers.stream().mapToLong(CourierState::givenUp).sum();
    counts.put("given_up", givenUp);
    List<String> problems = new ArrayList<>();
    if (flow.problem() != null) {
      problems.add(flow.problem());
    }
    couriers.stream().map(CourierState::problem).filter(Objects::nonNull).forEach(problems::add);
    return new StatusReport.Flow(
        flow.name(),
        flow.state(),
        withLetters(flow.counts(), givenUp),
        counts,
        problems.isEmpty() ? null : String.join("; ", problems));
  }

  private static StatusReport.Counts withLetters(StatusReport.Counts judged, long givenUp) {
    return new StatusReport.Counts(
        judged.in(),
        judged.out(),
        judged.duplicates(),
        judged.superseded(),
        judged.filtered(),
        judged.deadLetters() + givenUp);
  }

  @Override
  public void rest(boolean resting) {
    if (judging != null) {
      judging.rest(resting); // what has fired is delivered
    }
  }

  @Override
  public void close() {
    if (judging != null) {
      judging.close();
    }
    try {
      notifier.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.atWarn().addKeyValue("flow", Flows.RULES).log("interrupted while ending deliveries");
    }
  }
}
