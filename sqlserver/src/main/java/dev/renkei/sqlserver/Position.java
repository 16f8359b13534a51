package dev.renkei.sqlserver;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import dev.renkei.core.schema.TypeKind;
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
   * {@link #bind}. The bound on the leading column stands alone, so that the server seeks:
   *
   * <pre>
   * a >= ? AND (a > ? OR (a = ? AND b > ?))
   * </pre>
   */
  static String behind(String alias, List<Column> key) {
    if (key.size() == 1) {
      return term(alias, key.get(0), ">");
    }
    List<String> ways = new ArrayList<>();
    for (int last = 0; last < key.size(); last++) {
      List<String> terms = new ArrayList<>();
      for (int i = 0; i <= last; i++) {
        terms.add(term(alias, key.get(i), i == last ? ">" : "="));
      }
      ways.add(terms.size() == 1 ? terms.get(0) : "(" + String.join(" AND ", terms) + ")");
    }
    return "(%s AND (%s))".formatted(term(alias, key.get(0), ">="), String.join(" OR ", ways));
  }

  /** Whether a read can go on behind a key: not where the server's order is not to be had. */
  static boolean isOrdered(List<Column> key) {
    return key.stream().noneMatch(column -> column.kind() == TypeKind.SQL_VARIANT);
  }

  /** A comparison of a column with a parameter, which {@link #bind} sets. */
  static String term(String alias, Column column, String sign) {
    return "%s.%s %s %s".formatted(alias, Names.quoted(column.name()), sign, parameter(column));
  }

  /**
   * A parameter in the column's own type, so that the index serves and nothing is rounded. Text
   * arrives as nvarchar; its cast to varchar takes the code page of its collation, which must be
   * the column's and not the database's (<a
   * href="https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#collation">CAST
   * keeps the collation of what it is given</a>).
   */
  static String parameter(Column column) {
    return switch (column.kind()) {
      case DATETIME -> "CONVERT(datetime, ?, 126)";
      case SMALLDATETIME -> "CONVERT(smalldatetime, ?, 126)";
      case ROWVERSION -> "CAST(? AS binary(8))";
      case CHAR, VARCHAR -> {
        String collation = column.collation();
        yield collation == null
            ? "CAST(? AS " + column.sqlType() + ")"
            : "CAST(? COLLATE %s AS %s)".formatted(collation, column.sqlType());
      }
      default -> "CAST(? AS " + column.sqlType() + ")";
    };
  }

  /**
   * Sets the parameters of {@link #behind}.
   *
   * @return the next free parameter
   */
  static int bind(
      PreparedStatement statement,
      int from,
      List<Column> key,
      List<? extends @Nullable Object> values)
      throws SQLException {
    int at = from;
    if (key.size() > 1) {
      bind(statement, at++, key.get(0), values.get(0));
    }
    for (int last = 0; last < key.size(); last++) {
      for (int i = 0; i <= last; i++) {
        bind(statement, at++, key.get(i), values.get(i));
      }
    }
    return at;
  }

  /** Sets one parameter to a value of the column's type. */
  static void bind(PreparedStatement statement, int at, Column column, @Nullable Object value)
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
