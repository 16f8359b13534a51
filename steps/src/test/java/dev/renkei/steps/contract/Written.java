package dev.renkei.steps.contract;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A message as a tracker, or somebody else, writes it.
 *
 * @param partition null where the key says it
 */
record Written(
    @Nullable Integer partition,
    byte @Nullable [] key,
    byte[] payload,
    Map<String, String> attributes) {
  static final TableName STOCK = new TableName("dbo", "Stock");
  static final TableName PRICES = new TableName("dbo", "Prices");
  private static final String SOURCE = "shop";

  static Written change(TableName table, ChangeType type, int product, long version) {
    Sequence sequence = new Sequence(1, version, type == ChangeType.SNAPSHOT_ROW ? 1 : 0);
    String key = table + "[" + product + "]";
    Map<String, String> attributes = new TreeMap<>();
    HeaderCodec.write(
        new MessageAttributes(
            key + "@" + sequence.hex(), table, type, sequence, "schema", SOURCE, version, null),
        attributes::put);
    String payload = "{\"key\":{\"ProductID\":%d},\"row\":{\"V\":%d}}".formatted(product, version);
    return new Written(null, utf8(key), utf8(payload), attributes);
  }

  static Written update(int product, long version) {
    return change(STOCK, ChangeType.UPDATE, product, version);
  }

  /** The closing of a snapshot for one partition. */
  static Written closing(int partition) {
    EncodedMessage message =
        new SnapshotClosed(SOURCE, STOCK, 1, 1, 1, FlowSite.PARTITIONS, List.of())
            .encode(partition);
    Map<String, String> attributes = new TreeMap<>();
    HeaderCodec.write(message.attributes(), attributes::put);
    return new Written(partition, null, message.payload(), attributes);
  }

  /** The same with another attribute, or without it. */
  Written with(String name, @Nullable String text) {
    Map<String, String> other = new TreeMap<>(attributes);
    if (text == null) {
      other.remove(name);
    } else {
      other.put(name, text);
    }
    return new Written(partition, key, payload, other);
  }

  /** The same in a partition, without a key. */
  Written withoutKey(int in) {
    return new Written(in, null, payload, attributes);
  }

  Written withPayload(String text) {
    return new Written(partition, key, utf8(text), attributes);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
