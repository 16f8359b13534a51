package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Types with their extreme values.
 *
 * @param values as they travel inside the stand-in; null last
 */
record Samples(SqlType type, List<@Nullable Object> values) {
  private static Samples of(SqlType type, @Nullable Object... values) {
    List<@Nullable Object> all = new ArrayList<>(List.of());
    for (Object value : values) {
      all.add(value);
    }
    all.add(null);
    return new Samples(type, all);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static BigDecimal decimal(String text) {
    return new BigDecimal(text);
  }

  static List<Samples> all() {
    String wide = "日本語 \uD83D\uDE00 €";
    return List.of(
        of(SqlType.BIT, true, false),
        of(SqlType.TINYINT, 0, 127, 128, 255),
        of(SqlType.SMALLINT, -32768, 0, 32767),
        of(SqlType.INT, Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE),
        of(SqlType.BIGINT, Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE),
        of(SqlType.decimal(9, 2), decimal("-9999999.99"), decimal("0.00"), decimal("9999999.99")),
        of(SqlType.decimal(18, 4), decimal("-99999999999999.9999"), decimal("0.0001")),
        of(SqlType.decimal(19, 0), decimal("9999999999999999999"), decimal("-9999999999999999999")),
        of(SqlType.decimal(28, 28), decimal("-0.9999999999999999999999999999")),
        of(
            SqlType.decimal(38, 0),
            decimal("99999999999999999999999999999999999999"),
            decimal("-99999999999999999999999999999999999999"),
            decimal("0")),
        of(SqlType.decimal(38, 10), decimal("-1234567890123456789012345678.0123456789")),
        of(
            SqlType.MONEY,
            decimal("-922337203685477.5808"),
            decimal("922337203685477.5807"),
            decimal("0.0001"),
            decimal("-0.0001")),
        of(SqlType.SMALLMONEY, decimal("-214748.3648"), decimal("214748.3647")),
        of(SqlType.REAL, -Float.MAX_VALUE, Float.MIN_NORMAL, 0f, 1.5f),
        of(SqlType.FLOAT, -Double.MAX_VALUE, Double.MIN_NORMAL, 0d, 1d / 3),
        of(SqlType.sized(Kind.CHAR, 5), "a    ", "é€ÿ~ "),
        of(SqlType.sized(Kind.VARCHAR, 20), "", "a", "é€ÿ".repeat(6)),
        of(SqlType.sized(Kind.VARCHAR, 8000), "x".repeat(8000)),
        of(SqlType.sized(Kind.VARCHAR, SqlType.MAX), "", "é".repeat(100_000)),
        of(SqlType.of(Kind.TEXT), "", "é".repeat(100_000)),
        of(SqlType.sized(Kind.NCHAR, 5), "日    "),
        of(SqlType.nvarchar(20), "", "a", wide),
        of(SqlType.nvarchar(4000), "日".repeat(4000)),
        of(SqlType.nvarchar(SqlType.MAX), "", wide.repeat(20_000)),
        of(SqlType.of(Kind.NTEXT), "", wide.repeat(20_000)),
        of(SqlType.sized(Kind.BINARY, 3), bytes(0, 1, 255)),
        of(SqlType.varbinary(10), bytes(), bytes(0, 128, 255)),
        of(SqlType.varbinary(8000), new byte[8000]),
        of(SqlType.varbinary(SqlType.MAX), bytes(), new byte[200_001]),
        of(SqlType.of(Kind.IMAGE), bytes(), new byte[200_001]),
        of(SqlType.ROWVERSION, bytes(0, 0, 0, 0, 0, 0, 7, 209)),
        of(
            SqlType.DATE,
            LocalDate.of(1, 1, 1),
            LocalDate.of(1582, 10, 10),
            LocalDate.of(2024, 2, 29),
            LocalDate.of(9999, 12, 31)),
        of(SqlType.fractional(Kind.TIME, 0), LocalTime.of(0, 0), LocalTime.of(23, 59, 59)),
        of(SqlType.fractional(Kind.TIME, 3), LocalTime.of(12, 34, 56, 789_000_000)),
        of(SqlType.fractional(Kind.TIME, 7), LocalTime.of(23, 59, 59, 999_999_900)),
        of(
            SqlType.DATETIME,
            LocalDateTime.of(1753, 1, 1, 0, 0),
            LocalDateTime.of(1899, 12, 31, 23, 59, 59, 997_000_000),
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 3_000_000),
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 7_000_000),
            LocalDateTime.of(9999, 12, 31, 23, 59, 59, 997_000_000)),
        of(
            SqlType.SMALLDATETIME,
            LocalDateTime.of(1900, 1, 1, 0, 0),
            LocalDateTime.of(2079, 6, 6, 23, 59)),
        of(SqlType.fractional(Kind.DATETIME2, 0), LocalDateTime.of(1, 1, 1, 0, 0)),
        of(
            SqlType.fractional(Kind.DATETIME2, 4),
            LocalDateTime.of(2024, 2, 29, 1, 2, 3, 123_400_000)),
        of(
            SqlType.fractional(Kind.DATETIME2, 7),
            LocalDateTime.of(1, 1, 1, 0, 0, 0, 100),
            LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_900)),
        of(
            SqlType.fractional(Kind.DATETIMEOFFSET, 7),
            OffsetDateTime.parse("2024-02-29T00:00:00.1234567+14:00"),
            OffsetDateTime.parse("2024-02-29T23:59:59.9999999-14:00"),
            OffsetDateTime.parse("2024-02-29T12:00:00.0000001Z")),
        of(
            SqlType.fractional(Kind.DATETIMEOFFSET, 0),
            OffsetDateTime.parse("1999-12-31T23:59:59+05:30")),
        of(
            SqlType.UNIQUEIDENTIFIER,
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
            new UUID(-1, -1)),
        of(SqlType.XML, "<a/>", "<r>" + wide.repeat(1000) + "</r>"),
        of(SqlType.of(Kind.HIERARCHYID), bytes(), bytes(0x5A, 0xC0)),
        of(SqlType.of(Kind.GEOGRAPHY), bytes(0xE6, 0x10, 0, 0, 1, 12), new byte[9000]),
        of(SqlType.of(Kind.GEOMETRY), bytes(0, 0, 0, 0, 1, 4)));
  }

  @Override
  public String toString() {
    return type.declaration();
  }
}
