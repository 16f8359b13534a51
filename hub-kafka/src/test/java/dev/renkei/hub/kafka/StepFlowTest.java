package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.StepResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timers and states of steps on Kafka Streams, with a clock that the test moves. */
class StepFlowTest {
  private static final Topics TOPICS = new Topics("renkei.", 1, Duration.ofDays(7));
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String QUIET = "quiet";

  @TempDir private Path folder = Path.of("");

  private final Map<String, Integer> counted = new ConcurrentHashMap<>();
  private Instant now = START;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> raw;
  private TestOutputTopic<byte[], byte[]> quiet;

  /** Tells of each key when nothing has come of it for ten minutes, and forgets it. */
  private record Quiet() implements KeyedStep<String>, StateCodec<String> {
    @Override
    public Next<String> onMessage(@Nullable String state, FlowMessage message, Instant now) {
      String key = new String(message.routingKey(), StandardCharsets.UTF_8);
      return new Next<>(key, new StepResult.Nothing("seen"), now.plus(Duration.ofMinutes(10)));
    }

    @Override
    public Next<String> onTimer(String state, Instant now) {
      FlowMessage told =
          new FlowMessage(
              Map.of("at", now.toString()), write(state), state.getBytes(StandardCharsets.UTF_8));
      return new Next<>(null, new StepResult.Outputs(List.of(new Output(QUIET, told))), null);
    }

    @Override
    public Set<String> outputs() {
      return Set.of(QUIET);
    }

    @Override
    public StateCodec<String> codec() {
      return this;
    }

    @Override
    public byte[] write(String state) {
      return state.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String read(byte[] stored) {
      return new String(stored, StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void open() {
    StepFlow.Options options =
        new StepFlow.Options(
            "quiet", TOPICS.raw(), Map.of(QUIET, "renkei.quiet"), folder, "test", 1);
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    driver =
        new TopologyTestDriver(
            StepFlow.topology(
                TOPICS, options, new Quiet(), name -> counted.merge(name, 1, Integer::sum)),
            settings,
            now);
    raw =
        driver.createInputTopic(TOPICS.raw(), new ByteArraySerializer(), new ByteArraySerializer());
    quiet =
        driver.createOutputTopic(
            "renkei.quiet", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  private void pipe(int product, long version) {
    EncodedMessage message = ShopMessages.update(product, version, 1);
    Headers headers = new RecordHeaders();
    HeaderCodec.write(
        message.attributes(),
        (name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    raw.pipeInput(new TestRecord<>(message.routingKey(), message.payload(), headers, now));
  }

  private static byte[] key(int product) {
    return Objects.requireNonNull(ShopMessages.update(product, 1, 1).routingKey());
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    return driver.getKeyValueStore(name);
  }

  private static long size(KeyValueStore<Bytes, byte[]> store) {
    long size = 0;
    try (var entries = store.all()) {
      for (; entries.hasNext(); entries.next()) {
        size++;
      }
    }
    return size;
  }

  @Test
  void aTimerThatIsSetAgainComesOnceAtItsLastTime() {
    pipe(1, 1);
    pass(Duration.ofMinutes(9));
    pipe(1, 2);
    pass(Duration.ofMinutes(9));
    assertThat(quiet.isEmpty()).isTrue();

    pass(Duration.ofMinutes(1));

    TestRecord<byte[], byte[]> told = quiet.readRecord();
    assertThat(told.key()).isEqualTo(key(1));
    assertThat(told.getRecordTime()).isEqualTo(now);
    pass(Duration.ofDays(1));
    assertThat(quiet.isEmpty()).isTrue();
    assertThat(size(store(StepFlow.STATES))).isZero();
    assertThat(size(store(StepFlow.TIMERS))).isZero();
    assertThat(counted).containsEntry("in", 2).containsEntry("seen", 2).containsEntry("out", 1);
  }

  @Test
  void timersComeInTheOrderOfTheirTimes() {
    pipe(2, 1);
    pass(Duration.ofMinutes(1));
    pipe(1, 1);
    pass(Duration.ofMinutes(1));
    pipe(3, 1);

    pass(Duration.ofHours(1));

    assertThat(quiet.readRecordsToList())
        .extracting(TestRecord::key)
        .containsExactly(key(2), key(1), key(3));
  }

  @Test
  void moreTimersThanFitIntoOneTransactionAllCome() {
    for (int product = 0; product < 1_200; product++) {
      pipe(product, 1);
    }
    pass(Duration.ofMinutes(10));
    pass(Duration.ofMillis(10));
    pass(Duration.ofMillis(10));

    assertThat(quiet.readRecordsToList()).hasSize(1_200);
  }

  @Test
  void aStateOfALaterVersionIsRefused() {
    assertThatThrownBy(() -> KeptState.read(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("later version");
    KeptState kept = new KeptState(START, new byte[] {1, 2});
    assertThat(KeptState.read(kept.write())).usingRecursiveComparison().isEqualTo(kept);
    KeptState without = new KeptState(null, new byte[0]);
    assertThat(KeptState.read(without.write())).usingRecursiveComparison().isEqualTo(without);
  }
}
