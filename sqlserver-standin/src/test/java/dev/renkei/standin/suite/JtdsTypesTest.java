package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type through jTDS: TDS 7.1 knows no date, time, datetime2 and datetimeoffset, and SQL
 * Server sends them as nvarchar there; xml comes as ntext.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/native-client/features/using-date-and-time-types">old
 *     clients</a>
 */
class JtdsTypesTest extends JtdsSuite {

  /** Type, literal, parameter, and what {@code getString} gives. */
  static Stream<Arguments> values() {
    String digits38 = "9".repeat(38);
    return Stream.of(
        arguments("bit", "1", true, "1"),
        arguments("tinyint", "255", 255, "255"),
        arguments("smallint", "-32768", -32768, "-32768"),
        arguments("int", "-2147483648", Integer.MIN_VALUE, "-2147483648"),
        arguments("bigint", "9223372036854775807", Long.MAX_VALUE, "9223372036854775807"),
        arguments("decimal(38,0)", digits38, new BigDecimal(digits38), digits38),
        arguments("decimal(18,4)", "-123.4567", new BigDecimal("-123.4567"), "-123.4567"),
        arguments(
            "money",
            "922337203685477.5807",
            new BigDecimal("922337203685477.5807"),
            "922337203685477.5807"),
        arguments("smallmoney", "-214748.3648", new BigDecimal("-214748.3648"), "-214748.3648"),
        arguments("real", "0.25", 0.25f, "0.25"),
        arguments("float", "1.7976931348623157E308", Double.MAX_VALUE, "1.7976931348623157E308"),
        arguments("char(5)", "'ab'", "ab", "ab   "),
        arguments("varchar(10)", "'Grüße €'", "Grüße €", "Grüße €"),
        arguments("varchar(10)", "''", "", ""),
        arguments("varchar(max)", "'x'", "x", "x"),
        arguments("nchar(5)", "N'漢字'", "漢字", "漢字   "),
        arguments("nvarchar(10)", "N'𠮷野家で😀'", "𠮷野家で😀", "𠮷野家で😀"),
        arguments("nvarchar(max)", "N'長い'", "長い", "長い"),
        arguments("text", "'old text'", "old text", "old text"),
        arguments("ntext", "N'古い文'", "古い文", "古い文"),
        arguments("binary(4)", "0x0102", new byte[] {1, 2}, "01020000"),
        arguments("varbinary(6)", "0x010203", new byte[] {1, 2, 3}, "010203"),
        arguments("varbinary(max)", "0x010203", new byte[] {1, 2, 3}, "010203"),
        arguments("image", "0x010203", new byte[] {1, 2, 3}, "010203"),
        arguments("date", "'2024-02-29'", "2024-02-29", "2024-02-29"),
        arguments("time(7)", "'23:59:59.9999999'", "23:59:59.9999999", "23:59:59.9999999"),
        arguments(
            "datetime2(7)",
            "'0001-01-01 00:00:00.0000001'",
            "0001-01-01 00:00:00.0000001",
            "0001-01-01 00:00:00.0000001"),
        arguments(
            "datetimeoffset(7)",
            "'2024-02-29 23:59:59.1234567 +14:00'",
            "2024-02-29 23:59:59.1234567 +14:00",
            "2024-02-29 23:59:59.1234567 +14:00"),
        arguments(
            "datetime",
            "'2024-02-29T12:34:56.005'",
            Timestamp.valueOf("2024-02-29 12:34:56.007"),
            "2024-02-29 12:34:56.007"),
        arguments(
            "datetime",
            "'99991231 23:59:59.997'",
            Timestamp.valueOf("9999-12-31 23:59:59.997"),
            "9999-12-31 23:59:59.997"),
        arguments(
            "smalldatetime",
            "'2079-06-06T23:59:00'",
            Timestamp.valueOf("2079-06-06 23:59:00"),
            "2079-06-06 23:59:00.0"),
        arguments(
            "uniqueidentifier",
            "'6f9619ff-8b86-d011-b42d-00c04fc964ff'",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
        arguments("xml", "N'<a b=\"1\">漢</a>'", "<a b=\"1\">漢</a>", "<a b=\"1\">漢</a>"));
  }

  private String stored() throws SQLException {
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT v FROM dbo.t")) {
      assertThat(result.next()).isTrue();
      String text = result.getString(1);
      assertThat(result.next()).isFalse();
      return text;
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void aLiteralComesBack(String type, String literal, Object parameter, String text)
      throws SQLException {
    client.run("CREATE TABLE dbo.t (v " + type + ")", "INSERT INTO dbo.t VALUES (" + literal + ")");
    assertThat(stored()).isEqualToIgnoringCase(text);
  }

  @ParameterizedTest
  @MethodSource("values")
  void aParameterComesBack(String type, String literal, Object parameter, String text)
      throws SQLException {
    client.run("CREATE TABLE dbo.t (v " + type + ")");
    assertThat(client.update("INSERT INTO dbo.t VALUES (?)", parameter)).isEqualTo(1);
    assertThat(stored()).isEqualToIgnoringCase(text);
  }

  @ParameterizedTest
  @MethodSource("values")
  void nullComesBackAsNull(String type, String literal, Object parameter, String text)
      throws SQLException {
    client.run("CREATE TABLE dbo.t (v " + type + " NULL)", "INSERT INTO dbo.t VALUES (NULL)");
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT INTO dbo.t VALUES (?)")) {
      insert.setNull(1, parameter instanceof byte[] ? Types.VARBINARY : Types.VARCHAR);
      insert.executeUpdate();
    }
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT v FROM dbo.t WHERE v IS NULL")) {
      for (int row = 0; row < 2; row++) {
        assertThat(result.next()).isTrue();
        assertThat(result.getObject(1)).isNull();
      }
    }
  }

  @Test
  void newTypesAreDescribedAsTheOldOnes() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (d date, t time(7), dt datetime2(7), o datetimeoffset(7), x xml,"
            + " m nvarchar(max), b varbinary(max), v varchar(max), g hierarchyid)");
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM dbo.t")) {
      StringBuilder names = new StringBuilder();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        names.append(result.getMetaData().getColumnTypeName(i)).append(' ');
      }
      assertThat(names.toString().trim())
          .isEqualTo("nvarchar nvarchar nvarchar nvarchar ntext ntext image text varbinary");
    }
  }
}
