package dev.renkei.acceptance;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A column, its values read on both sides as one exact text, by code that Renkei does not use: jTDS
 * there, whose server sends dates and times as text, and DuckDB's own casts here.
 *
 * @param type of SQL Server, in lower case and without its length
 */
record ComparedColumn(String name, String type) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int FRACTION = 7;

  /** Names that the warehouse needs for itself. */
  private static final Set<String> TAKEN =
      Set.of(
          "_key",
          "_sequence",
          "_type",
          "_message_id",
          "_changed_at",
          "_loaded_at",
          "_changed_columns",
          "_schema_id",
          "_exact",
          "_deleted",
          "_at");

  private enum Family {
    TEXT,
    WHOLE,
    DECIMAL,
    BIT,
    REAL,
    FLOAT,
    BYTES,
    DATE,
    TIME,
    OFFSET,
    GUID
  }

  private Family family() {
    return switch (type) {
      case "tinyint", "smallint", "int", "bigint" -> Family.WHOLE;
      case "decimal", "numeric", "money", "smallmoney" -> Family.DECIMAL;
      case "bit" -> Family.BIT;
      case "real" -> Family.REAL;
      case "float" -> Family.FLOAT;
      case "binary", "varbinary", "image", "timestamp", "hierarchyid", "geography", "geometry" ->
          Family.BYTES;
      case "date" -> Family.DATE;
      case "time", "datetime", "smalldatetime", "datetime2" -> Family.TIME;
      case "datetimeoffset" -> Family.OFFSET;
      case "uniqueidentifier" -> Family.GUID;
      case "char", "varchar", "text", "nchar", "nvarchar", "ntext", "xml" -> Family.TEXT;
      default -> throw new IllegalArgumentException(name + ": the comparison knows no " + type);
    };
  }

  /** Its name in T-SQL. */
  String sourceSql() {
    return "[" + name.replace("]", "]]") + "]";
  }

  @Nullable String ofSource(ResultSet row, int at) throws SQLException {
    String text =
        switch (family()) {
          case BYTES -> {
            byte[] bytes = row.getBytes(at);
            yield bytes == null ? null : HEX.formatHex(bytes);
          }
          case BIT -> Boolean.toString(row.getBoolean(at));
          case REAL -> bits(row.getFloat(at));
          case FLOAT -> bits(row.getDouble(at));
          case DECIMAL -> plain(row.getBigDecimal(at));
          default -> row.getString(at);
        };
    return text == null || row.wasNull() ? null : canonical(text);
  }

  private static @Nullable String plain(@Nullable BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }

  private static String bits(float number) {
    return number + "/" + Integer.toHexString(Float.floatToRawIntBits(number));
  }

  private static String bits(double number) {
    return number + "/" + Long.toHexString(Double.doubleToRawLongBits(number));
  }

  /** What asks DuckDB for the value. */
  String warehouseSql() {
    String own = TAKEN.contains(name.toLowerCase(Locale.ROOT)) ? name + "_" : name;
    String column = '"' + own.replace("\"", "\"\"") + '"';
    return switch (family()) {
      case BYTES -> "hex(%s)".formatted(column);
      case REAL, FLOAT, DECIMAL -> column;
      case OFFSET -> "CAST(make_timestamp(epoch_us(%s)) AS VARCHAR) || '+00:00'".formatted(column);
      default -> "CAST(%s AS VARCHAR)".formatted(column);
    };
  }

  /**
   * The value of what {@link #warehouseSql} asks for.
   *
   * @param exact the row's {@code _exact}; empty where it is NULL
   */
  @Nullable String ofWarehouse(ResultSet row, int at, Map<String, String> exact)
      throws SQLException {
    String kept = exact.get(name);
    if (kept != null) {
      return canonical(kept);
    }
    String text =
        switch (family()) {
          case REAL -> bits(row.getFloat(at));
          case FLOAT -> bits(row.getDouble(at));
          case DECIMAL -> plain(row.getBigDecimal(at));
          default -> row.getString(at);
        };
    return text == null || row.wasNull() ? null : canonical(text);
  }

  private String canonical(String text) {
    return switch (family()) {
      case GUID -> text.toUpperCase(Locale.ROOT);
      case TIME -> withFraction(text.replace('T', ' '));
      case OFFSET -> {
        String plain = text.replace('T', ' ').replace("Z", "+00:00");
        int sign = Math.max(plain.lastIndexOf('+'), plain.lastIndexOf('-'));
        yield withFraction(plain.substring(0, sign).strip()) + plain.substring(sign);
      }
      default -> text;
    };
  }

  /** With all seven digits of a second. */
  private static String withFraction(String text) {
    int point = text.indexOf('.');
    String digits = point < 0 ? "" : text.substring(point + 1);
    String whole = point < 0 ? text : text.substring(0, point);
    return whole + "." + digits + "0".repeat(Math.max(0, FRACTION - digits.length()));
  }
}
