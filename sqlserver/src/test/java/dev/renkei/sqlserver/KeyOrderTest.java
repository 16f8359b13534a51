package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the key's type: chunks of a few rows bring every row once, in the server's order. */
@Timeout(90)
class KeyOrderTest {
  private static Map<String, List<String>> keys() {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    keys.put("bit", List.of("1", "0"));
    keys.put("tinyint", List.of("255", "0", "128", "7"));
    keys.put("smallint", List.of("-32768", "32767", "0"));
    keys.put("int", List.of("-2147483648", "2147483647", "0", "-1", "1"));
    keys.put("bigint", List.of("-9223372036854775808", "9223372036854775807", "0", "-1"));
    keys.put(
        "decimal(38,10)",
        List.of(
            "9999999999999999999999999999.9999999999",
            "9999999999999999999999999999.9999999998",
            "-9999999999999999999999999999.9999999999",
            "0.0000000001",
            "0"));
    keys.put("numeric(5,2)", List.of("-999.99", "999.99", "0.01", "-0.01"));
    keys.put("money", List.of("-922337203685477.5808", "922337203685477.5807", "0.0001", "0"));
    keys.put("smallmoney", List.of("-214748.3648", "214748.3647", "0.0001"));
    keys.put(
        "real",
        List.of(
            "CAST('3.4028235E38' AS real)",
            "CAST('-3.4028235E38' AS real)",
            "CAST('-0.0' AS real)",
            "CAST('1.1754944E-38' AS real)",
            "CAST('0.1' AS real)"));
    keys.put(
        "float",
        List.of(
            "CAST('1.7976931348623157E308' AS float)",
            "CAST('-1.7976931348623157E308' AS float)",
            "CAST('-0.0' AS float)",
            "CAST('0.1' AS float)",
            "CAST('0.10000000000000002' AS float)"));
    List<String> latin =
        List.of("'abc'", "'abd'", "'B'", "'a b'", "''", "'Z'", "'a-b'", "'é'", "'e'", "'f'");
    keys.put("char(5) COLLATE Latin1_General_CI_AS", latin);
    keys.put("varchar(20) COLLATE Latin1_General_CI_AS", latin);
    keys.put("varchar(20) COLLATE SQL_Latin1_General_CP1_CI_AS", latin);
    keys.put(
        "varchar(20) COLLATE Latin1_General_BIN2", List.of("'a'", "'A'", "'b'", "'B'", "'aa'"));
    keys.put(
        "varchar(20) COLLATE Latin1_General_CS_AS", List.of("'a'", "'A'", "'b'", "'B'", "'Ab'"));
    keys.put(
        "varchar(20) COLLATE Japanese_CI_AS",
        latin); // the stand-in has one code page for varchar, whatever the collation
    keys.put(
        "nvarchar(20) COLLATE Japanese_CI_AS",
        List.of("N'連携 😀'", "N'漢字'", "N'あい'", "N'イ'", "N'abc'", "N'注文'", "N'ABD'"));
    keys.put("nvarchar(20)", List.of("N'連携'", "N'it''s'", "N'b'", "N'Ba'", "N'😀'", "N''"));
    keys.put("nchar(4)", List.of("N'連'", "N'a'", "N'ab'", "N'B'"));
    keys.put("binary(4)", List.of("0x00000000", "0x01020304", "0xFFFFFFFF", "0x7F000000"));
    keys.put("varbinary(10)", List.of("0x", "0x00FF", "0x01", "0xFF", "0x7FFFFFFF", "0x80"));
    keys.put("date", List.of("'0001-01-01'", "'9999-12-31'", "'2024-02-29'", "'1582-10-10'"));
    keys.put("time(7)", List.of("'00:00:00'", "'23:59:59.9999999'", "'23:59:59.9999998'"));
    keys.put("time(0)", List.of("'00:00:01'", "'23:59:59'", "'12:00:00'"));
    keys.put(
        "datetime",
        List.of(
            "'1753-01-01T00:00:00.000'",
            "'9999-12-31T23:59:59.997'",
            "'2024-02-29T23:59:59.993'",
            "'2024-02-29T23:59:59.990'",
            "'2024-02-29T23:59:59.997'"));
    keys.put("smalldatetime", List.of("'1900-01-01T00:00:00'", "'2079-06-06T23:59:00'"));
    keys.put(
        "datetime2(7)",
        List.of(
            "'0001-01-01T00:00:00.0000001'",
            "'9999-12-31T23:59:59.9999999'",
            "'2024-03-31T02:30:00.1234567'",
            "'2024-03-31T02:30:00.1234568'"));
    keys.put("datetime2(0)", List.of("'2024-03-31T02:30:00'", "'2024-03-31T02:30:01'"));
    keys.put(
        "datetimeoffset(7)",
        List.of(
            "'2024-02-29T23:59:59.1234567+13:45'",
            "'2024-02-29T23:59:59.1234567-11:00'",
            "'2024-02-29T00:00:00.0000000+00:00'",
            "'0001-01-02T00:00:00.0000000+14:00'",
            "'9999-12-31T09:59:59.9999999-14:00'"));
    keys.put(
        "uniqueidentifier",
        List.of(
            "'00000000-0000-0000-0000-000000000001'",
            "'00000000-0000-0000-0000-010000000000'",
            "'01000000-0000-0000-0000-000000000000'",
            "'00000000-0100-0000-0000-000000000000'",
            "'00000000-0000-0000-0100-000000000000'",
            "'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'"));
    return keys;
  }

