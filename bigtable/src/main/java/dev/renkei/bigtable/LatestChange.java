package dev.renkei.bigtable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a message about a row does to the latest rows.
 *
 * @param schemaId the hash of the schema that the row follows
 * @param changedAt when it was committed, else when the poll that read it ended; ISO 8601
 * @param row the row's JSON object, byte for byte as in the message; empty where it is deleted
 */
public record LatestChange(
    TableName table,
    RowKey key,
    Sequence sequence,
    String schemaId,
    String changedAt,
    ByteString row) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String END = "changetrack_end_time";

  public LatestChange {
    if (sequence.epoch() < 1) {
      throw new IllegalArgumentException(table + ": a change without an epoch");
    }
  }

  public boolean isDelete() {
    return row.isEmpty();
  }

  /**
   * Reads a message; its schema is not needed, since the row stays the text that it is.
   *
   * @param attributes not of a control message
   * @param routingKey null on hubs that have none: then the id tells the key
   * @throws MessageException where it cannot be kept; the sentence holds no values
   */
  public static LatestChange read(
      MessageAttributes attributes, byte @Nullable [] routingKey, byte[] payload)
      throws MessageException {
    RowKey key = key(attributes, routingKey);
    int length = RowKeys.of(attributes.table(), key).size();
    if (length > RowKeys.MAX_BYTES) {
      throw new MessageException(
          "%s: a key of %d bytes; Bigtable takes %d. Leave the table out of the topic that Bigtable is filled from, or look its rows up in a warehouse."
              .formatted(attributes.table(), length, RowKeys.MAX_BYTES));
    }
    Payload read = Payload.read(attributes, payload);
    return new LatestChange(
        attributes.table(),
        key,
        attributes.sequence(),
        attributes.schemaId(),
        attributes.commitTime() == null ? read.end() : attributes.commitTime().toString(),
        read.row());
  }

  private static RowKey key(MessageAttributes attributes, byte @Nullable [] routingKey)
      throws MessageException {
    if (routingKey != null) {
      try {
        return MessageIds.keyOf(routingKey);
      } catch (IllegalArgumentException e) {
        throw new MessageException(
            attributes.table()
                + ": a message about a row whose routing key is no key. Only what Renkei's trackers write belongs into this topic: look for another writer.");
      }
    }
    Optional<RowKey> inId = MessageIds.keyOf(attributes.uniqueId());
    if (inId.isEmpty()) {
      throw new MessageException(
          "%s: a key that is too long for the message's id, which alone tells it on Pub/Sub. Look rows of this table up in a warehouse."
              .formatted(attributes.table()));
    }
    return inId.get();
  }

  /** The parts of a payload that are kept. */
  private record Payload(String end, ByteString row) {
    static Payload read(MessageAttributes attributes, byte[] payload) throws MessageException {
      String end = "";
      @Nullable ByteString row = null;
      try (JsonParser json = JSON.createParser(payload)) {
        boolean object = json.nextToken() == JsonToken.START_OBJECT;
        for (String name = object ? json.nextFieldName() : null;
            name != null;
            name = json.nextFieldName()) {
          JsonToken token = json.nextToken();
          if (name.equals("row")) {
            row = row(json, token, payload);
          } else if (name.equals(END) && token == JsonToken.VALUE_STRING) {
            end = json.getText();
          } else {
            json.skipChildren();
          }
        }
      } catch (IOException e) {
        throw unreadable(attributes);
      }
      if (row == null || row.isEmpty() != (attributes.type() == ChangeType.DELETE)) {
        throw unreadable(attributes);
      }
      return new Payload(end, row);
    }

    private static @Nullable ByteString row(JsonParser json, JsonToken token, byte[] payload)
        throws IOException {
      if (token == JsonToken.VALUE_NULL) {
        return ByteString.EMPTY;
      }
      if (token != JsonToken.START_OBJECT) {
        return null;
      }
      int from = (int) json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      int to = (int) json.currentLocation().getByteOffset();
      return ByteString.copyFrom(payload, from, to - from);
    }

    private static MessageException unreadable(MessageAttributes attributes) {
      return new MessageException(
          "%s: a message whose row cannot be read. Only what Renkei's trackers write belongs into this topic: look for another writer, or for one of another version."
              .formatted(attributes.table()));
    }
  }
}
