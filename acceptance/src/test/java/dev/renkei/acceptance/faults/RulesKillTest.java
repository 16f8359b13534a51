package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Waiting;
import dev.renkei.acceptance.Webhooks;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.rule.RowMemory;
import dev.renkei.steps.rule.Rule;
import dev.renkei.steps.rule.RuleStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two processes that share the flow of rules is killed again and again while they judge and
 * deliver, beside a shop at work. What must have fired is recomputed from the hub by the step
 * alone. The same again with {@code -Drenkei.seed}.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RulesKillTest {
  private static final int KILLS = 3;
  private static final int ROWS = 3_000;
  private static final int CHANGES_A_SECOND = 300;
  private static final int EACH_FAILS = 17;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void everythingThatFiredIsToldAndAlwaysInTheSameWords() throws Exception {
    long seed = Long.getLong("renkei.seed", System.nanoTime());
    System.out.printf("RulesKillTest: -Drenkei.seed=%d%n", seed);
    try (Site site = Site.open(folder, ROWS, "embedded", 4_000);
        Webhooks receiver = new Webhooks(call -> call % EACH_FAILS == EACH_FAILS - 1 ? 503 : 204)) {
      configure(site, receiver);
      try (KafkaHub hub = KafkaHub.open(site.hubConfig(), site.folder());
          Program tracker = site.renkei("tracker-a", "track", "--name", "tracker-a");
          Program dedupe = site.renkei("dedupe", "flow", "dedupe");
          Program beside = site.renkei("rules-b", "flow", "rules")) {
        dedupe.awaitOutput("(?m)^ready", PATIENCE);
        beside.awaitOutput("(?m)^ready", PATIENCE);
        killAtWork(site, receiver, new Random(seed));
        Program rules = site.renkei("rules", "flow", "rules");
        try (rules) {
          awaitAllTold(site, hub, receiver, rules);
        }
        assertThat(tracker.isAlive()).isTrue();
        assertThat(beside.isAlive()).as(beside.lastWords()).isTrue();
      }
    }
  }

  private static void configure(Site site, Webhooks receiver) throws Exception {
    Files.writeString(
        site.configuration(),
        """
        rules:
          sold:
            from: dbo.Stock
            when: "row.Quantity < before.Quantity"
            include: [Quantity]
            to: {webhook: "%s", secret: "%s"}
        """
            .formatted(receiver.url("/sold"), Webhooks.SECRET),
        StandardOpenOption.APPEND);
  }

  private static void killAtWork(Site site, Webhooks receiver, Random random) throws Exception {
    try (Program writer = site.writer(site.ledger(), random.nextLong(), CHANGES_A_SECOND)) {
      for (int i = 0; i < KILLS; i++) {
        try (Program rules = site.renkei("rules", "flow", "rules")) {
          int before = receiver.calls().size();
          Waiting.until(
              PATIENCE,
              () ->
                  receiver.calls().size() > before + 20
                      ? Optional.empty()
                      : Optional.of("calls " + receiver.calls().size() + rules.lastWords()));
          assertThat(rules.awaitEnd(Duration.ofMillis(random.nextInt(1_000)))).isFalse();
          rules.kill();
        }
      }
      Site.end(writer);
    }
  }

  private static void awaitAllTold(Site site, KafkaHub hub, Webhooks receiver, Program rules)
      throws Exception {
    Waiting.until(
        PATIENCE,
        () -> {
          Map<String, String> fired = recomputed(site, hub);
          Map<String, String> told = told(receiver);
          return told.keySet().containsAll(fired.keySet()) && fired.size() > 60
              ? Optional.empty()
              : Optional.of(
                  "%d told of %d; %s".formatted(told.size(), fired.size(), rules.lastWords()));
        });
    Map<String, String> fired = recomputed(site, hub);
    assertThat(receiver.calls()).allMatch(Webhooks.Call::signed);
    assertThat(receiver.calls())
        .allSatisfy(call -> assertThat(call.text()).isEqualTo(fired.get(call.id())));
    List<String> made = written(hub);
    assertThat(made).doesNotHaveDuplicates().containsAll(fired.keySet());
    assertThat(hub.deadLetters().newest(10)).isEmpty();
    System.out.printf(
        "RulesKillTest: %d fired, %d calls after %d kills%n",
        fired.size(), receiver.calls().size(), KILLS);
  }

  /** Answered calls and failed ones alike, by id. */
  private static Map<String, String> told(Webhooks receiver) {
    return receiver.calls().stream()
        .collect(Collectors.toMap(Webhooks.Call::id, Webhooks.Call::text, (one, other) -> one));
  }

  /** The ids in the topic of notifications, each as often as it stands there. */
  private static List<String> written(KafkaHub hub) throws Exception {
    try (HubSubscription topic = hub.subscription("renkei.notifications")) {
      return all(topic).stream()
          .map(m -> m.rawAttributes().getOrDefault(MessageAttributes.UNIQUE_ID, ""))
          .toList();
    }
  }

  /** What the step makes of all that the hub holds, by id. */
  private static Map<String, String> recomputed(Site site, KafkaHub hub) throws Exception {
    List<Rule> rules = site.config().rules().stream().map(Rule::of).toList();
    RuleStep step =
        new RuleStep(
            rules, new TableMessages("shop", SchemaAccess.here(hub.schemas())), Duration.ofDays(7));
    Map<String, RowMemory> states = new HashMap<>();
    Map<String, String> fired = new TreeMap<>();
    try (HubSubscription topic = hub.subscription(hub.hubTopic())) {
      for (HubRecord record : all(topic)) {
        FlowMessage message = message(record);
        byte[] key = step.key(message);
        if (key != null) {
          String row = new String(key, StandardCharsets.UTF_8);
          KeyedStep.Next<RowMemory> next =
              step.onMessage(states.get(row), message, message.origin().at());
          RowMemory memory = next.state();
          if (memory != null) {
            states.put(row, memory);
          }
          note(next.result(), fired);
        }
      }
    }
    return fired;
  }

  private static void note(StepResult result, Map<String, String> fired) {
    if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> note(one, fired));
    } else if (result instanceof StepResult.Outputs outputs) {
      for (Output output : outputs.outputs()) {
        fired.put(
            output.message().attributes().getOrDefault(MessageAttributes.UNIQUE_ID, ""),
            new String(output.message().payload(), StandardCharsets.UTF_8));
      }
    }
  }

  private static FlowMessage message(HubRecord record) {
    Map<String, String> attributes = new HashMap<>();
    MessageAttributes read = record.attributes();
    if (read != null) {
      HeaderCodec.write(read, attributes::put);
    }
    Instant at = Instant.ofEpochMilli(record.timestampMillis());
    return new FlowMessage(
        attributes,
        record.routingKey(),
        record.payload(),
        new Origin("renkei.hub", record.partition(), record.offset(), at));
  }

  private static List<HubRecord> all(HubSubscription topic) throws Exception {
    Map<Integer, Long> ends = topic.endOffsets();
    List<HubRecord> records = new ArrayList<>();
    while (topic.nextOffsets().entrySet().stream()
        .anyMatch(next -> next.getValue() < ends.getOrDefault(next.getKey(), 0L))) {
      records.addAll(topic.poll(Duration.ofMillis(100)));
    }
    return records;
  }
}