  private static final List<String> COMPOSITES =
      List.of(
          "A int NOT NULL, B nvarchar(10) COLLATE Japanese_CI_AS NOT NULL, C bigint NOT NULL, PRIMARY KEY (A, B, C)",
          "A int NOT NULL, B nvarchar(10) NOT NULL, C bigint NOT NULL, PRIMARY KEY (B, C, A)");

  private static String composites() {
    List<String> rows = new ArrayList<>();
    for (int a = 0; a < 3; a++) {
      for (String b : List.of("x", "連", "y ")) {
        for (long c : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
          rows.add("(%d, N'%s', %d)".formatted(a, b, c));
        }
      }
    }
    return String.join(", ", rows);
  }

  private static Shop shop() throws Exception {
    Shop shop = new Shop();
    int number = 0;
    for (Map.Entry<String, List<String>> key : keys().entrySet()) {
      String table = "dbo.T" + number++;
      shop.sql("CREATE TABLE %s (K %s NOT NULL PRIMARY KEY)".formatted(table, key.getKey()));
      shop.sql("ALTER TABLE %s ENABLE CHANGE_TRACKING".formatted(table));
      shop.sql(
          "INSERT INTO %s VALUES %s"
              .formatted(
                  table,
                  key.getValue().stream()
                      .map(v -> "(" + v + ")")
                      .collect(Collectors.joining(", "))));
    }
    for (String columns : COMPOSITES) {
      String table = "dbo.T" + number++;
      shop.sql("CREATE TABLE %s (%s)".formatted(table, columns));
      shop.sql("ALTER TABLE %s ENABLE CHANGE_TRACKING".formatted(table));
      shop.sql("INSERT INTO %s VALUES %s".formatted(table, composites()));
    }
    return shop;
  }

  /** Folded keys, in the order in which the server brings the table whole. */
  private static List<String> whole(Shop shop, TableName name) throws SQLException {
    try (Connection connection = DriverManager.getConnection(shop.server.jdbcUrl("Shop"));
        Statement statement = connection.createStatement()) {
      SourceTable table =
          java.util.Objects.requireNonNull(
              SqlServerCatalog.tables(
                      connection, name::equals, t -> java.util.Set.of(), (t, why) -> {})
                  .get(name));
      RowReader reader = new RowReader(table.schema().columns());
      List<String> keys = new ArrayList<>();
      String order =
          table.schema().key().stream()
              .map(c -> Names.quoted(c.name()))
              .collect(Collectors.joining(", "));
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT %s FROM %s AS t ORDER BY %s"
                  .formatted(reader.selectList("t"), Names.quoted(name), order))) {
        while (rows.next()) {
          keys.add(
              table
                  .folding()
                  .fold(new dev.renkei.core.change.Row(table.schema(), reader.read(rows, 1)))
                  .folded());
        }
      }
      return keys;
    }
  }

  private static List<String> published(Shop shop, TableName table) throws Exception {
    List<String> keys = new ArrayList<>();
    MessageCodec codec = new MessageCodec(Shop.SOURCE);
    for (EncodedMessage message : shop.hub.shown()) {
      if (message.attributes().table().equals(table)
          && message.attributes().type() == ChangeType.SNAPSHOT_ROW) {
        var schema = shop.hub.find(message.attributes().schemaId()).orElseThrow().schema();
        Change row = codec.decode(message.attributes(), message.payload(), schema);
        keys.add(row.key().folded());
      }
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void chunksBringEveryRowOnceInTheServersOrder(int chunkRows) throws Exception {
    try (Shop shop = shop()) {
      shop.chunkRows = chunkRows;
      shop.parallelTables = 4;
      Tracker tracker = shop.track("a");
      int number = 0;
      List<String> names = new ArrayList<>(keys().keySet());
      names.addAll(COMPOSITES);
      for (String name : names) {
        TableName table = new TableName("dbo", "T" + number++);
        shop.awaitSnapshot(tracker, table, 1);
        assertThat(published(shop, table)).as(name).isEqualTo(whole(shop, table)).isNotEmpty();
      }
    }
  }
}
