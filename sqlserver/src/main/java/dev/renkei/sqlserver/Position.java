package dev.renkei.sqlserver;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a read stopped, so that another one goes on behind it (SEMANTICS 13): the key of the last
 * row, compared by the server, in the server's order.
 */
final class Position {
  private Position() {}

  /**
   * The condition "behind this key" for a table under that alias; its parameters are those of
   * {@link #bind}.
   */
  static String behind(String alias, List<Column> key) {
    List<String> ways = new ArrayList<>();
    for (int last = 0; last < key.size(); last++) {
      List<String> terms = new ArrayList<>();
      for (int i = 0; i <= last; i++) {
        String sign = i == last ? " > " : " = ";
        terms.add(alias + "." + Names.quoted(key.get(i).name()) + sign + parameter(key.get(i)));
      }
      ways.add("(" + String.join(" AND ", terms) + ")");
    }
    return "(" + String.join(" OR ", ways) + ")";
  }

  /** A parameter in the column's own type, so that the index serves and nothing is rounded. */
  private static String parameter(Column column) {
    return switch (column.kind()) {
      case DATETIME -> "CONVERT(datetime, ?, 126)";
      case SMALLDATETIME -> "CONVERT(smalldatetime, ?, 126)";
      case ROWVERSION -> "CAST(? AS binary(8))";
      default -> "CAST(? AS " + column.sqlType() + ")";
    };
  }

  /**
   * Sets the parameters of {@link #behind}.
   *
   * @return the next free parameter
   */
  static int bind(
      PreparedStatement statement, int from, List<Column> key, List<@Nullable Object> values)
      throws SQLException {
    int at = from;
    for (int last = 0; last < key.size(); last++) {
      for (int i = 0; i <= last; i++) {
        bind(statement, at++, key.get(i), values.get(i));
      }
    }
    return at;
  }

  private static void bind(
      PreparedStatement statement, int at, Column column, @Nullable Object value)
      throws SQLException {
    char[] time = new char[IsoTimes.MAX_LENGTH];
    switch (column.kind()) {
      case BIT -> statement.setBoolean(at, (Boolean) required(value));
      case TINYINT, SMALLINT, INT -> statement.setInt(at, (Integer) required(value));
      case BIGINT -> statement.setLong(at, (Long) required(value));
      case DECIMAL, MONEY, SMALLMONEY -> statement.setBigDecimal(at, (BigDecimal) required(value));
      case REAL -> statement.setFloat(at, (Float) required(value));
      case FLOAT -> statement.setDouble(at, (Double) required(value));
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          statement.setBytes(at, (byte[]) required(value));
      case DATE ->
          statement.setString(
              at, new String(time, 0, IsoTimes.write((LocalDate) required(value), time, 0)));
      case TIME ->
          statement.setString(
              at, new String(time, 0, IsoTimes.write((LocalTime) required(value), time, 0)));
      case DATETIME, SMALLDATETIME -> {
        IsoTimes.write((LocalDateTime) required(value), time, 0);
        statement.setString(at, new String(time, 0, "2024-02-29T23:59:59.123".length()));
      }
      case DATETIME2 ->
          statement.setString(
              at, new String(time, 0, IsoTimes.write((LocalDateTime) required(value), time, 0)));
      case DATETIMEOFFSET ->
          statement.setString(
              at, new String(time, 0, IsoTimes.write((OffsetDateTime) required(value), time, 0)));
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT, UNIQUEIDENTIFIER ->
          statement.setNString(at, (String) required(value));
    }
  }

  private static Object required(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("a key without a value");
    }
    return value;
  }
}
