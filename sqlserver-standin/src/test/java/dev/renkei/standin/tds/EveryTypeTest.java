package dev.renkei.standin.tds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type, with its extremes and null, to and from real drivers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryTypeTest {
  @SuppressWarnings("NullAway.Init")
  private Fixture fixture;

  @SuppressWarnings("NullAway.Init")
  private Connection mssql;

  @SuppressWarnings("NullAway.Init")
  private Connection jtds;

  @BeforeAll
  void connect() throws Exception {
    fixture = new Fixture();
    mssql = fixture.mssql("sendTimeAsDatetime=false");
    jtds = fixture.jtds("");
  }

  @AfterAll
  void close() throws Exception {
    mssql.close();
    jtds.close();
    fixture.close();
  }

  static List<Samples> samples() {
    return Samples.all();
  }

  private void answer(Samples samples) {
    List<FakeRow> rows = new ArrayList<>();
    for (Object value : samples.values()) {
      rows.add(new FakeRow(value, 42));
    }
    fixture.fake.on(
        "SELECT v",
        FakeSqlServer.rows(
            List.of(
                new ResultColumn("v", samples.type(), true),
                new ResultColumn("after", SqlType.INT, false)),
            rows));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void mssqlJdbcReadsIt(Samples samples) throws SQLException {
    answer(samples);
    try (Statement statement = mssql.createStatement();
        ResultSet rows = statement.executeQuery("SELECT v")) {
      assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo(typeName(samples.type()));
      for (Object value : samples.values()) {
        assertThat(rows.next()).isTrue();
        check(samples.type().kind(), value, read(rows, samples.type().kind()));
        assertThat(rows.getInt(2)).isEqualTo(42);
      }
      assertThat(rows.next()).isFalse();
    }
  }

  private static String typeName(SqlType type) {
    return switch (type.kind()) {
      case ROWVERSION -> "timestamp";
      default -> type.kind().name().toLowerCase(Locale.ROOT);
    };
  }

  private static @Nullable Object read(ResultSet rows, Kind kind) throws SQLException {
    return switch (kind) {
      case TINYINT, SMALLINT, INT -> {
        int value = rows.getInt(1);
        yield rows.wasNull() ? null : value;
      }
      case DATE -> rows.getObject(1, LocalDate.class);
      case TIME -> rows.getObject(1, LocalTime.class);
      case DATETIME, SMALLDATETIME, DATETIME2 -> rows.getObject(1, LocalDateTime.class);
      case DATETIMEOFFSET -> rows.getObject(1, OffsetDateTime.class);
      case UNIQUEIDENTIFIER -> {
        String text = rows.getString(1);
        yield text == null ? null : UUID.fromString(text);
      }
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML -> rows.getString(1);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          rows.getBytes(1);
      default -> rows.getObject(1);
    };
  }

  private static void check(Kind kind, @Nullable Object expected, @Nullable Object actual) {
    if (expected instanceof BigDecimal number) {
      assertThat((BigDecimal) actual).isEqualByComparingTo(number);
    } else {
      assertThat(actual).as("%s", kind).isEqualTo(expected);
    }
  }

  /** jTDS speaks 7.1: it sees new dates as text, (max) as text and image. */
  @ParameterizedTest
  @MethodSource("samples")
  void jtdsReadsIt(Samples samples) throws SQLException {
    answer(samples);
    try (Statement statement = jtds.createStatement();
        ResultSet rows = statement.executeQuery("SELECT v")) {
      for (Object value : samples.values()) {
        assertThat(rows.next()).isTrue();
        checkJtds(samples.type(), value, rows);
        assertThat(rows.getInt(2)).isEqualTo(42);
      }
      assertThat(rows.next()).isFalse();
    }
  }

  private static void checkJtds(SqlType type, @Nullable Object value, ResultSet rows)
      throws SQLException {
    if (value == null) {
      assertThat(rows.getObject(1)).isNull();
      return;
    }
    switch (type.kind()) {
      case DATE, TIME, DATETIME2, DATETIMEOFFSET ->
          assertThat(rows.getString(1)).isEqualTo(text(type, value));
      case DATETIME, SMALLDATETIME ->
          assertThat(rows.getTimestamp(1).toLocalDateTime()).isEqualTo(value);
      case UNIQUEIDENTIFIER ->
          assertThat(rows.getString(1)).isEqualToIgnoringCase(value.toString());
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML ->
          assertThat(rows.getString(1)).isEqualTo(value);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          assertThat(rows.getBytes(1)).isEqualTo(value);
      case TINYINT, SMALLINT, INT -> assertThat(rows.getInt(1)).isEqualTo(value);
      case DECIMAL, MONEY, SMALLMONEY ->
          assertThat(rows.getBigDecimal(1)).isEqualByComparingTo((BigDecimal) value);
      default -> assertThat(rows.getObject(1)).isEqualTo(value);
    }
  }

  private static String text(SqlType type, Object value) {
    return switch (type.kind()) {
      case DATE -> TemporalText.date((LocalDate) value);
      case TIME -> TemporalText.time((LocalTime) value, type.scale());
      case DATETIME2 -> TemporalText.dateTime((LocalDateTime) value, type.scale());
      default -> TemporalText.dateTimeOffset((OffsetDateTime) value, type.scale());
    };
  }

  @Test
  void writesDatesAsSqlServerDoes() {
    assertThat(text(SqlType.DATE, LocalDate.of(1, 2, 3))).isEqualTo("0001-02-03");
    assertThat(text(SqlType.fractional(Kind.TIME, 0), LocalTime.of(1, 2, 3, 5)))
        .isEqualTo("01:02:03");
    assertThat(
            text(
                SqlType.fractional(Kind.DATETIME2, 3),
                LocalDateTime.of(2024, 2, 29, 1, 2, 3, 45_600_000)))
        .isEqualTo("2024-02-29 01:02:03.045");
    assertThat(
            text(
                SqlType.fractional(Kind.DATETIMEOFFSET, 7),
                OffsetDateTime.parse("2024-02-29T23:59:59.9999999-00:30")))
        .isEqualTo("2024-02-29 23:59:59.9999999 -00:30");
  }

  /** Parameters of every type, as mssql-jdbc sends them. */
  @Test
  void takesParametersFromMssqlJdbc() throws SQLException {
    UUID guid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    LocalDateTime instant = LocalDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_700);
    OffsetDateTime offset = OffsetDateTime.parse("2024-02-29T12:00:00.1234567+09:00");
    String long16 = "日本".repeat(3000);
    byte[] longBytes = new byte[9000];
    List<Parameter> seen =
        send(
            mssql,
            statement -> {
              int i = 1;
              statement.setBoolean(i++, true);
              statement.setShort(i++, (short) -5);
              statement.setInt(i++, Integer.MIN_VALUE);
              statement.setLong(i++, Long.MAX_VALUE);
              statement.setBigDecimal(i++, new BigDecimal("-12345678901234567890.1234567890"));
              statement.setFloat(i++, 1.5f);
              statement.setDouble(i++, -2.5);
              statement.setString(i++, "日本 €");
              statement.setString(i++, long16);
              statement.setBytes(i++, new byte[] {0, -1});
              statement.setBytes(i++, longBytes);
              statement.setObject(i++, instant.toLocalDate());
              statement.setObject(i++, LocalTime.of(1, 2, 3));
              statement.setObject(i++, instant);
              statement.setObject(i++, offset);
              statement.setObject(i++, guid);
              statement.setNull(i++, java.sql.Types.INTEGER);
              statement.setNull(i++, java.sql.Types.NVARCHAR);
              java.sql.SQLXML xml = mssql.createSQLXML();
              xml.setString("<a>日</a>");
              statement.setSQLXML(i++, xml);
            },
            19);
    assertThat(seen.stream().map(Parameter::value))
        .usingElementComparator(EveryTypeTest::compare)
        .containsExactly(
            true,
            -5,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            new BigDecimal("-12345678901234567890.1234567890"),
            1.5f,
            -2.5,
            "日本 €",
            long16,
            new byte[] {0, -1},
            longBytes,
            instant.toLocalDate(),
            LocalTime.of(1, 2, 3),
            instant,
            offset,
            guid,
            null,
            null,
            "<a>日</a>");
    assertThat(seen.get(8).type()).isEqualTo(SqlType.nvarchar(SqlType.MAX));
    assertThat(seen.get(18).type()).isEqualTo(SqlType.XML);
  }

  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (a instanceof UUID || b instanceof UUID) {
      return String.valueOf(a).equalsIgnoreCase(String.valueOf(b)) ? 0 : 1;
    }
    return Objects.deepEquals(a, b) ? 0 : 1;
  }

  /** One-byte text, and what jTDS sends at 7.1: long text as ntext and image. */
  @Test
  void takesParametersFromJtds() throws SQLException {
    String long16 = "日本".repeat(3000);
    byte[] longBytes = new byte[9000];
    List<Parameter> seen =
        send(
            jtds,
            statement -> {
              int i = 1;
              statement.setBoolean(i++, true);
              statement.setInt(i++, -7);
              statement.setLong(i++, Long.MIN_VALUE);
              statement.setBigDecimal(i++, new BigDecimal("-123.45"));
              statement.setDouble(i++, 0.1);
              statement.setString(i++, "日本 €");
              statement.setString(i++, long16);
              statement.setBytes(i++, new byte[] {0, -1});
              statement.setBytes(i++, longBytes);
              statement.setTimestamp(i++, java.sql.Timestamp.valueOf("2024-02-29 12:34:56.007"));
              statement.setNull(i++, java.sql.Types.VARCHAR);
            },
            11);
    assertThat(seen.stream().map(Parameter::value))
        .usingElementComparator(EveryTypeTest::compare)
        .containsExactly(
            true,
            -7,
            Long.MIN_VALUE,
            new BigDecimal("-123.45"),
            0.1,
            "日本 €",
            long16,
            new byte[] {0, -1},
            longBytes,
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 7_000_000),
            null);
  }

  @Test
  void takesOneByteTextInTheServersCodePage() throws SQLException {
    try (Connection narrow = fixture.mssql("sendStringParametersAsUnicode=false")) {
      List<Parameter> seen = send(narrow, s -> s.setString(1, "é€ÿ"), 1);
      assertThat(seen.get(0).value()).isEqualTo("é€ÿ");
      assertThat(seen.get(0).type().kind()).isEqualTo(Kind.VARCHAR);
    }
  }

  private interface Setter {
    void set(PreparedStatement statement) throws SQLException;
  }

  private List<Parameter> send(Connection connection, Setter setter, int count)
      throws SQLException {
    List<Parameter> seen = new ArrayList<>();
    fixture.fake.on(
        "INSERT",
        (session, parameters, response) -> {
          seen.addAll(parameters);
          response.done(Command.INSERT, 1L);
        });
    String marks = String.join(",", java.util.Collections.nCopies(count, "?"));
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO t VALUES(" + marks + ")")) {
      setter.set(statement);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
    return seen;
  }

  @Test
  void writesCharactersOutsideTheCodePageAsQuestionMarks() throws SQLException {
    fixture.fake.on(
        "SELECT narrow",
        FakeSqlServer.result(
            FakeSqlServer.column("v", SqlType.sized(Kind.VARCHAR, 10)), "a日€\uD83D\uDE00"));
    try (Statement statement = mssql.createStatement();
        ResultSet rows = statement.executeQuery("SELECT narrow")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("a?€??");
    }
  }

  /** Rows with many nulls take the short form, rows without take the plain one. */
  @Test
  void mixesCompressedAndPlainRows() throws SQLException {
    List<ResultColumn> columns = new ArrayList<>();
    List<Samples> all = Samples.all();
    for (Samples samples : all) {
      columns.add(new ResultColumn("", samples.type(), true));
    }
    List<FakeRow> rows = new ArrayList<>();
    for (int r = 0; r < 200; r++) {
      @Nullable Object[] values = new @Nullable Object[all.size()];
      for (int c = 0; c < values.length; c++) {
        boolean isNull = r % 3 == 0 || r % 3 == 1 && (r + c) % 5 == 0;
        values[c] = isNull ? null : all.get(c).values().get(0);
      }
      rows.add(new FakeRow(values));
    }
    fixture.fake.on("SELECT mixed", FakeSqlServer.rows(columns, rows));
    try (Statement statement = mssql.createStatement();
        ResultSet result = statement.executeQuery("SELECT mixed")) {
      for (FakeRow row : rows) {
        assertThat(result.next()).isTrue();
        for (int c = 0; c < columns.size(); c++) {
          Object value = result.getObject(c + 1);
          assertThat(value == null).isEqualTo(row.isNull(c));
          if (value instanceof byte[] bytes) {
            assertThat(Arrays.equals(bytes, row.getBytes(c))).isTrue();
          }
        }
      }
      assertThat(result.next()).isFalse();
    }
  }

  /** A value that does not fit its column is an error, and the connection goes on. */
  @Test
  void aValueThatDoesNotFitIsAnErrorOfTheStatement() throws SQLException {
    fixture.fake.on(
        "SELECT misfit",
        FakeSqlServer.rows(
            List.of(
                new ResultColumn("a", SqlType.INT, false),
                new ResultColumn("b", SqlType.decimal(4, 2), false)),
            List.of(
                new FakeRow(1, new BigDecimal("1.00")),
                new FakeRow(2, new BigDecimal("12345678901.00")))));
    try (Statement statement = mssql.createStatement()) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> {
                    try (ResultSet rows = statement.executeQuery("SELECT misfit")) {
                      while (rows.next()) {
                        rows.getInt(1);
                      }
                    }
                  }))
          .hasMessageContaining("decimal(4,2)");
      fixture.fake.on("SELECT 1", FakeSqlServer.result(FakeSqlServer.column("a", SqlType.INT), 1));
      try (ResultSet rows = statement.executeQuery("SELECT 1")) {
        assertThat(rows.next()).isTrue();
      }
    }
  }
}
