package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.steps.dedupe.LastSequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state remembers a key as long as anything of it can still come, and not for ever. */
class ForgettingTest {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Topics TOPICS = new Topics("renkei.", 1, RETENTION);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder = Path.of("");

  private final DedupeFlow.Counters counters = new DedupeFlow.Counters();
  private Instant now = START;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> raw;
  private TestOutputTopic<byte[], byte[]> hub;
  private KeyValueStore<Bytes, byte[]> state;

  @BeforeEach
  void open() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    driver =
        new TopologyTestDriver(
            DedupeFlow.topology(
                TOPICS, new DedupeFlow.Options(folder, "test", 1, Map.of()), counters),
            settings,
            START);
    raw =
        driver.createInputTopic(TOPICS.raw(), new ByteArraySerializer(), new ByteArraySerializer());
    hub =
        driver.createOutputTopic(
            TOPICS.hub(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    state = driver.getKeyValueStore("last-sequences");
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  private void pipe(EncodedMessage message) {
    Headers headers = new RecordHeaders();
    HeaderCodec.write(
        message.attributes(),
        (name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    raw.pipeInput(new TestRecord<>(message.routingKey(), message.payload(), headers, now));
  }

  private static Bytes key(int product) {
    return Bytes.wrap(ShopMessages.update(product, 1, 1).routingKey());
  }

  private static long packed(long version) {
    return new Sequence(1, version, 0).packed();
  }

  @Test
  void aKeyOfWhichNothingHasComeForTwiceTheRetentionIsForgotten() {
    pipe(ShopMessages.update(1, 5, 1));
    pass(Duration.ofDays(13));
    pipe(ShopMessages.update(2, 6, 1));
    assertThat(state.get(key(1))).isNotNull();

    pass(Duration.ofDays(2));
    pipe(ShopMessages.update(3, 7, 1));
    pass(Forgetting.every(RETENTION));

    assertThat(state.get(key(1))).isNull();
    assertThat(state.get(key(2))).isNotNull();
    assertThat(state.get(key(3))).isNotNull();
    assertThat(counters.forgotten.sum()).isEqualTo(1);
    assertThat(hub.readRecordsToList()).hasSize(3);
  }

  /** Trackers read the last versions again for ever, also on an idle database. */
  @Test
  void aKeyThatIsRepeatedIsNotForgottenHoweverOldItsLastChangeIs() {
    pipe(ShopMessages.update(1, 5, 1));
    pipe(ShopMessages.update(1, 6, 1));
    for (int day = 0; day < 60; day++) {
      pass(Duration.ofDays(1));
      pipe(ShopMessages.update(1, day % 2 == 0 ? 5 : 6, 1));
    }

    assertThat(hub.readRecordsToList()).hasSize(2);
    assertThat(counters.forgotten.sum()).isZero();
    assertThat(counters.duplicates.sum() + counters.superseded.sum()).isEqualTo(60);
  }

  @Test
  void aRepeatedChangeIsWrittenDownNowAndThenOnly() {
    pipe(ShopMessages.update(1, 5, 1));
    byte[] before = state.get(key(1));
    pass(Duration.ofDays(3));
    pipe(ShopMessages.update(1, 5, 1));
    assertThat(state.get(key(1))).isEqualTo(before);

    pass(Duration.ofDays(1));
    pipe(ShopMessages.update(1, 5, 1));

    assertThat(LastSequence.read(Objects.requireNonNull(state.get(key(1)))))
        .isEqualTo(new LastSequence(packed(5), now));
  }

  @Test
  void aLargeStateIsWalkedThroughInStepsAndTheGateStaysExactMeanwhile() {
    int keys = Forgetting.ENTRIES_PER_STEP * 2 + 10;
    for (int product = 0; product < keys; product++) {
      pipe(ShopMessages.update(product, 5, 1));
    }
    pass(Duration.ofDays(15));
    pipe(ShopMessages.update(0, 6, 1));
    pipe(ShopMessages.update(1, 5, 1));

    for (int step = 0; step < 10; step++) {
      long before = counters.forgotten.sum();
      pass(step == 5 ? Forgetting.every(RETENTION) : Forgetting.PAUSE);
      assertThat(counters.forgotten.sum() - before)
          .isLessThanOrEqualTo(Forgetting.ENTRIES_PER_STEP);
      pipe(ShopMessages.update(0, 6, 1));
    }

    assertThat(counters.forgotten.sum()).isEqualTo(keys - 2);
    assertThat(LastSequence.read(Objects.requireNonNull(state.get(key(0)))).packed())
        .isEqualTo(packed(6));
    assertThat(state.get(key(1))).isNotNull();
    assertThat(counters.duplicates.sum()).isEqualTo(11);
    assertThat(hub.readRecordsToList()).hasSize(keys + 1);
  }

  @Test
  void aFlowThatWasAwayForgetsNothingBeforeItHasReadWhatWaits() {
    pipe(ShopMessages.update(1, 5, 1));
    driver.advanceWallClockTime(Duration.ofDays(60));
    driver.advanceWallClockTime(Duration.ofDays(1));
    pipe(ShopMessages.update(1, 5, 1)); // written while it was away

    assertThat(counters.forgotten.sum()).isZero();
    assertThat(counters.duplicates.sum()).isEqualTo(1);
  }

  @Test
  void whatWasWrittenWithoutATimeIsReadAndAgesFromNowOn() {
    state.put(key(1), ByteBuffer.allocate(Long.BYTES).putLong(packed(5)).array());
    state.put(key(2), ByteBuffer.allocate(Long.BYTES).putLong(packed(5)).array());

    pipe(ShopMessages.update(1, 5, 1));
    pipe(ShopMessages.update(1, 6, 1));
    pass(Forgetting.every(RETENTION));

    assertThat(counters.duplicates.sum()).isEqualTo(1);
    assertThat(hub.readRecordsToList()).hasSize(1);
    assertThat(LastSequence.read(Objects.requireNonNull(state.get(key(2)))))
        .isEqualTo(new LastSequence(packed(5), now));
    pass(Duration.ofDays(13));
    pipe(ShopMessages.update(3, 7, 1));
    pass(Forgetting.every(RETENTION));
    assertThat(state.get(key(2))).isNotNull();
    pass(Duration.ofDays(2));
    pipe(ShopMessages.update(3, 8, 1));
    pass(Forgetting.every(RETENTION));
    assertThat(state.get(key(2))).isNull();
  }

  @Test
  void whatALaterVersionHasWrittenIsRefused() {
    for (byte[] later : List.of(new byte[17], new byte[] {1, 2, 3})) {
      assertThatThrownBy(() -> LastSequence.read(later))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("later version");
    }
  }

  @Test
  void aSequenceComesBackWithItsTime() {
    assertThat(LastSequence.read(LastSequence.write(-1L, START)))
        .isEqualTo(new LastSequence(-1L, START));
  }
}
