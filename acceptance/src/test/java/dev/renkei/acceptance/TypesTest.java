package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.StandIn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A column of each type, with the ends of its range, goes through {@code renkei up}: first by a
 * snapshot, then by changes. {@code sql_variant} is not among them, since the stand-in has none.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TypesTest {
  private static final String DATABASE = "Types";
  private static final int LARGE_BYTES = 10 << 20;
  private static final String NINES = "9".repeat(38);

  @TempDir private Path folder = Path.of("");

  /** Written into the statement as it stands; everything else is a parameter. */
  private record Sql(String text) {}

  private static Sql sql(String text) {
    return new Sql(text);
  }

  /** Types with their extremes; NULL comes on top. */
  private static Map<String, List<Object>> extremes() {
    Map<String, List<Object>> all = new LinkedHashMap<>();
    all.put("bit", List.of(true, false));
    all.put("tinyint", List.of(0, 255));
    all.put("smallint", List.of(-32_768, 32_767));
    all.put("int", List.of(Integer.MIN_VALUE, Integer.MAX_VALUE, 0));
    all.put("bigint", List.of(Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1));
    all.put("decimal(38,0)", List.of(sql(NINES), sql("-" + NINES), sql("0")));
    all.put("decimal(38,38)", List.of(sql("0." + NINES), sql("-0." + NINES)));
    all.put(
        "decimal(38,10)",
        List.of(sql("9".repeat(28) + "." + "9".repeat(10)), sql("-0.0000000001")));
    all.put("numeric(5,2)", List.of(sql("-999.99"), sql("999.90"), sql("0.00")));
    all.put("numeric(18,4)", List.of(sql("99999999999999.9999"), sql("-1")));
    all.put(
        "money", List.of(sql("-922337203685477.5808"), sql("922337203685477.5807"), sql("0.0001")));
    all.put("smallmoney", List.of(sql("-214748.3648"), sql("214748.3647")));
    all.put(
        "real",
        List.of(
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.MIN_VALUE,
            Float.MIN_NORMAL,
            -0.0f,
            0.1f,
            16_777_216f));
    all.put(
        "float",
        List.of(
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            -0.0,
            0.1,
            9.999999999999999e22));
    all.put("float(24)", List.of(3.4e38f, 1.17e-38f));
    all.put("char(5)", List.of("ab", "", "café€"));
    all.put("varchar(20)", List.of("", " ", "trailing  ", "Grüße €"));
    all.put("varchar(max)", List.of("", "x".repeat(9_000)));
    all.put("nchar(3)", List.of("連", "", "😀"));
    all.put(
        "nvarchar(50)",
        List.of(
            "",
            "連携 😀 𠮷 'x' \"y\" \\ /",
            "NULL",
            "null",
            "\u0001\t\r\n",
            "e\u0301",
            "a\u0000b",
            "half \uD83D",
            "\uDE00 half"));
    all.put("nvarchar(max)", List.of("", "長".repeat(9_000)));
    all.put("text", List.of("", "old text"));
    all.put("ntext", List.of("", "古い文 😀"));
    all.put("binary(4)", List.of(bytes("0102"), bytes("00000000"), bytes("ffffffff")));
    all.put("varbinary(10)", List.of(bytes(""), bytes("00"), bytes("00ff00ff")));
    all.put("varbinary(max)", List.of(bytes(""), new byte[9_000]));
    all.put("image", List.of(bytes(""), bytes("cafe")));
    all.put("date", List.of("0001-01-01", "9999-12-31", "1582-10-10", "2024-02-29"));
    for (int scale = 0; scale <= 7; scale++) {
      String last = scale == 0 ? "" : "." + "9".repeat(scale);
      all.put("time(%d)".formatted(scale), List.of("00:00:00", "23:59:59" + last));
      all.put(
          "datetime2(%d)".formatted(scale),
          List.of(
              "0001-01-01 00:00:00", "9999-12-31 23:59:59" + last, "2026-03-08 02:30:00" + last));
      all.put(
          "datetimeoffset(%d)".formatted(scale),
          List.of(
              "0001-01-01 00:00:00 +00:00",
              "9999-12-31 23:59:59" + last + " +14:00",
              "0001-01-01 00:00:00" + last + " -14:00",
              "2024-02-29 23:59:59" + last + " +05:45",
              "2024-02-29 23:59:59" + last + " -00:30"));
    }
    all.put(
        "datetime",
        List.of(
            sql("'17530101 00:00:00'"),
            sql("'99991231 23:59:59.997'"),
            sql("'20260308 02:30:00.003'"),
            sql("'20260308 02:30:00.007'")));
    all.put("smalldatetime", List.of(sql("'19000101 00:00'"), sql("'20790606 23:59'")));
    all.put(
        "uniqueidentifier",
        List.of(
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF"));
    all.put("xml", List.of("<a b=\"1\">連携😀<c/></a>", "", "<a>&amp;&lt;</a>"));
    all.put("hierarchyid", List.of(bytes(""), bytes("58"), bytes("5ade")));
    all.put("geography", List.of(bytes("e6100000010c17d7c0b2c61f4740c3f5285c8f725ec0")));
    return all;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void everyTypeArrivesExactBySnapshotAndByChange() throws Exception {
    try (StandIn source = StandIn.builder().inMemory().database(DATABASE).start();
        Connection connection = DriverManager.getConnection(source.jtdsUrl(DATABASE));
        Installation renkei =
            Installation.of(
                folder,
                source,
                DATABASE,
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                """)) {
      create(connection);
      fill(connection, 0);
      large(connection, 1);
      renkei.up();
      renkei.until(
          () -> Progress.of(renkei.status()).withoutSnapshot(Set.of("dbo.Every", "dbo.Large")));

      change(connection);
      fill(connection, 1_000);
      large(connection, 2);
      execute(connection, "UPDATE dbo.Large SET T = T + N'!', B = NULL WHERE Id = 1");
      renkei.untilArrived(version(connection));

      assertThat(renkei.stop().code()).isZero();
      assertThat(
              Warehouses.differences(source, DATABASE, folder, List.of("dbo.Every", "dbo.Large")))
          .isEmpty();
    }
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void create(Connection connection) throws SQLException {
    StringBuilder columns = new StringBuilder("Id int NOT NULL PRIMARY KEY");
    int number = 0;
    for (String type : extremes().keySet()) {
      columns.append(", C%d %s NULL".formatted(number++, type));
    }
    execute(
        connection,
        "ALTER DATABASE %s SET CHANGE_TRACKING = ON".formatted(DATABASE),
        "CREATE TABLE dbo.Every (%s, Version rowversion, Twice AS (Id * 2))".formatted(columns),
        "CREATE TABLE dbo.Large (Id int NOT NULL PRIMARY KEY, T nvarchar(max), B varbinary(max))",
        "ALTER TABLE dbo.Every ENABLE CHANGE_TRACKING",
        "ALTER TABLE dbo.Large ENABLE CHANGE_TRACKING");
  }

  /** A row per extreme, so many that each type has all of its own, and one that is all NULL. */
  private static void fill(Connection connection, int firstId) throws SQLException {
    Map<String, List<Object>> extremes = extremes();
    int rows = extremes.values().stream().mapToInt(List::size).max().orElseThrow();
    execute(connection, "INSERT INTO dbo.Every (Id) VALUES (%d)".formatted(firstId + rows));
    for (int row = 0; row < rows; row++) {
      StringBuilder names = new StringBuilder("Id");
      StringBuilder values = new StringBuilder(Integer.toString(firstId + row));
      int number = 0;
      for (List<Object> some : extremes.values()) {
        Object value = some.get(row % some.size());
        names.append(", C").append(number++);
        values.append(", ").append(value instanceof Sql sql ? sql.text() : "?");
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO dbo.Every (%s) VALUES (%s)".formatted(names, values))) {
        int at = 1;
        for (List<Object> some : extremes.values()) {
          Object value = some.get(row % some.size());
          if (!(value instanceof Sql)) {
            insert.setObject(at++, value);
          }
        }
        insert.executeUpdate();
      }
    }
  }

  /** Every row of the snapshot takes each type's next extreme. */
  private static void change(Connection connection) throws SQLException {
    int number = 0;
    for (List<Object> some : extremes().values()) {
      Object value = some.get(some.size() - 1);
      String text = value instanceof Sql sql ? sql.text() : "?";
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE dbo.Every SET C%1$d = CASE WHEN Id %% 2 = 0 THEN NULL ELSE C%1$d END WHERE Id < 4"
                  .formatted(number))) {
        update.executeUpdate();
      }
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE dbo.Every SET C%d = %s WHERE Id IN (1, 6)".formatted(number, text))) {
        if (!(value instanceof Sql)) {
          update.setObject(1, value);
        }
        assertThat(update.executeUpdate()).isEqualTo(2);
      }
      number++;
    }
  }

  /** 10 MB of text in one row and of bytes in the next. */
  private static void large(Connection connection, int seed) throws SQLException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new byte[LARGE_BYTES];
    random.nextBytes(bytes);
    StringBuilder text = new StringBuilder();
    while (text.length() < LARGE_BYTES / 2) {
      text.append("連携 \"%d\" 😀\n".formatted(random.nextInt()));
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO dbo.Large VALUES (?, ?, ?), (?, NULL, ?)")) {
      insert.setInt(1, 2 * seed - 1);
      insert.setString(2, text.toString());
      insert.setBytes(3, bytes("00"));
      insert.setInt(4, 2 * seed);
      insert.setBytes(5, bytes);
      insert.executeUpdate();
    }
  }

  private static long version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }
}
