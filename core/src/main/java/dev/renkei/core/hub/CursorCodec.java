package dev.renkei.core.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cursors as JSON, the same in every store. */
public final class CursorCodec {
  private static final JsonFactory JSON = new JsonFactory();

  private CursorCodec() {}

  public static byte[] write(Cursor cursor) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("tracker", cursor.tracker());
      json.writeStringField("source", cursor.source());
      json.writeStringField("table", cursor.table().toString());
      json.writeNumberField("epoch", cursor.epoch());
      json.writeNumberField("version", cursor.version());
      json.writeNumberField("object_id", cursor.objectId());
      json.writeNumberField("begin_version", cursor.beginVersion());
      json.writeNumberField("snapshot_done", cursor.snapshotDone());
      Cursor.SnapshotProgress snapshot = cursor.snapshot();
      if (snapshot != null) {
        write(json, snapshot);
      }
      Cursor.LastSnapshot last = cursor.last();
      if (last != null) {
        write(json, last);
      }
      Cursor.Reading reading = cursor.reading();
      if (reading != null) {
        json.writeStringField("read_schema", reading.schemaId());
        json.writeStringField("read_columns", Runs.write(reading.columnIds()));
        json.writeNumberField("read_max_column", reading.maxColumnId());
        json.writeStringField("read_filter", reading.filter());
      }
      if (cursor.config() != null) {
        json.writeStringField("config", cursor.config());
      }
      json.writeStringField("at", cursor.at().toString());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Under the names of earlier builds where they had them: there, generation and number were one.
   */
  private static void write(JsonGenerator json, Cursor.SnapshotProgress snapshot)
      throws IOException {
    json.writeNumberField("snapshot_number", snapshot.generation());
    json.writeNumberField("snapshot_start", snapshot.start());
    json.writeNumberField("snapshot_rows", snapshot.done().rows());
    if (snapshot.after() != null) {
      json.writeStringField("snapshot_after", snapshot.after());
    }
    json.writeNumberField("snapshot_in_sequence", snapshot.number());
    json.writeNumberField("snapshot_stamp", snapshot.stamp());
    json.writeNumberField("snapshot_attempt", snapshot.attempt());
    json.writeStringField("snapshot_chunks", snapshot.done().toString());
    json.writeStringField("snapshot_layout", snapshot.layout());
    json.writeStringField("snapshot_begun", snapshot.begun().toString());
    if (snapshot.part() != null) {
      json.writeStringField("snapshot_part", snapshot.part());
    }
  }

  private static void write(JsonGenerator json, Cursor.LastSnapshot last) throws IOException {
    json.writeNumberField("last_snapshot", last.generation());
    json.writeNumberField("last_epoch", last.epoch());
    json.writeNumberField("last_in_sequence", last.number());
    json.writeNumberField("last_start", last.start());
    json.writeNumberField("last_stamp", last.stamp());
    json.writeBooleanField("last_complete", last.complete());
    json.writeNumberField("last_rows", last.rows());
    json.writeNumberField("last_chunks", last.chunks());
    json.writeStringField("last_begun", last.begun().toString());
    json.writeStringField("last_ended", last.ended().toString());
    if (last.part() != null) {
      json.writeStringField("last_part", last.part());
    }
  }

  /**
   * Reads a cursor back; fields of later versions are passed over.
   *
   * @throws IllegalArgumentException where these bytes are no cursor
   */
  public static Cursor read(byte[] bytes) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a cursor");
      }
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (json.nextToken().isScalarValue()) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a cursor", e);
    }
    return new Cursor(
        text(fields, "tracker"),
        text(fields, "source"),
        TableName.parse(text(fields, "table")),
        Integer.parseInt(text(fields, "epoch")),
        Long.parseLong(text(fields, "version")),
        Integer.parseInt(text(fields, "object_id")),
        Long.parseLong(text(fields, "begin_version")),
        Integer.parseInt(text(fields, "snapshot_done")),
        snapshot(fields),
        reading(fields),
        fields.get("config"),
        last(fields),
        Instant.parse(text(fields, "at")));
  }

  private static Cursor.@Nullable Reading reading(Map<String, String> fields) {
    if (!fields.containsKey("read_schema")) {
      return null;
    }
    return new Cursor.Reading(
        text(fields, "read_schema"),
        Runs.read(text(fields, "read_columns")),
        Integer.parseInt(text(fields, "read_max_column")),
        text(fields, "read_filter"));
  }

  private static Cursor.@Nullable SnapshotProgress snapshot(Map<String, String> fields) {
    if (!fields.containsKey("snapshot_number")) {
      return null;
    }
    int generation = Integer.parseInt(text(fields, "snapshot_number"));
    long start = Long.parseLong(text(fields, "snapshot_start"));
    if (!fields.containsKey("snapshot_attempt")) {
      // Of an earlier build: under way or only wanted, and cannot go on.
      return new Cursor.SnapshotProgress(
          generation,
          Math.min(generation, Sequence.MAX_SNAPSHOT),
          start,
          start,
          null,
          1,
          ChunksDone.NONE,
          "",
          Instant.parse(text(fields, "at")),
          null);
    }
    return new Cursor.SnapshotProgress(
        generation,
        Integer.parseInt(text(fields, "snapshot_in_sequence")),
        start,
        Long.parseLong(text(fields, "snapshot_stamp")),
        fields.get("snapshot_after"),
        Integer.parseInt(text(fields, "snapshot_attempt")),
        ChunksDone.parse(text(fields, "snapshot_chunks")),
        text(fields, "snapshot_layout"),
        Instant.parse(text(fields, "snapshot_begun")),
        fields.get("snapshot_part"));
  }

  private static Cursor.@Nullable LastSnapshot last(Map<String, String> fields) {
    if (!fields.containsKey("last_snapshot")) {
      return null;
    }
    return new Cursor.LastSnapshot(
        Integer.parseInt(text(fields, "last_epoch")),
        Integer.parseInt(text(fields, "last_snapshot")),
        Integer.parseInt(text(fields, "last_in_sequence")),
        Long.parseLong(text(fields, "last_start")),
        Long.parseLong(text(fields, "last_stamp")),
        Boolean.parseBoolean(text(fields, "last_complete")),
        Long.parseLong(text(fields, "last_rows")),
        Integer.parseInt(text(fields, "last_chunks")),
        Instant.parse(text(fields, "last_begun")),
        Instant.parse(text(fields, "last_ended")),
        fields.get("last_part"));
  }

  private static String text(Map<String, String> fields, String name) {
    String text = fields.get(name);
    if (text == null) {
      throw new IllegalArgumentException("a cursor without " + name);
    }
    return text;
  }
}
