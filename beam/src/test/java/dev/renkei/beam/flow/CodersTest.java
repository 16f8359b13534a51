package dev.renkei.beam.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.CoderUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever flows comes back as it was, and a running pipeline's bytes stay what they are. */
class CodersTest {
  private static final int SAMPLES = 2_000;

  private final Random random = new Random(20261123);

  @Test
  void everyMessageComesBackAsItWas() throws Exception {
    for (int i = 0; i < SAMPLES; i++) {
      FlowMessage message = message();

      FlowMessage back = roundTrip(FlowMessageCoder.of(), message);

      assertThat(back).usingRecursiveComparison().isEqualTo(message);
    }
  }

  @Test
  void everyDeadLetterComesBackAsItWas() throws Exception {
    for (int i = 0; i < SAMPLES; i++) {
      DeadLetter letter = message().deadLetter(text());

      DeadLetter back = roundTrip(DeadLetterCoder.of(), letter);

      assertThat(back).usingRecursiveComparison().isEqualTo(letter);
    }
  }

  @Test
  void equalMessagesHaveEqualBytesInWhateverOrderTheirAttributesStand() throws Exception {
    Map<String, String> forwards = new TreeMap<>();
    Map<String, String> backwards = new TreeMap<>(Collections.reverseOrder());
    for (int i = 0; i < 50; i++) {
      forwards.put("name" + i, "text" + i);
      backwards.put("name" + i, "text" + i);
    }
    byte[] payload = {1};

    assertThat(
            CoderUtils.encodeToByteArray(
                FlowMessageCoder.of(), new FlowMessage(forwards, null, payload)))
        .isEqualTo(
            CoderUtils.encodeToByteArray(
                FlowMessageCoder.of(), new FlowMessage(backwards, null, payload)));
  }

  @Test
  void bothAreDeterministic() {
    assertThatCode(FlowMessageCoder.of()::verifyDeterministic).doesNotThrowAnyException();
    assertThatCode(DeadLetterCoder.of()::verifyDeterministic).doesNotThrowAnyException();
  }

  /** Another form is read by another number in the first byte, never by changing this one. */
  @Test
  void theFormOfAMessageIsThis() throws Exception {
    FlowMessage message =
        new FlowMessage(
            Map.of("a", "b"),
            new byte[] {7},
            new byte[] {8, 9},
            new Origin("t", 1, 2, Instant.ofEpochMilli(3)));

    assertThat(
            HexFormat.of().formatHex(CoderUtils.encodeToByteArray(FlowMessageCoder.of(), message)))
        .isEqualTo(
            "01" // the form
                + "00000001" // attributes
                + "0000000161"
                + "0000000162"
                + "0000000107" // routing key
                + "000000020809" // payload
                + "0000000174" // stream
                + "00000001"
                + "0000000000000002"
                + "0000000000000003");
  }

  @Test
  void bytesOfALaterVersionAreRefusedWithTheCure() {
    assertThatThrownBy(
            () -> CoderUtils.decodeFromByteArray(FlowMessageCoder.of(), new byte[] {2, 0}))
        .isInstanceOf(CoderException.class)
        .hasMessageContaining("FlowMessage in form 2")
        .hasMessageContaining("run that one");
  }

  private static <T> T roundTrip(Coder<T> coder, T value) throws CoderException {
    return CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, value));
  }

  private FlowMessage message() {
    Map<String, String> attributes = new HashMap<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      attributes.put(text(), text());
    }
    byte @Nullable [] key = random.nextInt(4) == 0 ? null : bytes(40);
    Origin origin =
        random.nextInt(5) == 0
            ? Origin.NONE
            : new Origin(
                text(),
                random.nextInt(1_024),
                random.nextLong(),
                Instant.ofEpochMilli(random.nextLong() >> 8));
    return new FlowMessage(attributes, key, bytes(300), origin);
  }

  private byte[] bytes(int atMost) {
    byte[] bytes = new byte[random.nextInt(atMost)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Of all planes, without halves of surrogate pairs, which UTF-8 has not. */
  private String text() {
    return random
        .ints(random.nextInt(20), 0, Character.MAX_CODE_POINT + 1)
        .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
