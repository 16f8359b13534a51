package dev.renkei.sqlserver;

import dev.renkei.core.schema.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads values exactly: no time zone of the JVM and no double comes near those that are not floats.
 *
 * @param columns in the order of the select list
 */
record RowReader(List<Column> columns) {
  RowReader {
    columns = List.copyOf(columns);
  }

  /** The select list, for a table under that alias. */
  String selectList(String alias) {
    return columns.stream().map(c -> expression(alias, c)).collect(Collectors.joining(", "));
  }

  private static String expression(String alias, Column column) {
    String name = alias + "." + Names.quoted(column.name());
    return switch (column.kind()) {
      case HIERARCHYID, GEOGRAPHY, GEOMETRY -> "CAST(" + name + " AS varbinary(max))";
      case SQL_VARIANT -> "CAST(" + name + " AS nvarchar(4000))";
      default -> name;
    };
  }

  /**
   * Reads the columns of the current row.
   *
   * @param from the position of the first of them, from 1
   */
  @Nullable Object[] read(ResultSet row, int from) throws SQLException {
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(row, from + i, columns.get(i));
    }
    return values;
  }

  private static @Nullable Object value(ResultSet row, int at, Column column) throws SQLException {
    return switch (column.kind()) {
      case BIT -> {
        boolean value = row.getBoolean(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case TINYINT, SMALLINT, INT -> {
        int value = row.getInt(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case BIGINT -> {
        long value = row.getLong(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case REAL -> {
        float value = row.getFloat(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case FLOAT -> {
        double value = row.getDouble(at);
        yield row.wasNull() ? null : (Object) value;
      }
      case DECIMAL, MONEY, SMALLMONEY -> row.getBigDecimal(at);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT -> row.getString(at);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          row.getBytes(at);
      case DATE -> row.getObject(at, LocalDate.class);
      case TIME -> row.getObject(at, LocalTime.class);
      case DATETIME, SMALLDATETIME, DATETIME2 -> row.getObject(at, LocalDateTime.class);
      case DATETIMEOFFSET -> row.getObject(at, OffsetDateTime.class);
      case UNIQUEIDENTIFIER -> {
        String text = row.getString(at);
        yield text == null ? null : text.toUpperCase(Locale.ROOT);
      }
    };
  }
}
