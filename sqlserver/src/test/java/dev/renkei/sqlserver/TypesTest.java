package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Row;
import dev.renkei.core.schema.TableName;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every type arrives exact, through reader, codec and back, by snapshot and by change. */
@Timeout(90)
class TypesTest {
  private static final TableName EVERY = new TableName("dbo", "Every");

  /** Type, literal, and what must arrive. */
  private static Map<String, Object[]> samples() {
    Map<String, Object[]> samples = new LinkedHashMap<>();
    put(samples, "bit", "1", true);
    put(samples, "tinyint", "255", 255);
    put(samples, "smallint", "-32768", -32768);
    put(samples, "int", "-2147483648", Integer.MIN_VALUE);
    put(samples, "bigint", "-9223372036854775808", Long.MIN_VALUE);
    put(
        samples,
        "decimal(38,10)",
        "9999999999999999999999999999.9999999999",
        new BigDecimal("9999999999999999999999999999.9999999999"));
    put(samples, "numeric(5,2)", "-999.90", new BigDecimal("-999.90"));
    put(samples, "money", "-922337203685477.5808", new BigDecimal("-922337203685477.5808"));
    put(samples, "smallmoney", "214748.3647", new BigDecimal("214748.3647"));
    put(samples, "real", "CAST('3.4E38' AS real)", 3.4E38f);
    put(samples, "float", "CAST('1.7976931348623157E308' AS float)", Double.MAX_VALUE);
    put(samples, "char(5)", "'ab'", "ab   ");
    put(samples, "varchar(20)", "'café'", "café");
    put(samples, "varchar(max)", "'long'", "long");
    put(samples, "nchar(3)", "N'連'", "連  ");
    put(samples, "nvarchar(50)", "N'連携 😀 ''x'''", "連携 😀 'x'");
    put(samples, "nvarchar(max)", "N''", "");
    put(samples, "text", "'old text'", "old text");
    put(samples, "ntext", "N'古い'", "古い");
    put(samples, "binary(4)", "0x0102", HexFormat.of().parseHex("01020000"));
    put(samples, "varbinary(10)", "0x00FF00", HexFormat.of().parseHex("00ff00"));
    put(samples, "varbinary(max)", "0x", new byte[0]);
    put(samples, "image", "0xCAFE", HexFormat.of().parseHex("cafe"));
    put(samples, "date", "'0001-01-01'", LocalDate.of(1, 1, 1));
    put(samples, "time(7)", "'23:59:59.9999999'", LocalTime.of(23, 59, 59, 999_999_900));
    put(samples, "time(0)", "'01:02:03'", LocalTime.of(1, 2, 3));
    put(
        samples,
        "datetime",
        "'1753-01-01T00:00:00.003'",
        LocalDateTime.of(1753, 1, 1, 0, 0, 0, 3_000_000));
    put(samples, "smalldatetime", "'2079-06-06T23:59:00'", LocalDateTime.of(2079, 6, 6, 23, 59));
    put(
        samples,
        "datetime2(7)",
        "'9999-12-31T23:59:59.9999999'",
        LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_900));
    put(
        samples,
        "datetimeoffset(7)",
        "'2024-02-29T23:59:59.1234567+13:45'",
        OffsetDateTime.parse("2024-02-29T23:59:59.1234567+13:45"));
    put(
        samples,
        "uniqueidentifier",
        "'0a1b2c3d-0000-1111-2222-aabbccddeeff'",
        "0A1B2C3D-0000-1111-2222-AABBCCDDEEFF");
    put(samples, "xml", "N'<a b=\"1\">連</a>'", "<a b=\"1\">連</a>");
    put(samples, "hierarchyid", "NULL", null);
    return samples;
  }

  private static void put(
      Map<String, Object[]> samples, String type, String literal, @Nullable Object value) {
    samples.put(type, new Object[] {literal, value});
  }

  @Test
  void everyTypeArrivesExact() throws Exception {
    StringBuilder columns = new StringBuilder("Id int NOT NULL PRIMARY KEY");
    StringBuilder literals = new StringBuilder();
    StringBuilder nulls = new StringBuilder();
    int number = 0;
    for (Map.Entry<String, Object[]> sample : samples().entrySet()) {
      columns.append(", C").append(number++).append(' ').append(sample.getKey()).append(" NULL");
      literals.append(", ").append(sample.getValue()[0]);
      nulls.append(", NULL");
    }
    try (Shop shop =
        new Shop(
            "CREATE TABLE dbo.Every (" + columns + ", Rv rowversion, Twice AS (Id * 2))",
            "ALTER TABLE dbo.Every ENABLE CHANGE_TRACKING",
            "INSERT INTO dbo.Every (%s) VALUES (1%s)".formatted(names(number), literals),
            "INSERT INTO dbo.Every (%s) VALUES (2%s)".formatted(names(number), nulls))) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, EVERY, 1);
      check(Mirror.of(shop.hub, Shop.SOURCE, EVERY), 1);

      shop.sql("INSERT INTO dbo.Every (%s) VALUES (3%s)".formatted(names(number), literals));

      shop.awaitMirror(EVERY);
      check(Mirror.of(shop.hub, Shop.SOURCE, EVERY), 3);
    }
  }

  private static String names(int count) {
    StringBuilder names = new StringBuilder("Id");
    for (int i = 0; i < count; i++) {
      names.append(", C").append(i);
    }
    return names.toString();
  }

  private static void check(Map<String, Row> rows, int id) {
    Row row = rows.get("[\"%d\"]".formatted(id));
    assertThat(row).isNotNull();
    if (row == null) {
      return;
    }
    int at = 1;
    for (Map.Entry<String, Object[]> sample : samples().entrySet()) {
      assertThat(row.value(at++)).as(sample.getKey()).isEqualTo(sample.getValue()[1]);
    }
    assertThat(row.value(at)).as("rowversion").isInstanceOf(byte[].class);
    assertThat(row.value(at + 1)).as("computed").isEqualTo(2 * id);
  }

  @Test
  void aReadGoesOnBehindKeysOfEveryType() throws Exception {
    for (String[] key :
        new String[][] {
          {"bigint", "CAST(%d AS bigint) * 1000000007"},
          {"decimal(20,4)", "%d.5"},
          {"nvarchar(20)", "N'k%06d'"},
          {"varchar(20)", "'K%06d'"},
          {
            "datetime2(7)",
            "DATEADD(second, %d, CAST('2024-02-28T23:59:59.1234567' AS datetime2(7)))"
          },
          {"date", "DATEADD(day, %d, CAST('2024-02-28' AS date))"},
          {"varbinary(4)", "CAST(%d AS varbinary(4))"},
        }) {
      try (Shop shop =
          new Shop(
              "CREATE TABLE dbo.Every (K %s NOT NULL, N int NOT NULL, PRIMARY KEY (K, N))"
                  .formatted(key[0]),
              "ALTER TABLE dbo.Every ENABLE CHANGE_TRACKING")) {
        shop.maxTransaction = java.time.Duration.ofNanos(1);
        Tracker tracker = shop.track("a");
        shop.awaitSnapshot(tracker, EVERY, 1);
        StringBuilder sql = new StringBuilder("BEGIN TRAN\n");
        for (int i = 1; i <= 600; i++) {
          sql.append("INSERT INTO dbo.Every VALUES (").append(key[1].formatted(i)).append(", 1)\n");
        }
        shop.sql(sql.append("COMMIT").toString());

        shop.awaitMirror(EVERY);
        assertThat(shop.hub.published()).as(key[0]).isEqualTo(600 + MemoryHub.PARTITIONS);
      }
    }
  }
}
