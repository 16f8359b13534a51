package dev.renkei.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.ControlMessage.SnapshotClosed.Chunk;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {
  private static final SnapshotClosed CLOSED =
      new SnapshotClosed(
          "shop",
          new TableName("dbo", "Stock"),
          1,
          3,
          20417,
          4,
          List.of(new Chunk(1, 5000), new Chunk(2, 17)));

  @Test
  void aClosingIsWrittenForEachPartition() throws MessageException {
    for (int partition = 0; partition < 4; partition++) {
      EncodedMessage message = CLOSED.encode(partition);

      assertThat(message.routingKey()).isNull();
      assertThat(message.attributes().type()).isEqualTo(ChangeType.CONTROL);
      assertThat(message.attributes().uniqueId())
          .isEqualTo("shop/dbo.Stock/1/20417/c3." + partition);
      assertThat(ControlMessage.decode(message.attributes(), message.payload()))
          .isEqualTo(new ControlMessage.Addressed(CLOSED, partition));
    }
  }

  @Test
  void rowsOfAnEarlierSnapshotOfTheSameVersionAreBelowItsStart() {
    assertThat(new Sequence(1, 20417, 2)).isLessThan(CLOSED.start());
    assertThat(new Sequence(1, 20417, 3)).isGreaterThanOrEqualTo(CLOSED.start());
    assertThat(CLOSED.rows()).isEqualTo(5017);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theClosingOfAPartIsNotTakenForOneOfTheWhole(boolean sweeps) throws MessageException {
    KeyRange range =
        new KeyRange(
            List.of(
                new KeyRange.Bound(0, KeyRange.Operator.AT_LEAST, true, 2, "10.5"),
                new KeyRange.Bound(1, KeyRange.Operator.EQUAL, false, 0, "連 \"x\"")));
    SnapshotClosed part =
        new SnapshotClosed(
            "shop",
            CLOSED.table(),
            1,
            3,
            20417,
            4,
            List.of(new Chunk(1, 7)),
            new SnapshotClosed.Part(sweeps ? range : null));

    EncodedMessage message = part.encode(2);

    assertThat(ControlMessage.decode(message.attributes(), message.payload()).message())
        .isEqualTo(part);
    assertThat(new String(message.payload(), java.nio.charset.StandardCharsets.UTF_8))
        .as("what earlier builds know")
        .doesNotContain("\"snapshot_closed\"");
  }

  @Test
  void aTableWithoutRowsClosesToo() throws MessageException {
    SnapshotClosed empty = new SnapshotClosed("shop", CLOSED.table(), 1, 1, 0, 1, List.of());

    EncodedMessage message = empty.encode(0);

    assertThat(ControlMessage.decode(message.attributes(), message.payload()).message())
        .isEqualTo(empty);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"control\":\"other\",\"partition\":0,\"partitions\":1}",
        "{\"control\":\"snapshot_closed\",\"partition\":1,\"partitions\":1}",
        "{\"control\":\"snapshot_closed\",\"partition\":0,\"partitions\":1,\"chunks\":[[0,1]]}",
        "{\"control\":\"snapshot_closed\",\"partition\":0,\"partitions\":1,\"chunks\":[[1]]}"
      })
  void whatIsNoControlMessageIsRefused(String payload) {
    MessageAttributes attributes = CLOSED.encode(0).attributes();

    assertThatThrownBy(
            () -> ControlMessage.decode(attributes, payload.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MessageException.class)
        .hasMessageStartingWith("dbo.Stock: a control message that cannot be read");
  }

  @Test
  void partitionsEndAtTheirCount() {
    assertThatThrownBy(() -> CLOSED.encode(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("partition 4 of 4");
  }
}
