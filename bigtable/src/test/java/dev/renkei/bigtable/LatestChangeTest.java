package dev.renkei.bigtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatestChangeTest {
  private static final Sequence SEQUENCE = new Sequence(1, 20417, 0);

  private static MessageAttributes attributes(ChangeType type, RowKey key, Instant commitTime) {
    return new MessageAttributes(
        MessageIds.ofChange("shop", Stock.TABLE, SEQUENCE, key),
        Stock.TABLE,
        type,
        SEQUENCE,
        "a1b2",
        "shop",
        0,
        commitTime);
  }

  private static LatestChange read(ChangeType type, String payload) throws MessageException {
    return LatestChange.read(
        attributes(type, Stock.key(7), Instant.parse("2026-01-01T00:00:00Z")),
        null,
        payload.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theRowStaysTheTextThatItIs() throws Exception {
    String row =
        "{\"ProductID\":7,\"Price\":\"12.3400\",\"名前\":\"りんご\",\"Rate\":1.10,\"At\":{\"x\":[1]}}";

    LatestChange change =
        read(
            ChangeType.UPDATE,
            "{\"changetrack_end_time\":\"2026-01-01T00:00:01Z\",\"名\":[{}],\"key\":{\"ProductID\":7},\"row\": "
                + row
                + " ,\"changed_columns\":null}");

    assertThat(change.row().toStringUtf8()).isEqualTo(row);
    assertThat(change.key()).isEqualTo(Stock.key(7));
    assertThat(change.changedAt()).isEqualTo("2026-01-01T00:00:00Z");
  }

  @Test
  void aRoutingKeyTellsKeysThatIdsAreTooLongFor() throws Exception {
    RowKey key = new RowKey("[\"" + "k/".repeat(400) + "\"]");
    MessageAttributes attributes = attributes(ChangeType.DELETE, key, Instant.EPOCH);
    byte[] payload = "{\"row\":null}".getBytes(StandardCharsets.UTF_8);

    assertThat(
            LatestChange.read(attributes, MessageIds.routingKey("shop", Stock.TABLE, key), payload)
                .key())
        .isEqualTo(key);
    assertThatThrownBy(() -> LatestChange.read(attributes, null, payload))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("too long for the message's id");
  }

  @Test
  void aKeyThatBigtableDoesNotTakeIsRefused() {
    RowKey key = new RowKey("[\"" + "k".repeat(RowKeys.MAX_BYTES) + "\"]");

    assertThatThrownBy(
            () ->
                LatestChange.read(
                    attributes(ChangeType.DELETE, key, Instant.EPOCH),
                    MessageIds.routingKey("shop", Stock.TABLE, key),
                    "{\"row\":null}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("Bigtable takes 4096");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{\"row\":null}", "{\"row\":[1]}", "{\"row\":{\"a\":1", "x"})
  void aMessageWithoutItsRowIsRefused(String payload) {
    assertThatThrownBy(() -> read(ChangeType.UPDATE, payload))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("dbo.Stock: a message whose row cannot be read");
  }

  @Test
  void aDeleteHasNoRow() throws Exception {
    assertThat(read(ChangeType.DELETE, "{\"row\":null}").isDelete()).isTrue();
    assertThatThrownBy(() -> read(ChangeType.DELETE, "{\"row\":{\"ProductID\":7}}"))
        .isInstanceOf(MessageException.class);
  }
}
