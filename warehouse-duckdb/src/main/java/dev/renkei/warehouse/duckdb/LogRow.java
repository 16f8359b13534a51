package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.warehouse.ChangeLog.Schemas;
import dev.renkei.core.warehouse.ExactTexts;
import dev.renkei.core.warehouse.WarehouseException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table's log, as a query tells it.
 *
 * @param values the log's own columns in the order of {@link #OWN}, then those of the table
 */
record LogRow(StoredTable table, List<StoredColumn> columns, List<@Nullable Object> values) {
  /** What is asked of every row. */
  static final String OWN =
      "CAST(_sequence AS VARCHAR), _key, _type, _changed_at, _schema_id, _exact";

  private static final int OWN_COLUMNS = 6;

  private String text(int column) {
    return String.valueOf(values.get(column));
  }

  Sequence sequence() {
    return Sequence.unpacked(new BigInteger(text(0)).longValue());
  }

  String key() {
    return text(1);
  }

  /** The change that it tells. */
  Change change(Schemas schemas) throws WarehouseException {
    Object schemaId = values.get(4);
    TableSchema schema = schemas.of(schemaId == null ? null : schemaId.toString());
    Instant at = LogValues.instant(text(3));
    ChangeType type = ChangeType.ofLetter(text(2));
    Row row = row(schema);
    List<@Nullable Object> key = new ArrayList<>();
    schema.key().forEach(c -> key.add(row.value(schema.indexOf(c.name()).orElseThrow())));
    return new Change(
        table.source(),
        table.name(),
        type,
        sequence(),
        schemaId == null ? MessageAttributes.NO_SCHEMA : schemaId.toString(),
        new RowKey(key()),
        key,
        type == ChangeType.DELETE ? null : row,
        null,
        at,
        new Change.Poll(at, at, Duration.ZERO));
  }

  private Row row(TableSchema schema) throws WarehouseException {
    Object exact = values.get(5);
    Map<String, String> texts = exact == null ? Map.of() : ExactTexts.read(exact.toString());
    @Nullable Object[] row = new @Nullable Object[schema.columns().size()];
    for (int i = 0; i < columns.size(); i++) {
      StoredColumn stored = columns.get(i);
      int position = schema.indexOf(stored.source()).orElse(-1);
      Object told = values.get(OWN_COLUMNS + i);
      if (position >= 0 && told != null) {
        String text = texts.getOrDefault(stored.source(), told.toString());
        row[position] = value(schema.columns().get(position), stored, text);
      }
    }
    return new Row(schema, row);
  }

  private Object value(Column column, StoredColumn stored, String text) throws WarehouseException {
    try {
      return LogValues.read(column, stored.type(), text);
    } catch (RuntimeException e) {
      throw new WarehouseException(
          "%s: the log has a value of column %s that is no %s any more; its type was changed. Load the table again with `renkei reload %s`."
              .formatted(table.name(), column.name(), column.sqlType(), table.name()),
          e);
    }
  }
}
