package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.core.contract.MemorySchemas;
import dev.renkei.core.message.MessageException;
import dev.renkei.steps.contract.feature.Lines;
import dev.renkei.steps.contract.feature.Lines.Event;
import dev.renkei.steps.contract.feature.RandomLines;
import dev.renkei.steps.contract.feature.Reference;
import dev.renkei.steps.contract.feature.ResultTable;
import dev.renkei.steps.feature.ContributionsStep;
import dev.renkei.steps.feature.WindowsStep;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Features on Kafka Streams, its two topologies behind each other, with a clock that goes fast. */
class FeatureFlowTest {
  private static final Topics TOPICS = new Topics("renkei.", 1, Duration.ofDays(7));
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  private static final String BETWEEN = "renkei.feature-contributions";
  private static final Duration TICK = Duration.ofSeconds(1);

  @TempDir private Path folder = Path.of("");

  private final TableMessages messages =
      new TableMessages(Lines.SOURCE, SchemaAccess.here(new MemorySchemas()));
  private final Map<String, Integer> counted = new ConcurrentHashMap<>();

  static List<FeatureConfig> features() {
    Duration lateness = Duration.ofSeconds(20);
    return List.of(
        Lines.feature("fixed", new Window.Fixed(Duration.ofSeconds(10)), lateness),
        Lines.feature(
            "sliding", new Window.Sliding(Duration.ofSeconds(9), Duration.ofSeconds(3)), lateness),
        Lines.feature("session", new Window.Session(Duration.ofSeconds(3)), lateness));
  }

  @ParameterizedTest
  @MethodSource("features")
  void givesWhatACountFromNothingGives(FeatureConfig feature) throws Exception {
    Random random = new Random(7);
    List<Event> events = RandomLines.disordered(RandomLines.events(random, NOON, 150), random);
    ResultTable table = new ResultTable();
    try (TopologyTestDriver first =
            driver(
                "first",
                TOPICS.hub(),
                Map.of(Output.MAIN, BETWEEN),
                new ContributionsStep(List.of(feature), messages));
        TopologyTestDriver second =
            driver(
                "second",
                BETWEEN,
                Map.of(Output.MAIN, TOPICS.hub(), WindowsStep.TOPIC, "renkei.features"),
                new WindowsStep(List.of(feature), messages))) {
      TestInputTopic<byte[], byte[]> hub = input(first, TOPICS.hub());
      Instant now = NOON;
      for (Event event : events) {
        while (now.isBefore(event.committed())) {
          now = now.plus(TICK);
          pass(first, second, table);
        }
        hub.pipeInput(record(messages.write(event.change(), Lines.SCHEMA), now));
        handOver(first, second, table);
      }
      for (int i = 0; i < 900; i++) {
        pass(first, second, table);
      }

      assertThat(table.rows(true)).isEqualTo(Reference.of(feature, events));
      assertThat(table.rows(false)).hasSameSizeAs(table.rows(true));
      assertThat(table.ignored()).isZero();
      assertThat(size(first)).isZero();
      assertThat(size(second)).isZero();
    }
  }

  private void pass(TopologyTestDriver first, TopologyTestDriver second, ResultTable table)
      throws MessageException {
    first.advanceWallClockTime(TICK);
    second.advanceWallClockTime(TICK);
    handOver(first, second, table);
  }

  private void handOver(TopologyTestDriver first, TopologyTestDriver second, ResultTable table)
      throws MessageException {
    output(first, BETWEEN).readRecordsToList().forEach(input(second, BETWEEN)::pipeInput);
    for (TestRecord<byte[], byte[]> record : output(second, TOPICS.hub()).readRecordsToList()) {
      Map<String, String> attributes = new HashMap<>();
      record
          .headers()
          .forEach(h -> attributes.put(h.key(), Objects.requireNonNull(KafkaSubscription.text(h))));
      FlowMessage message = new FlowMessage(attributes, record.key(), record.value());
      table.apply(messages.read(TableMessages.attributes(message), message));
    }
  }

  private TopologyTestDriver driver(
      String name, String from, Map<String, String> to, KeyedStep<?> step) {
    StepFlow.Options options =
        new StepFlow.Options(name, from, to, folder.resolve(name), "test", 1);
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(name).toString());
    return new TopologyTestDriver(
        StepFlow.topology(TOPICS, options, step, n -> counted.merge(n, 1, Integer::sum)),
        settings,
        NOON);
  }

  private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver, String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static TestRecord<byte[], byte[]> record(FlowMessage message, Instant at) {
    Headers headers = new RecordHeaders();
    message
        .attributes()
        .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return new TestRecord<>(message.routingKey(), message.payload(), headers, at);
  }

  private static long size(TopologyTestDriver driver) {
    long size = 0;
    try (var entries = driver.getKeyValueStore(StepFlow.STATES).all()) {
      while (entries.hasNext()) {
        entries.next();
        size++;
      }
    }
    return size;
  }
}
