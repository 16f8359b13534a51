package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message about a table instead of a row; it goes to every partition. */
public sealed interface ControlMessage permits ControlMessage.SnapshotClosed {
  /** The names under which the closings of snapshots travel. */
  String WHOLE = "snapshot_closed";

  String PART = "snapshot_part_closed";

  String source();

  TableName table();

  /**
   * The message for one partition.
   *
   * @param partition from 0
   */
  EncodedMessage encode(int partition);

  /**
   * A snapshot has been read whole: when its closing messages have arrived from all partitions, a
   * consumer sweeps (SEMANTICS 18).
   *
   * @param snapshot its number
   * @param startVersion the stamp of its first chunk
   * @param partitionCount how many partitions the closing was sent to
   * @param chunks in the order of their numbers, which count from 1: the attempt that counts, and
   *     its rows
   * @param part the part of the table that was read; null where it was all of it
   */
  record SnapshotClosed(
      String source,
      TableName table,
      int epoch,
      int snapshot,
      long startVersion,
      int partitionCount,
      List<Chunk> chunks,
      @Nullable Part part)
      implements ControlMessage, Serializable {

    /** Of a whole table. */
    public SnapshotClosed(
        String source,
        TableName table,
        int epoch,
        int snapshot,
        long startVersion,
        int partitionCount,
        List<Chunk> chunks) {
      this(source, table, epoch, snapshot, startVersion, partitionCount, chunks, null);
    }

    /**
     * A part of a table (SEMANTICS 27).
     *
     * @param range the keys that are swept; null where nothing is
     */
    public record Part(@Nullable KeyRange range) implements Serializable {}

    /** How many rows the counting attempt of a chunk has. */
    public record Chunk(int attempt, long rows) implements Serializable {
      public Chunk {
        if (attempt < 1 || rows < 0) {
          throw new IllegalArgumentException("attempt %d with %d rows".formatted(attempt, rows));
        }
      }
    }

    public SnapshotClosed {
      chunks = List.copyOf(chunks);
      if (source.isEmpty() || snapshot < 1 || epoch < 1 || partitionCount < 1) {
        throw new IllegalArgumentException(
            "%s: no closing of snapshot %d in epoch %d for %d partitions"
                .formatted(table, snapshot, epoch, partitionCount));
      }
    }

    /**
     * What the sweep compares with: a key whose sequence is below this is gone at the source. It
     * carries the snapshot's number, so that rows of an earlier snapshot on an idle database, with
     * the same version, are below it too.
     */
    public Sequence start() {
      return new Sequence(epoch, startVersion, snapshot);
    }

    /** All rows of the attempts that count. */
    public long rows() {
      return chunks.stream().mapToLong(Chunk::rows).sum();
    }

    @Override
    public EncodedMessage encode(int partition) {
      if (partition < 0 || partition >= partitionCount) {
        throw new IllegalArgumentException(
            "partition %d of %d".formatted(partition, partitionCount));
      }
      MessageAttributes attributes =
          new MessageAttributes(
              MessageIds.ofControl(source, table, start(), partition),
              table,
              ChangeType.CONTROL,
              start(),
              MessageAttributes.NO_SCHEMA,
              source,
              0,
              null);
      return new EncodedMessage(attributes, null, payload(partition));
    }

    private byte[] payload(int partition) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (JsonGenerator json = MessageCodec.JSON.createGenerator(bytes)) {
        json.writeStartObject();
        Part of = part;
        // Whoever does not know parts must not take one for the whole.
        json.writeStringField("control", of == null ? WHOLE : PART);
        json.writeNumberField("partition", partition);
        json.writeNumberField("partitions", partitionCount);
        json.writeArrayFieldStart("chunks");
        for (Chunk chunk : chunks) {
          json.writeStartArray();
          json.writeNumber(chunk.attempt());
          json.writeNumber(chunk.rows());
          json.writeEndArray();
        }
        json.writeEndArray();
        KeyRange range = of == null ? null : of.range();
        if (range != null) {
          writeRange(json, range);
        }
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
      return bytes.toByteArray();
    }
  }

  /** As arrays of position, operator, whether it is a number, places, value. */
  private static void writeRange(JsonGenerator json, KeyRange range) throws IOException {
    json.writeArrayFieldStart("range");
    for (KeyRange.Bound bound : range.bounds()) {
      json.writeStartArray();
      json.writeNumber(bound.position());
      json.writeString(bound.operator().sign());
      json.writeBoolean(bound.isNumber());
      json.writeNumber(bound.scale());
      json.writeString(bound.value());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static KeyRange readRange(JsonParser json) throws IOException {
    List<KeyRange.Bound> bounds = new ArrayList<>();
    while (json.nextToken() == JsonToken.START_ARRAY) {
      int position = json.nextIntValue(-1);
      KeyRange.Operator operator = KeyRange.Operator.of(String.valueOf(json.nextTextValue()));
      boolean number = json.nextToken() == JsonToken.VALUE_TRUE;
      int scale = json.nextIntValue(-1);
      String value = json.nextTextValue();
      if (value == null || json.nextToken() != JsonToken.END_ARRAY) {
        throw new IllegalArgumentException("not a bound");
      }
      bounds.add(new KeyRange.Bound(position, operator, number, scale, value));
    }
    return new KeyRange(bounds);
  }

  /**
   * A control message as it arrived.
   *
   * @param partition the partition that it was written for, whatever partition it was read from
   */
  record Addressed(ControlMessage message, int partition) {}

  /**
   * The partition that a control message was written for, from its payload alone.
   *
   * @throws IllegalArgumentException where these bytes are no control message
   */
  static int partitionOf(byte[] payload) {
    try (JsonParser json = MessageCodec.JSON.createParser(payload)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        if (name.equals("partition")) {
          return json.getIntValue();
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a control message", e);
    }
    throw new IllegalArgumentException("a control message without its partition");
  }

  /** Reads the message of attributes whose type is {@link ChangeType#CONTROL}. */
  static Addressed decode(MessageAttributes attributes, byte[] payload) throws MessageException {
    String kind = "";
    int partition = -1;
    int partitions = 0;
    List<SnapshotClosed.Chunk> chunks = new ArrayList<>();
    KeyRange range = null;
    try (JsonParser json = MessageCodec.JSON.createParser(payload)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        switch (name) {
          case "control" -> kind = token == JsonToken.VALUE_STRING ? json.getText() : "";
          case "partition" -> partition = json.getIntValue();
          case "partitions" -> partitions = json.getIntValue();
          case "chunks" -> {
            while (json.nextToken() == JsonToken.START_ARRAY) {
              int attempt = json.nextIntValue(0);
              chunks.add(new SnapshotClosed.Chunk(attempt, json.nextLongValue(-1)));
              json.nextToken();
            }
          }
          case "range" -> range = readRange(json);
          default -> json.skipChildren();
        }
      }
      boolean part = kind.equals(PART);
      if ((!part && !kind.equals(WHOLE)) || partition < 0 || partition >= partitions) {
        throw new IllegalArgumentException("not a control message that is known");
      }
      Sequence start = attributes.sequence();
      return new Addressed(
          new SnapshotClosed(
              attributes.source(),
              attributes.table(),
              start.epoch(),
              start.snapshot(),
              start.version(),
              partitions,
              chunks,
              part ? new SnapshotClosed.Part(range) : null),
          partition);
    } catch (IOException | IllegalArgumentException e) {
      throw new MessageException(
          "%s: a control message that cannot be read. Look for a tracker of another version; `renkei reload %s` loads the table again."
              .formatted(attributes.table(), attributes.table()));
    }
  }
}
