package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type with its extremes and NULL, as literal and as parameter, through mssql-jdbc. */
class MssqlTypesTest extends StandInSuite {

  /** Type, literal, parameter, and what {@code getString} gives. */
  static Stream<Arguments> values() {
    String digits38 = "9".repeat(38);
    byte[] bytes = {1, 2, 3, -1};
    UUID uuid = UUID.fromString("6f9619ff-8b86-d011-b42d-00c04fc964ff");
    return Stream.of(
        arguments("bit", "0", false, "0"),
        arguments("bit", "1", true, "1"),
        arguments("tinyint", "0", (short) 0, "0"),
        arguments("tinyint", "255", (short) 255, "255"),
        arguments("smallint", "-32768", Short.MIN_VALUE, "-32768"),
        arguments("smallint", "32767", Short.MAX_VALUE, "32767"),
        arguments("int", "-2147483648", Integer.MIN_VALUE, "-2147483648"),
        arguments("int", "2147483647", Integer.MAX_VALUE, "2147483647"),
        arguments("bigint", "-9223372036854775808", Long.MIN_VALUE, "-9223372036854775808"),
        arguments("bigint", "9223372036854775807", Long.MAX_VALUE, "9223372036854775807"),
        arguments("decimal(38,0)", digits38, new BigDecimal(digits38), digits38),
        arguments("numeric(38,0)", "-" + digits38, new BigDecimal("-" + digits38), "-" + digits38),
        arguments(
            "decimal(38,38)", "0." + digits38, new BigDecimal("0." + digits38), "0." + digits38),
        arguments("decimal(18,4)", "-123.4567", new BigDecimal("-123.4567"), "-123.4567"),
        arguments("decimal(9,2)", "0.5", new BigDecimal("0.5"), "0.50"),
        arguments("decimal(5)", "12345", new BigDecimal("12345"), "12345"),
        arguments(
            "money",
            "-922337203685477.5808",
            new BigDecimal("-922337203685477.5808"),
            "-922337203685477.5808"),
        arguments(
            "money",
            "922337203685477.5807",
            new BigDecimal("922337203685477.5807"),
            "922337203685477.5807"),
        arguments("smallmoney", "-214748.3648", new BigDecimal("-214748.3648"), "-214748.3648"),
        arguments("smallmoney", "214748.3647", new BigDecimal("214748.3647"), "214748.3647"),
        arguments("real", "-3.4028235E38", -Float.MAX_VALUE, "-3.4028235E38"),
        arguments("real", "1.17549435E-38", Float.MIN_NORMAL, "1.17549435E-38"),
        arguments("float", "1.7976931348623157E308", Double.MAX_VALUE, "1.7976931348623157E308"),
        arguments(
            "float", "-2.2250738585072014E-308", -Double.MIN_NORMAL, "-2.2250738585072014E-308"),
        arguments("char(5)", "'ab'", "ab", "ab   "),
        arguments("varchar(10)", "'Grüße €'", "Grüße €", "Grüße €"),
        arguments("varchar(10)", "''", "", ""),
        arguments("varchar(10)", "'end  '", "end  ", "end  "),
        arguments("varchar(max)", "'x''y'", "x'y", "x'y"),
        arguments("nchar(5)", "N'漢字'", "漢字", "漢字   "),
        arguments("nvarchar(10)", "N'𠮷野家で😀'", "𠮷野家で😀", "𠮷野家で😀"),
        arguments("nvarchar(10)", "N''", "", ""),
        arguments("nvarchar(4000)", "REPLICATE(N'ﾎｯ', 2000)", "ﾎｯ".repeat(2000), "ﾎｯ".repeat(2000)),
        arguments("nvarchar(max)", "N'長い'", "長い", "長い"),
        arguments("text", "'old text'", "old text", "old text"),
        arguments("ntext", "N'古い文'", "古い文", "古い文"),
        arguments("binary(6)", "0x010203FF", bytes, "010203FF0000"),
        arguments("varbinary(6)", "0x010203FF", bytes, "010203FF"),
        arguments("varbinary(6)", "0x", new byte[0], ""),
        arguments("varbinary(max)", "0x010203FF", bytes, "010203FF"),
        arguments("image", "0x010203FF", bytes, "010203FF"),
        arguments("date", "'0001-01-01'", LocalDate.of(1, 1, 1), "0001-01-01"),
        arguments("date", "'99991231'", LocalDate.of(9999, 12, 31), "9999-12-31"),
        arguments("time(7)", "'00:00:00'", LocalTime.MIDNIGHT, "00:00:00.0000000"),
        arguments(
            "time(7)",
            "'23:59:59.9999999'",
            LocalTime.of(23, 59, 59, 999_999_900),
            "23:59:59.9999999"),
        arguments("time(3)", "'01:02:03.1235'", LocalTime.of(1, 2, 3, 123_500_000), "01:02:03.124"),
        arguments("time(0)", "'01:02:03'", LocalTime.of(1, 2, 3), "01:02:03"),
        arguments(
            "datetime",
            "'17530101 00:00:00.002'",
            LocalDateTime.of(1753, 1, 1, 0, 0, 0, 2_000_000),
            "1753-01-01 00:00:00.003"),
        arguments(
            "datetime",
            "'9999-12-31T23:59:59.997'",
            LocalDateTime.of(9999, 12, 31, 23, 59, 59, 997_000_000),
            "9999-12-31 23:59:59.997"),
        arguments(
            "datetime",
            "'2024-02-29T23:59:59.999'",
            LocalDateTime.of(2024, 2, 29, 23, 59, 59, 999_000_000),
            "2024-03-01 00:00:00.0"),
        arguments(
            "datetime",
            "'2024-02-29T12:34:56.005'",
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 5_000_000),
            "2024-02-29 12:34:56.007"),
        arguments(
            "smalldatetime",
            "'1900-01-01T00:00:29'",
            LocalDateTime.of(1900, 1, 1, 0, 0, 29),
            "1900-01-01 00:00:00.0"),
        arguments(
            "smalldatetime",
            "'2079-06-06T23:58:30'",
            LocalDateTime.of(2079, 6, 6, 23, 58, 30),
            "2079-06-06 23:59:00.0"),
        arguments(
            "datetime2(7)",
            "'0001-01-01T00:00:00.0000001'",
            LocalDateTime.of(1, 1, 1, 0, 0, 0, 100),
            "0001-01-01 00:00:00.0000001"),
        arguments(
            "datetime2(7)",
            "'9999-12-31T23:59:59.9999999'",
            LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_900),
            "9999-12-31 23:59:59.9999999"),
        arguments(
            "datetime2(0)",
            "'2024-02-29 12:34:56.5'",
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 500_000_000),
            "2024-02-29 12:34:57"),
        arguments(
            "datetimeoffset(7)",
            "'2024-02-29 23:59:59.1234567 +14:00'",
            OffsetDateTime.parse("2024-02-29T23:59:59.1234567+14:00"),
            "2024-02-29 23:59:59.1234567 +14:00"),
        arguments(
            "datetimeoffset(0)",
            "'2024-02-29 00:00:01 -05:30'",
            OffsetDateTime.parse("2024-02-29T00:00:01-05:30"),
            "2024-02-29 00:00:01 -05:30"),
        arguments(
            "uniqueidentifier",
            "'6f9619ff-8b86-d011-b42d-00c04fc964ff'",
            uuid,
            "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
        arguments("xml", "N'<a b=\"1\">漢</a>'", "<a b=\"1\">漢</a>", "<a b=\"1\">漢</a>"));
  }

  private String read(String column) throws SQLException {
    return (String) client.rows("SELECT " + column + " FROM dbo.t").get(0).get(0);
  }

  private String stored() throws SQLException {
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT v FROM dbo.t")) {
      assertThat(result.next()).isTrue();
      String text = result.getString(1);
      assertThat(result.wasNull()).isFalse();
      assertThat(result.next()).isFalse();
      return text;
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void aLiteralComesBack(String type, String literal, Object parameter, String text)
      throws SQLException {
    client.run("CREATE TABLE dbo.t (v " + type + ")", "INSERT dbo.t VALUES (" + literal + ")");
    assertThat(stored()).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("values")
  void aParameterComesBack(String type, String literal, Object parameter, String text)
      throws SQLException {
    client.run("CREATE TABLE dbo.t (v " + type + ")");
    assertThat(client.update("INSERT dbo.t VALUES (?)", parameter)).isEqualTo(1);
    assertThat(stored()).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("values")
  void aCastOfAParameterComesBack(String type, String literal, Object parameter, String text)
      throws SQLException {
    try (PreparedStatement select =
        client.connection().prepareStatement("SELECT CAST(? AS " + type + ") AS v")) {
      select.setObject(1, parameter);
      try (ResultSet result = select.executeQuery()) {
        assertThat(result.next()).isTrue();
        assertThat(result.getString("v")).isEqualTo(text);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void nullComesBackAsNull(String type, String literal, Object parameter, String text)
      throws SQLException {
    client.run("CREATE TABLE dbo.t (v " + type + " NULL)", "INSERT dbo.t VALUES (NULL)");
    boolean binary = parameter instanceof byte[];
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT dbo.t VALUES (?)")) {
      insert.setNull(1, binary ? Types.VARBINARY : Types.NVARCHAR);
      insert.executeUpdate();
    }
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT v FROM dbo.t WHERE v IS NULL")) {
      for (int row = 0; row < 2; row++) {
        assertThat(result.next()).isTrue();
        assertThat(result.getObject(1)).isNull();
        assertThat(result.wasNull()).isTrue();
      }
    }
  }

  /** Type; then name, precision, scale as the driver describes them. */
  static Stream<Arguments> descriptions() {
    return Stream.of(
        arguments("bit", "bit", 1, 0, Types.BIT),
        arguments("tinyint", "tinyint", 3, 0, Types.TINYINT),
        arguments("smallint", "smallint", 5, 0, Types.SMALLINT),
        arguments("int", "int", 10, 0, Types.INTEGER),
        arguments("bigint", "bigint", 19, 0, Types.BIGINT),
        arguments("decimal(18,4)", "decimal", 18, 4, Types.DECIMAL),
        arguments("money", "money", 19, 4, Types.DECIMAL),
        arguments("smallmoney", "smallmoney", 10, 4, Types.DECIMAL),
        arguments("real", "real", 7, 0, Types.REAL),
        arguments("float", "float", 15, 0, Types.DOUBLE),
        arguments("char(5)", "char", 5, 0, Types.CHAR),
        arguments("varchar(50)", "varchar", 50, 0, Types.VARCHAR),
        arguments("varchar(max)", "varchar", Integer.MAX_VALUE, 0, Types.VARCHAR),
        arguments("nchar(5)", "nchar", 5, 0, Types.NCHAR),
        arguments("nvarchar(50)", "nvarchar", 50, 0, Types.NVARCHAR),
        arguments("nvarchar(max)", "nvarchar", Integer.MAX_VALUE / 2, 0, Types.NVARCHAR),
        arguments("text", "text", Integer.MAX_VALUE, 0, Types.LONGVARCHAR),
        arguments("ntext", "ntext", Integer.MAX_VALUE / 2, 0, Types.LONGNVARCHAR),
        arguments("image", "image", Integer.MAX_VALUE, 0, Types.LONGVARBINARY),
        arguments("binary(6)", "binary", 6, 0, Types.BINARY),
        arguments("varbinary(6)", "varbinary", 6, 0, Types.VARBINARY),
        arguments("varbinary(max)", "varbinary", Integer.MAX_VALUE, 0, Types.VARBINARY),
        arguments("date", "date", 10, 0, Types.DATE),
        arguments("time(7)", "time", 16, 7, Types.TIME),
        arguments("time(0)", "time", 8, 0, Types.TIME),
        arguments("datetime", "datetime", 23, 3, Types.TIMESTAMP),
        arguments("smalldatetime", "smalldatetime", 16, 0, Types.TIMESTAMP),
        arguments("datetime2(7)", "datetime2", 27, 7, Types.TIMESTAMP),
        arguments("datetime2(3)", "datetime2", 23, 3, Types.TIMESTAMP),
        arguments("datetimeoffset(7)", "datetimeoffset", 34, 7, -155),
        arguments("uniqueidentifier", "uniqueidentifier", 36, 0, Types.CHAR),
        arguments("rowversion", "timestamp", 8, 0, Types.BINARY));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void aColumnIsDescribed(String type, String name, int precision, int scale, int jdbcType)
      throws SQLException {
    boolean always = type.equals("rowversion");
    client.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, v %s %s)"
            .formatted(type, always ? "" : "NULL"));
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT v, id FROM dbo.t")) {
      var described = result.getMetaData();
      assertThat(described.getColumnTypeName(1)).isEqualTo(name);
      assertThat(described.getPrecision(1)).isEqualTo(precision);
      assertThat(described.getScale(1)).isEqualTo(scale);
      assertThat(described.getColumnType(1)).isEqualTo(jdbcType);
      assertThat(described.isNullable(2)).isEqualTo(java.sql.ResultSetMetaData.columnNoNulls);
      if (!always) {
        assertThat(described.isNullable(1)).isEqualTo(java.sql.ResultSetMetaData.columnNullable);
      }
    }
  }

  @Test
  void namesNullabilityAndIdentityAreDescribed() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (id int IDENTITY PRIMARY KEY, [a b] nvarchar(5) NULL, twice AS id * 2)");
    try (Statement statement = client.connection().createStatement();
        ResultSet result =
            statement.executeQuery("SELECT id, [a b], twice, id AS other, 1 FROM dbo.t")) {
      var described = result.getMetaData();
      assertThat(described.getColumnCount()).isEqualTo(5);
      assertThat(described.getColumnName(2)).isEqualTo("a b");
      assertThat(described.getColumnLabel(4)).isEqualTo("other");
      assertThat(described.getColumnLabel(5)).isEmpty();
      assertThat(described.isAutoIncrement(1)).isTrue();
      assertThat(described.isAutoIncrement(2)).isFalse();
    }
  }

  @Test
  void clrTypesTravelAsTheirBytes() throws SQLException {
    byte[] node = HexFormat.of().parseHex("5ac0");
    byte[] place = HexFormat.of().parseHex("e6100000010c" + "11".repeat(16));
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, node hierarchyid, place geography)");
    client.update("INSERT dbo.t VALUES (1, ?, ?)", node, place);
    client.run("INSERT dbo.t VALUES (2, CAST(0x AS hierarchyid), NULL)");
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT node, place FROM dbo.t ORDER BY id")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getBytes(1)).isEqualTo(node);
      assertThat(result.getBytes(2)).isEqualTo(place);
      assertThat(result.getMetaData().getColumnTypeName(1)).endsWith("hierarchyid");
      assertThat(result.getMetaData().getColumnTypeName(2)).endsWith("geography");
      assertThat(result.next()).isTrue();
      assertThat(result.getBytes(1)).isEmpty();
      assertThat(result.getBytes(2)).isNull();
    }
  }

  @Test
  void typedGettersAgree() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (i int, l bigint, n decimal(9,2), f float, d date, t time(7),"
            + " dt datetime2(7), o datetimeoffset(7), g uniqueidentifier, b bit, r real)",
        "INSERT dbo.t VALUES (1, 2, 3.25, 4.5, '2024-02-29', '01:02:03.1234567',"
            + " '2024-02-29T01:02:03.1234567', '2024-02-29T01:02:03.1234567+09:00',"
            + " '6f9619ff-8b86-d011-b42d-00c04fc964ff', 1, 0.5)");
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM dbo.t")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getInt("i")).isEqualTo(1);
      assertThat(result.getLong("l")).isEqualTo(2);
      assertThat(result.getBigDecimal("n")).isEqualTo(new BigDecimal("3.25"));
      assertThat(result.getDouble("f")).isEqualTo(4.5);
      assertThat(result.getObject("d", LocalDate.class)).isEqualTo(LocalDate.of(2024, 2, 29));
      assertThat(result.getObject("t", LocalTime.class)).isEqualTo("01:02:03.123456700");
      assertThat(result.getObject("dt", LocalDateTime.class))
          .isEqualTo(LocalDateTime.parse("2024-02-29T01:02:03.1234567"));
      assertThat(result.getObject("o", OffsetDateTime.class))
          .isEqualTo(OffsetDateTime.parse("2024-02-29T01:02:03.1234567+09:00"));
      assertThat(result.getString("g")).isEqualTo("6F9619FF-8B86-D011-B42D-00C04FC964FF");
      assertThat(result.getBoolean("b")).isTrue();
      assertThat(result.getFloat("r")).isEqualTo(0.5f);
    }
  }

  @Test
  void aRowversionRisesWithEveryUpdate() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, a int, v rowversion)");
    client.run("INSERT dbo.t (id) VALUES (1), (2)");
    long first = number("SELECT v FROM dbo.t WHERE id = 1");
    long second = number("SELECT v FROM dbo.t WHERE id = 2");
    client.run("UPDATE dbo.t SET a = 1 WHERE id = 1");
    long third = number("SELECT v FROM dbo.t WHERE id = 1");
    assertThat(second).isNotEqualTo(first);
    assertThat(third).isGreaterThan(Math.max(first, second));
    assertThat(number("SELECT @@DBTS")).isEqualTo(third);
    assertThat(client.errorNumber("INSERT dbo.t (id, v) VALUES (3, 0x01)")).isEqualTo(273);
  }

  private long number(String query) throws SQLException {
    return new java.math.BigInteger(1, (byte[]) client.value(query)).longValueExact();
  }

  @Test
  void aliasTypesBehaveAsTheirBase() throws SQLException {
    client.run(
        "CREATE TYPE dbo.Name FROM nvarchar(5) NOT NULL",
        "CREATE TYPE dbo.Flag FROM bit NOT NULL",
        "CREATE TABLE dbo.t (id int PRIMARY KEY, n dbo.Name, f [dbo].[Flag] NULL)",
        "INSERT dbo.t VALUES (1, N'あいうえお', 1)");
    assertThat(read("n")).isEqualTo("あいうえお");
    assertThat(client.errorNumber("INSERT dbo.t VALUES (2, NULL, 1)")).isEqualTo(515);
    assertThat(client.errorNumber("INSERT dbo.t VALUES (2, N'123456', 1)")).isIn(2628, 8152);
    assertThat(
            client.rows(
                "SELECT t.name, t.max_length FROM sys.columns AS c JOIN sys.types AS t"
                    + " ON t.user_type_id = c.user_type_id"
                    + " WHERE c.object_id = OBJECT_ID(N'dbo.t') AND c.name = N'n'"))
        .containsExactly(Client.row("Name", (short) 10));
  }

  @Test
  void valuesOutOfRangeAreErrors() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (a tinyint, b smallint, c int, d decimal(4,2), e smallmoney, f date)");
    assertThat(client.errorNumber("INSERT dbo.t (a) VALUES (256)")).isIn(220, 8115);
    assertThat(client.errorNumber("INSERT dbo.t (a) VALUES (-1)")).isIn(220, 8115);
    assertThat(client.errorNumber("INSERT dbo.t (b) VALUES (32768)")).isIn(220, 8115);
    assertThat(client.errorNumber("INSERT dbo.t (c) VALUES (2147483648)")).isEqualTo(8115);
    assertThat(client.errorNumber("INSERT dbo.t (d) VALUES (100)")).isEqualTo(8115);
    assertThat(client.errorNumber("INSERT dbo.t (f) VALUES ('2023-02-29')")).isEqualTo(241);
    assertThat(client.errorNumber("INSERT dbo.t (c) VALUES ('x')")).isEqualTo(245);
    assertThat(client.errorNumber("SELECT 1 / 0")).isEqualTo(8134);
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isZero();
  }

  @Test
  void theDefaultCollationIgnoresCaseAndTrailingSpaces() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (k nvarchar(10) PRIMARY KEY,"
            + " s nvarchar(10) COLLATE Japanese_CS_AS_KS_WS NULL, c char(4))",
        "INSERT dbo.t VALUES (N'Abc', N'Abc', 'x')");
    assertThat(client.value("SELECT k FROM dbo.t WHERE k = N'aBC  '")).isEqualTo("Abc");
    assertThat(client.rows("SELECT k FROM dbo.t WHERE s = N'abc'")).isEmpty();
    assertThat(client.value("SELECT k FROM dbo.t WHERE s = N'Abc '")).isEqualTo("Abc");
    assertThat(client.value("SELECT k FROM dbo.t WHERE k LIKE N'aB%'")).isEqualTo("Abc");
    assertThat(client.value("SELECT k FROM dbo.t WHERE c = 'X'")).isEqualTo("Abc");
    assertThat(client.rows("SELECT k FROM dbo.t WHERE k = ?", "ABC")).hasSize(1);
    assertThat(client.errorNumber("INSERT dbo.t (k) VALUES (N'ABC ')")).isEqualTo(2627);
    assertThat(client.value("SELECT CASE WHEN N'a' = N'A ' THEN 1 ELSE 0 END")).isEqualTo(1);
    assertThat(
            client.value(
                "SELECT CASE WHEN N'a' = N'A' COLLATE Latin1_General_CS_AS THEN 1 ELSE 0 END"))
        .isEqualTo(0);
  }

  @Test
  void anEmptyStringIsNotNull() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int, a nvarchar(5), b varchar(max))");
    client.update("INSERT dbo.t VALUES (1, ?, ?)", "", "");
    client.run("INSERT dbo.t VALUES (2, NULL, NULL)");
    assertThat(client.column("SELECT id FROM dbo.t WHERE a = N'' AND b = ''")).containsExactly(1);
    assertThat(client.column("SELECT id FROM dbo.t WHERE a IS NULL AND b IS NULL"))
        .containsExactly(2);
    assertThat(client.number("SELECT DATALENGTH(a) FROM dbo.t WHERE id = 1")).isZero();
  }
}
