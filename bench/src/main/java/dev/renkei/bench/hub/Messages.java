package dev.renkei.bench.hub;

import dev.renkei.bench.Orders;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Changes of orders as the hub takes them, made beforehand. */
final class Messages {
  private static final MessageCodec CODEC = new MessageCodec("shop");

  private Messages() {}

  /** Updates of so many keys, with rising versions from a number on. */
  static List<EncodedMessage> updates(long from, int count, int keys) {
    List<EncodedMessage> messages = new ArrayList<>(count);
    for (Change change : Orders.changes(ChangeType.UPDATE, from, count, keys)) {
      messages.add(CODEC.encode(change, Orders.SCHEMA));
    }
    return messages;
  }

  /**
   * A message as a loop over a producer has it: headers are bytes already.
   *
   * @param topic where it goes
   */
  static ProducerRecord<byte[], byte[]> record(String topic, EncodedMessage message) {
    List<Header> headers = new ArrayList<>();
    HeaderCodec.write(
        message.attributes(),
        (name, text) -> headers.add(new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8))));
    return new ProducerRecord<>(topic, null, message.routingKey(), message.payload(), headers);
  }

  /** Of a tracker, for the table of the messages. */
  static Cursor cursor(String tracker, long version) {
    return new Cursor(tracker, "shop", Orders.TABLE, 1, version, 7, 1, 1, null, Instant.EPOCH);
  }
}
