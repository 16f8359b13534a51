package dev.renkei.demo;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column as the proof compares it: each side's value as one canonical text, made by code that
 * Renkei itself does not use.
 *
 * @param type of SQL Server, in lower case and without its length
 * @param keyOrdinal from 1; 0 outside of the key
 */
record ProofColumn(String name, String type, int keyOrdinal) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int FRACTION = 7;

  private enum Family {
    WHOLE,
    BIT,
    DECIMAL,
    REAL,
    FLOAT,
    BYTES,
    DATE,
    TIME,
    DATE_TIME,
    OFFSET,
    GUID,
    TEXT
  }

  private Family family() {
    return switch (type) {
      case "tinyint", "smallint", "int", "bigint" -> Family.WHOLE;
      case "bit" -> Family.BIT;
      case "decimal", "numeric", "money", "smallmoney" -> Family.DECIMAL;
      case "real" -> Family.REAL;
      case "float" -> Family.FLOAT;
      case "binary", "varbinary", "image", "timestamp" -> Family.BYTES;
      case "date" -> Family.DATE;
      case "time" -> Family.TIME;
      case "datetime", "smalldatetime", "datetime2" -> Family.DATE_TIME;
      case "datetimeoffset" -> Family.OFFSET;
      case "uniqueidentifier" -> Family.GUID;
      case "char", "varchar", "text", "nchar", "nvarchar", "ntext" -> Family.TEXT;
      default -> throw new IllegalArgumentException(name + ": the proof knows no " + type);
    };
  }

  /**
   * The value of the source's row; by jTDS, which has dates and times of SQL Server 2008 as text.
   */
  @Nullable String ofSource(ResultSet row, int at) throws SQLException {
    if (family() == Family.BYTES) {
      byte[] bytes = row.getBytes(at);
      return bytes == null ? null : HEX.formatHex(bytes);
    }
    String text =
        switch (family()) {
          case BIT -> row.getBoolean(at) ? "1" : "0";
          case FLOAT -> Double.toString(row.getDouble(at));
          case REAL -> Float.toString(row.getFloat(at));
          default -> row.getString(at);
        };
    return text == null || row.wasNull() ? null : canonical(text);
  }

  /** What asks a DuckDB warehouse for the value, with what its type cannot hold from _exact. */
  String duckSql() {
    String column = '"' + name.replace("\"", "\"\"") + '"';
    String exact = "json_extract_string(_exact, '$.\"%s\"')".formatted(name.replace("'", "''"));
    return switch (family()) {
      case BIT -> "CAST(CAST(%s AS INTEGER) AS VARCHAR)".formatted(column);
      case BYTES -> "hex(%s)".formatted(column);
      case FLOAT, REAL -> column;
      case TEXT, TIME, DATE_TIME -> "coalesce(%s, CAST(%s AS VARCHAR))".formatted(exact, column);
      case OFFSET ->
          "coalesce(%s, CAST(make_timestamp(epoch_us(%s)) AS VARCHAR) || '+00:00')"
              .formatted(exact, column);
      case WHOLE, DECIMAL, DATE, GUID -> "CAST(%s AS VARCHAR)".formatted(column);
    };
  }

  /** What tells keys apart in DuckDB as the source's collation does. */
  String duckKeySql() {
    String column = '"' + name.replace("\"", "\"\"") + '"';
    return family() == Family.TEXT ? "lower(rtrim(%s, ' '))".formatted(column) : column;
  }

  /** The value of what {@link #duckSql} asks for. */
  @Nullable String ofWarehouse(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (family()) {
      case FLOAT -> Double.toString(((Number) value).doubleValue());
      case REAL -> Float.toString(((Number) value).floatValue());
      default -> canonical(value.toString());
    };
  }

  /** A canonical text as a part of a key. */
  String keyPart(@Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException(name + ": a key without a value");
    }
    return family() == Family.TEXT ? KeyText.folded(text) : text;
  }

  private String canonical(String text) {
    return switch (family()) {
      case DECIMAL -> {
        BigDecimal number = new BigDecimal(text);
        yield number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
      }
      case GUID -> text.toUpperCase(Locale.ROOT);
      case TIME, DATE_TIME -> withFraction(text.replace('T', ' '));
      case OFFSET -> {
        String plain = text.replace('T', ' ');
        int sign = Math.max(plain.lastIndexOf('+'), plain.lastIndexOf('-'));
        yield withFraction(plain.substring(0, sign).strip()) + plain.substring(sign);
      }
      default -> text;
    };
  }

  /** With seven digits of a second; no more of them count. */
  private static String withFraction(String text) {
    int point = text.indexOf('.');
    String digits = point < 0 ? "" : text.substring(point + 1);
    String whole = point < 0 ? text : text.substring(0, point);
    return whole + "." + (digits + "0".repeat(FRACTION)).substring(0, FRACTION);
  }
}
