package dev.renkei.bench.tracker;

import dev.renkei.bench.source.SampleTable;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop over mssql-jdbc: the tracker's own query, each column by the getter that the tracker uses,
 * and nothing else but, where that is wanted, the encoding of each change.
 */
final class BareRead {
  private static final String SOURCE = "bench";

  private final SampleTable table;
  private final TableSchema schema;
  private final List<Column> columns;
  private final String query;
  private final long after;
  private final long upTo;

  /**
   * A loop over the changes above {@code after}, {@code upTo} included.
   *
   * @param query the tracker's
   */
  BareRead(SampleTable table, String query, long after, long upTo) {
    this.table = table;
    this.schema = table.schema();
    this.columns = schema.columns();
    this.query = query;
    this.after = after;
    this.upTo = upTo;
  }

  /** Reads all, looking at every column; returns the number of changes. */
  long read(Connection connection) throws SQLException {
    int first = table.columnsTracked() ? 5 : 4;
    long rows = 0;
    long seen = 0;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, after);
      statement.setLong(2, upTo);
      ResultSet row = statement.executeQuery();
      while (row.next()) {
        rows++;
        seen += row.getInt(1) + row.getLong(2) + row.getString(3).length();
        if (first == 5) {
          String flags = row.getString(4);
          seen += flags == null ? 0 : flags.length();
        }
        seen += row.getInt(first) + row.getInt(first + 1);
        for (int i = 0; i < columns.size(); i++) {
          seen += value(row, first + 2 + i, columns.get(i)) == null ? 0 : 1;
        }
      }
    }
    return seen == Long.MIN_VALUE ? 0 : rows;
  }

  /** Reads all and encodes each change; returns the number of changes. */
  long readAndEncode(Connection connection) throws SQLException {
    MessageCodec codec = new MessageCodec(SOURCE);
    KeyFolding folding = KeyFolding.of(schema);
    String schemaId = SchemaCodec.id(schema);
    Instant now = Instant.now();
    Change.Poll poll = new Change.Poll(now, now, Duration.ofMillis(500));
    int first = table.columnsTracked() ? 5 : 4;
    long rows = 0;
    long bytes = 0;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, after);
      statement.setLong(2, upTo);
      ResultSet row = statement.executeQuery();
      while (row.next()) {
        rows++;
        bytes += row.getInt(1) + row.getString(3).length();
        List<String> changed = first == 5 ? names(row.getString(4)) : null;
        List<@Nullable Object> key = new ArrayList<>(1);
        key.add(row.getInt(first));
        bytes += row.getInt(first + 1);
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = value(row, first + 2 + i, columns.get(i));
        }
        Change change =
            new Change(
                SOURCE,
                schema.table(),
                ChangeType.UPDATE,
                new Sequence(1, row.getLong(2), 0),
                schemaId,
                folding.fold(key),
                key,
                new Row(schema, values),
                changed,
                null,
                poll);
        bytes += codec.encode(change, schema).payload().length;
      }
    }
    return bytes == Long.MIN_VALUE ? 0 : rows;
  }

  private @Nullable List<String> names(@Nullable String flags) {
    if (flags == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < flags.length(); i++) {
      if (flags.charAt(i) == '1') {
        names.add(columns.get(i).name());
      }
    }
    return names;
  }

  private static @Nullable Object value(ResultSet row, int at, Column column) throws SQLException {
    return switch (column.kind()) {
      case BIT -> {
        boolean value = row.getBoolean(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case INT -> {
        int value = row.getInt(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case BIGINT -> {
        long value = row.getLong(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case FLOAT -> {
        double value = row.getDouble(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case DECIMAL -> row.getBigDecimal(at);
      case NVARCHAR -> row.getString(at);
      case VARBINARY -> row.getBytes(at);
      case DATETIME2 -> row.getObject(at, LocalDateTime.class);
      case UNIQUEIDENTIFIER -> row.getString(at);
      default -> throw new IllegalStateException(column.toString());
    };
  }
}
