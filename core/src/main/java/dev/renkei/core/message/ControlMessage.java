package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A message about a table instead of a row; it goes to every partition. */
public sealed interface ControlMessage permits ControlMessage.SnapshotClosed {
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
   */
  record SnapshotClosed(
      String source,
      TableName table,
      int epoch,
      int snapshot,
      long startVersion,
      int partitionCount,
      List<Chunk> chunks)
      implements ControlMessage {

    /** How many rows the counting attempt of a chunk has. */
    public record Chunk(int attempt, long rows) {
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
        json.writeStringField("control", "snapshot_closed");
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
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
      return bytes.toByteArray();
    }
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
          default -> json.skipChildren();
        }
      }
      if (!kind.equals("snapshot_closed") || partition < 0 || partition >= partitions) {
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
              chunks),
          partition);
    } catch (IOException | IllegalArgumentException e) {
      throw new MessageException(
          "%s: a control message that cannot be read. Look for a tracker of another version; `renkei reload %s` loads the table again."
              .formatted(attributes.table(), attributes.table()));
    }
  }
}
