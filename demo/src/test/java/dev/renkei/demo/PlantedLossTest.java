package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlantedLossTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");

  /** A hub that holds these messages in one partition, a transaction's marker behind each poll. */
  private static final class Hub implements HubSubscription {
    private final List<List<HubRecord>> polls = new ArrayList<>();
    private int next;
    private long offset;

    Hub poll(HubMessage... messages) {
      List<HubRecord> records = new ArrayList<>();
      for (HubMessage message : messages) {
        RowKey key = new RowKey(message.key);
        records.add(
            new HubRecord(
                0,
                offset++,
                0,
                new MessageAttributes(
                    MessageIds.ofChange("my/shop", STOCK, new Sequence(1, offset, 0), key),
                    STOCK,
                    message.type,
                    new Sequence(1, offset, 0),
                    "schema",
                    "my/shop",
                    0,
                    null),
                Map.of(),
                MessageIds.routingKey("my/shop", STOCK, key),
                new byte[0]));
      }
      offset++;
      polls.add(records);
      return this;
    }

    @Override
    public String streamId() {
      return "hub";
    }

    @Override
    public int partitions() {
      return 1;
    }

    @Override
    public void seek(Map<Integer, Long> nextOffsets) {
      next = 0;
    }

    @Override
    public void seekToTime(Instant time) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<HubRecord> poll(Duration atMost) {
      return next < polls.size() ? polls.get(next++) : List.of();
    }

    @Override
    public Map<Integer, Long> endOffsets() {
      return Map.of(0, offset);
    }

    @Override
    public Map<Integer, Long> nextOffsets() {
      long behind = polls.subList(0, next).stream().mapToLong(poll -> poll.size() + 1).sum();
      return Map.of(0, behind);
    }

    @Override
    public void close() {}
  }

  private record HubMessage(ChangeType type, String key) {}

  private static HubMessage message(ChangeType type, String key) {
    return new HubMessage(type, key);
  }

  private static List<Long> offsets(HubSubscription hub) throws HubException, InterruptedException {
    return hub.poll(Duration.ZERO).stream().map(HubSubscription.HubRecord::offset).toList();
  }

  @Test
  void losesOneRowFromItsFirstUpsertOn() throws Exception {
    LostRow lost = new LostRow();
    PlantedLoss loss =
        new PlantedLoss(
            new Hub()
                .poll(message(ChangeType.UPDATE, "[\"1\"]"))
                .poll(
                    message(ChangeType.SNAPSHOT_ROW, "[\"1\"]"),
                    message(ChangeType.DELETE, "[\"2\"]"),
                    message(ChangeType.INSERT, "[\"3\"]"),
                    message(ChangeType.UPDATE, "[\"4\"]"),
                    message(ChangeType.UPDATE, "[\"3\"]"))
                .poll(
                    message(ChangeType.DELETE, "[\"3\"]"),
                    message(ChangeType.SNAPSHOT_ROW, "[\"3\"]"),
                    message(ChangeType.UPDATE, "[\"1\"]")),
            lost);

    assertThat(offsets(loss)).as("not yet activated").containsExactly(0L);
    lost.activate();
    assertThat(offsets(loss)).containsExactly(2L, 3L, 5L);
    assertThat(lost.planted()).contains(new Planted(STOCK, "[\"3\"]"));
    assertThat(offsets(loss)).containsExactly(9L, 10L);
  }

  @Test
  void copiesOfAMessageCountOnce() throws Exception {
    Topic.Message one = seen("[\"1\"]", 5);
    Topic.Message copy = seen("[\"1\"]", 5);
    Topic.Message newer = seen("[\"1\"]", 6);
    Topic.Message other = seen("[\"2\"]", 5);
    Topic topic = consumer -> List.of(one, other, copy, newer).forEach(consumer);
    List<Topic.Message> messages = new ArrayList<>();

    topic.withoutCopies().forEach(messages::add);

    assertThat(messages).containsExactly(one, other, newer);
  }

  private static Topic.Message seen(String key, long version) {
    return new Topic.Message(STOCK, key, ChangeType.UPDATE, new Sequence(1, version, 0));
  }

  @Test
  void theWholeTopicIsReadUpToItsEnd() throws Exception {
    Hub hub =
        new Hub()
            .poll(message(ChangeType.UPDATE, "[\"1\"]"))
            .poll(message(ChangeType.DELETE, "[\"2\",\"a/b\"]"));
    List<Topic.Message> messages = new ArrayList<>();

    Topic.of(hub).forEach(messages::add);

    assertThat(messages)
        .containsExactly(
            new Topic.Message(STOCK, "[\"1\"]", ChangeType.UPDATE, new Sequence(1, 1, 0)),
            new Topic.Message(STOCK, "[\"2\",\"a/b\"]", ChangeType.DELETE, new Sequence(1, 3, 0)));
  }
}
