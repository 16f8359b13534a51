package dev.renkei.warehouse.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.ExactTexts;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of log and current table. Both share what most of a row is, so it is written once.
 * Belongs to one thread.
 */
final class RowEncoder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RowBuffer buffer = new RowBuffer();
  private final ExactTexts texts = new ExactTexts();

  /** A row of the log, and the same for the current table. */
  record Rows(ByteString log, ByteString upsert) {}

  /**
   * What is known of a key.
   *
   * @param cells by field name, as BigQuery tells values
   */
  record Known(
      Sequence sequence,
      boolean deleted,
      @Nullable String exact,
      Map<String, @Nullable String> cells) {}

  /**
   * Encodes a change.
   *
   * @param known the row whose values stay in columns that the change has not; null for none
   */
  Rows encode(Change change, Binding binding, Instant loadedAt, @Nullable Known known)
      throws ChangeRefusedException {
    boolean isDelete = change.type() == ChangeType.DELETE;
    Known keeps = isDelete || known == null || known.deleted() ? null : known;
    head(change.key(), change.sequence(), changedAt(change), loadedAt);
    int content = buffer.size();
    String exact = exact(change, binding, keeps);
    if (exact != null) {
      buffer.text(OwnColumns.EXACT.number(), exact);
    }
    columns(change, binding, keeps);
    long hash = buffer.hashSince(content);
    int common = buffer.size();
    buffer.text(OwnColumns.TYPE.number(), String.valueOf(change.type().letter()));
    buffer.text(OwnColumns.MESSAGE_ID.number(), messageId(change));
    List<String> changed = change.changedColumns();
    if (changed != null) {
      buffer.text(OwnColumns.CHANGED_COLUMNS.number(), json(changed));
    }
    buffer.text(OwnColumns.SCHEMA_ID.number(), change.schemaId());
    if (!isDelete) {
      buffer.varint(OwnColumns.CONTENT.number(), hash);
    }
    ByteString log = row();
    buffer.cut(common);
    upsert(change.sequence(), isDelete);
    return new Rows(log, row());
  }

  /**
   * The delete of a row that a sweep found.
   *
   * @param cells of the key's fields
   */
  Rows encodeSwept(
      Sweep sweep,
      RowKey key,
      List<Binding.Kept> keyFields,
      Map<String, @Nullable String> cells,
      Instant loadedAt) {
    head(key, sweep.start(), sweep.at(), loadedAt);
    keyFields.forEach(f -> cell(f, cells));
    int common = buffer.size();
    buffer.text(OwnColumns.TYPE.number(), "D");
    buffer.text(
        OwnColumns.MESSAGE_ID.number(),
        MessageIds.ofSweptRow(sweep.source(), sweep.table(), sweep.start(), key));
    ByteString log = row();
    buffer.cut(common);
    upsert(sweep.start(), true);
    return new Rows(log, row());
  }

  /** The real deletion of a key whose delete need not be remembered any longer. */
  ByteString encodeForgotten(String key, Sequence sequence) {
    buffer.clear();
    buffer.text(OwnColumns.KEY.number(), key);
    buffer.text(OwnColumns.CHANGE_TYPE.number(), "DELETE");
    buffer.text(OwnColumns.CHANGE_SEQUENCE.number(), sequence.hex());
    return row();
  }

  private void head(RowKey key, Sequence sequence, Instant changedAt, Instant loadedAt) {
    buffer.clear();
    buffer.text(OwnColumns.KEY.number(), key.folded());
    buffer.text(OwnColumns.SEQUENCE.number(), Long.toUnsignedString(sequence.packed()));
    buffer.varint(OwnColumns.CHANGED_AT.number(), Wire.micros(changedAt));
    buffer.varint(OwnColumns.LOADED_AT.number(), Wire.micros(loadedAt));
  }

  private void upsert(Sequence sequence, boolean deleted) {
    buffer.bool(OwnColumns.DELETED.number(), deleted);
    buffer.text(OwnColumns.CHANGE_TYPE.number(), "UPSERT");
    buffer.text(OwnColumns.CHANGE_SEQUENCE.number(), sequence.hex());
  }

  private ByteString row() {
    return UnsafeByteOperations.unsafeWrap(buffer.copy());
  }

  private void cell(Binding.Kept kept, Map<String, @Nullable String> cells) {
    String cell = cells.get(kept.field().name());
    if (cell != null) {
      Wire.writeCell(buffer, kept.number(), kept.field().type(), cell);
    }
  }

  /** In the table's order, whether a value is new or kept: equal rows are equal bytes. */
  private void columns(Change change, Binding binding, @Nullable Known keeps)
      throws ChangeRefusedException {
    for (int i = 0; i < binding.size(); i++) {
      if (keeps != null && binding.rowPosition(i) == Binding.ABSENT) {
        binding.kept(i).forEach(k -> cell(k, keeps.cells()));
        continue;
      }
      Object value = value(change, binding, i);
      if (value != null) {
        BigType type = binding.column(i).written().type();
        try {
          Wire.write(buffer, binding.number(i), type, value, texts);
        } catch (ClassCastException | ArithmeticException e) {
          throw misfit(change, binding, i);
        }
      }
    }
  }

  private @Nullable String exact(Change change, Binding binding, @Nullable Known keeps)
      throws ChangeRefusedException {
    texts.begin();
    JsonNode known = keeps == null || keeps.exact() == null ? null : read(keeps.exact());
    for (int i = 0; i < binding.size(); i++) {
      String source = binding.column(i).source();
      Object value = value(change, binding, i);
      if (value != null) {
        String lost = lost(change, binding, i, value);
        if (lost != null) {
          texts.add(source, lost);
        }
      } else if (known != null && binding.rowPosition(i) == Binding.ABSENT && known.has(source)) {
        texts.add(source, known.get(source).asText());
      }
    }
    return texts.end();
  }

  private @Nullable String lost(Change change, Binding binding, int column, Object value)
      throws ChangeRefusedException {
    try {
      return Wire.lostBy(binding.column(column).written().type(), value, texts);
    } catch (ClassCastException | IllegalArgumentException e) {
      throw misfit(change, binding, column);
    }
  }

  private static JsonNode read(String exact) {
    try {
      return JSON.readTree(exact);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("_exact is no JSON", e);
    }
  }

  private static @Nullable Object value(Change change, Binding binding, int column) {
    Row row = change.row();
    if (row == null) {
      int position = binding.keyPosition(column);
      return position < 0 ? null : change.keyValues().get(position);
    }
    int position = binding.rowPosition(column);
    return position < 0 ? null : row.value(position);
  }

  private static ChangeRefusedException misfit(Change change, Binding binding, int column) {
    return refused(
        change,
        "a value of column %s that does not fit %s"
            .formatted(binding.column(column).source(), binding.column(column).written().type()));
  }

  static ChangeRefusedException refused(Change change, String what) {
    return new ChangeRefusedException(
        "%s: the message has %s. Load the table again with `renkei reload %s`; if this recurs, look for another writer in the topic."
            .formatted(change.table(), what, change.table()),
        change);
  }

  private static String json(List<String> names) {
    StringBuilder json = new StringBuilder("[");
    for (String name : names) {
      json.append(json.length() > 1 ? "," : "").append(ExactTexts.quoted(name));
    }
    return json.append(']').toString();
  }

  private static String messageId(Change change) {
    Change.Chunk chunk = change.chunk();
    return chunk == null
        ? MessageIds.ofChange(change.source(), change.table(), change.sequence(), change.key())
        : MessageIds.ofSnapshotRow(
            change.source(), change.table(), change.sequence(), chunk, change.key());
  }

  /** SEMANTICS 23. */
  private static Instant changedAt(Change change) {
    Instant commit = change.commitTime();
    return commit == null ? change.poll().end() : commit;
  }
}
