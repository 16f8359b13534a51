package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.Row;
import dev.renkei.core.message.SchemaPlan.Fields;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes payloads, one after the other, into one buffer. Belongs to one thread. */
final class PayloadWriter {
  private static final int KEPT_BYTES = 1 << 20;

  private final MessageDigest sha256;
  private final char[] time = new char[IsoTimes.MAX_LENGTH];
  private Buffer buffer = new Buffer();
  private JsonGenerator json = generator(buffer);
  private Change.@Nullable Poll lastPoll;
  private SerializableString lastPollText = new SerializedString("");

  PayloadWriter() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  record Written(byte[] payload, long contentHash) {}

  Written write(Change change, SchemaPlan plan) {
    begin();
    try {
      long contentHash = 0;
      json.writeStartObject();
      json.writeRaw(poll(change.poll()));
      json.writeFieldName("key");
      writeKey(change, plan);
      json.writeFieldName("row");
      Row row = change.row();
      if (row == null) {
        json.writeNull();
      } else {
        contentHash = ByteBuffer.wrap(writeRow(row, plan)).getLong();
      }
      json.writeFieldName("changed_columns");
      writeNames(change.changedColumns());
      Change.Chunk chunk = change.chunk();
      if (chunk != null) {
        json.writeObjectFieldStart("chunk");
        json.writeNumberField("number", chunk.number());
        json.writeNumberField("attempt", chunk.attempt());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.flush();
      return new Written(buffer.toByteArray(), contentHash);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  byte[] digest(Row row, SchemaPlan plan) {
    begin();
    try {
      byte[] digest = writeRow(row, plan);
      json.flush();
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private void begin() {
    if (buffer.capacity() > KEPT_BYTES) {
      buffer = new Buffer();
      json = generator(buffer);
    }
    buffer.reset();
  }

  private static JsonGenerator generator(Buffer to) {
    try {
      return MessageCodec.JSON.createGenerator(to, JsonEncoding.UTF8);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  /** The attributes of a poll, which are those of all its rows: as bytes that are only copied. */
  private SerializableString poll(Change.Poll poll) {
    if (!poll.equals(lastPoll)) {
      lastPoll = poll;
      lastPollText =
          new SerializedString(
              "\"changetrack_start_time\":\"%s\",\"changetrack_end_time\":\"%s\",\"changetrack_interval\":%s,"
                  .formatted(poll.start(), poll.end(), seconds(poll.interval())));
    }
    return lastPollText;
  }

  /** As a JSON number, for example 0.5. */
  private static String seconds(Duration interval) {
    BigDecimal seconds =
        BigDecimal.valueOf(interval.getSeconds()).add(BigDecimal.valueOf(interval.getNano(), 9));
    return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
  }

  private void writeKey(Change change, SchemaPlan plan) throws IOException {
    Fields identity = plan.identity();
    List<@Nullable Object> values = change.keyValues();
    if (values.size() != identity.size()) {
      throw new IllegalArgumentException(
          "%s: %d values for a key of %d columns"
              .formatted(change.table(), values.size(), identity.size()));
    }
    json.writeStartObject();
    for (int i = 0; i < identity.size(); i++) {
      json.writeFieldName(identity.name(i));
      writeValue(identity.column(i), values.get(i), plan);
    }
    json.writeEndObject();
  }

  /** Writes the row and tells the SHA-256 of its bytes. */
  private byte[] writeRow(Row row, SchemaPlan plan) throws IOException {
    if (!row.schema().equals(plan.schema())) {
      throw new IllegalArgumentException(
          row.schema().table() + ": a row of another schema than its message names");
    }
    json.flush();
    int begin = buffer.size();
    Fields columns = plan.columns();
    json.writeStartObject();
    for (int i = 0; i < columns.size(); i++) {
      json.writeFieldName(columns.name(i));
      writeValue(columns.column(i), row.value(i), plan);
    }
    json.writeEndObject();
    json.flush();
    return buffer.digest(begin, sha256);
  }

  private void writeNames(@Nullable List<String> names) throws IOException {
    if (names == null) {
      json.writeNull();
      return;
    }
    json.writeStartArray();
    for (String name : names) {
      ValueWriter.writeText(json, name);
    }
    json.writeEndArray();
  }

  private void writeValue(Column column, @Nullable Object value, SchemaPlan plan)
      throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    try {
      ValueWriter.write(json, column, value, time);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          "%s, column %s: a %s is not how %s travels"
              .formatted(
                  plan.schema().table(),
                  column.name(),
                  value.getClass().getSimpleName(),
                  column.sqlType()));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "%s, column %s: more decimal places than %s has"
              .formatted(plan.schema().table(), column.name(), column.sqlType()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s, column %s: %s".formatted(plan.schema().table(), column.name(), e.getMessage()));
    }
  }

  /** Gives its bytes to a digest without a copy. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(4096);
    }

    int capacity() {
      return buf.length;
    }

    /**
     * The digest of what was written since; a separator that the generator owed before the object
     * is left out.
     */
    byte[] digest(int from, MessageDigest digest) {
      int begin = buf[from] == '{' ? from : from + 1;
      digest.update(buf, begin, count - begin);
      return digest.digest();
    }
  }
}
