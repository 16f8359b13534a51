package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.storage.v1.CivilTimeEncoder;
import com.google.protobuf.CodedInputStream;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Hands;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ExactTexts;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every SQL type arrives exactly: in its column, or beside it in {@code _exact}. */
class TypesTest {
  /**
   * A value, how BigQuery renders it, and what stands in {@code _exact}.
   *
   * @param exact null where the column holds it wholly
   */
  private record Case(TypeKind kind, Object value, String rendered, @Nullable String exact) {
    Case(TypeKind kind, Object value, String rendered) {
      this(kind, value, rendered, null);
    }
  }

  private static List<Case> cases() {
    byte[] bytes = {0, -1, 'a'};
    return List.of(
        new Case(TypeKind.BIT, true, "true"),
        new Case(TypeKind.TINYINT, 0, "0"),
        new Case(TypeKind.TINYINT, 255, "255"),
        new Case(TypeKind.SMALLINT, -32768, "-32768"),
        new Case(TypeKind.INT, Integer.MIN_VALUE, "-2147483648"),
        new Case(TypeKind.BIGINT, Long.MIN_VALUE, "-9223372036854775808"),
        new Case(
            TypeKind.DECIMAL,
            new BigDecimal("-9999999999999999999999999999.9999999999"),
            "-9999999999999999999999999999.9999999999"),
        new Case(TypeKind.DECIMAL, new BigDecimal("1.5"), "1.5"),
        new Case(TypeKind.MONEY, new BigDecimal("-922337203685477.5808"), "-922337203685477.5808"),
        new Case(TypeKind.SMALLMONEY, new BigDecimal("214748.3647"), "214748.3647"),
        new Case(TypeKind.REAL, 0.5f, "0.5"),
        new Case(TypeKind.REAL, 0.1f, String.valueOf((double) 0.1f)),
        new Case(TypeKind.FLOAT, Double.MAX_VALUE, "1.7976931348623157E308"),
        new Case(TypeKind.FLOAT, 0.1, "0.1"),
        new Case(TypeKind.CHAR, "ab  ", "ab  "),
        new Case(TypeKind.VARCHAR, "", ""),
        new Case(TypeKind.TEXT, "é\n\t'\"", "é\n\t'\""),
        new Case(TypeKind.NCHAR, "東京😀", "東京😀"),
        new Case(TypeKind.NVARCHAR, "a\0b", "a\0b"),
        new Case(TypeKind.NVARCHAR, "x\uD83D", "x\uFFFD", "x\uD83D"),
        new Case(TypeKind.NTEXT, "㈱".repeat(200), "㈱".repeat(200)),
        new Case(TypeKind.BINARY, bytes, "AP9h"),
        new Case(TypeKind.VARBINARY, new byte[0], ""),
        new Case(TypeKind.IMAGE, bytes, "AP9h"),
        new Case(TypeKind.ROWVERSION, new byte[] {0, 0, 0, 0, 0, 0, 7, -47}, "AAAAAAAAB9E="),
        new Case(TypeKind.DATE, LocalDate.of(1, 1, 1), "0001-01-01"),
        new Case(TypeKind.DATE, LocalDate.of(9999, 12, 31), "9999-12-31"),
        new Case(TypeKind.TIME, LocalTime.parse("23:59:59.999999"), "23:59:59.999999"),
        new Case(
            TypeKind.TIME,
            LocalTime.parse("23:59:59.9999999"),
            "23:59:59.999999",
            "23:59:59.9999999"),
        new Case(
            TypeKind.DATETIME,
            LocalDateTime.parse("1753-01-01T00:00:00.003"),
            "1753-01-01T00:00:00.003000"),
        new Case(
            TypeKind.SMALLDATETIME,
            LocalDateTime.parse("2079-06-06T23:59:00"),
            "2079-06-06T23:59:00"),
        new Case(
            TypeKind.DATETIME2, LocalDateTime.parse("0001-01-01T00:00:00"), "0001-01-01T00:00:00"),
        new Case(
            TypeKind.DATETIME2,
            LocalDateTime.parse("9999-12-31T23:59:59.9999999"),
            "9999-12-31T23:59:59.999999",
            "9999-12-31T23:59:59.9999999"),
        new Case(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("2024-02-29T23:59:59.5Z"),
            "2024-02-29 23:59:59.5+00"),
        new Case(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("2024-02-29T23:59:59.1234567+09:00"),
            "2024-02-29 14:59:59.123456+00",
            "2024-02-29T23:59:59.1234567+09:00"),
        new Case(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("9999-12-31T23:59:59.9999999-14:00"),
            "9999-12-31 23:59:59.999999+00",
            "9999-12-31T23:59:59.9999999-14:00"),
        new Case(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("0001-01-01T00:00:00+14:00"),
            "0001-01-01 00:00:00+00",
            "0001-01-01T00:00:00.0000000+14:00"),
        new Case(
            TypeKind.UNIQUEIDENTIFIER,
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
        new Case(TypeKind.XML, "<a b=\"1\"/>", "<a b=\"1\"/>"),
        new Case(TypeKind.HIERARCHYID, new byte[] {0x58}, "WA=="),
        new Case(TypeKind.GEOGRAPHY, bytes, "AP9h"),
        new Case(TypeKind.GEOMETRY, bytes, "AP9h"),
        new Case(TypeKind.SQL_VARIANT, "1.50", "1.50"));
  }

  @Test
  void everyTypeArrivesExactlyAndIsKeptExactlyByARowWithoutIt() throws Exception {
    List<Case> cases = cases();
    assertThat(cases.stream().map(Case::kind).distinct())
        .containsExactlyInAnyOrder(TypeKind.values());
    List<Column> columns = new ArrayList<>();
    columns.add(Shop.key("Id", TypeKind.INT));
    for (int i = 0; i < cases.size(); i++) {
      columns.add(Shop.plain("c" + i, cases.get(i).kind()));
    }
    TableSchema schema = new TableSchema(new TableName("dbo", "Every"), columns);
    TableSchema keyOnly = new TableSchema(schema.table(), columns.subList(0, 1));
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    values[0] = 1;
    for (int i = 0; i < cases.size(); i++) {
      values[i + 1] = cases.get(i).value();
    }
    @Nullable Object[] nulls = new @Nullable Object[columns.size()];
    nulls[0] = 2;

    try (BigQueryStandIn standIn = BigQueryStandIn.start();
        BigQueryWarehouse warehouse =
            BigQueryWarehouse.open(
                Places.config(standIn, "types"), Places.options(Clock.systemUTC()))) {
      warehouse.prepare(Shop.record(schema));
      warehouse.prepare(Shop.record(keyOnly));
      for (int snapshot = 0; snapshot <= 1; snapshot++) {
        ChangeType type = snapshot == 0 ? ChangeType.INSERT : ChangeType.SNAPSHOT_ROW;
        Sequence sequence = new Sequence(1, 5, snapshot);
        warehouse.apply(
            List.of(
                Shop.change(schema, type, sequence, values.clone()),
                Shop.change(schema, type, sequence, nulls.clone())),
            Shop.STREAM,
            Map.of());
      }
      warehouse.apply(
          List.of(Shop.change(keyOnly, ChangeType.SNAPSHOT_ROW, new Sequence(1, 6, 2), 1)),
          Shop.STREAM,
          Map.of());

      // The snapshots' rows are equal, so the log has each row once.
      assertThat(Shop.rows(warehouse, "SELECT COUNT(*) FROM dbo_Every_changes"))
          .containsExactly("2");
      for (String from :
          List.of("dbo_Every", "dbo_Every_changes", "types.dbo_Every_as_of(CURRENT_TIMESTAMP())")) {
        List<List<@Nullable Object>> rows =
            warehouse.query("SELECT * FROM %s ORDER BY Id".formatted(from), 10).rows();
        List<String> names =
            warehouse.query("SELECT * FROM %s ORDER BY Id".formatted(from), 10).columns();
        String exact = Objects.requireNonNull(rows.get(0).get(names.indexOf("_exact"))).toString();
        for (int i = 0; i < cases.size(); i++) {
          Case one = cases.get(i);
          int at = names.indexOf("c" + i);
          Object value = rows.get(0).get(at);
          assertThat(value instanceof BigDecimal number ? number.toPlainString() : "" + value)
              .as(one.kind() + " " + i + " of " + from)
              .isEqualTo(one.rendered());
          String lost = one.exact();
          if (lost == null) {
            assertThat(exact).doesNotContain("\"c" + i + "\"");
          } else {
            assertThat(exact)
                .contains("\"c%d\":\"%s\"".formatted(i, lost.replace("\uD83D", "\\ud83d")));
          }
          assertThat(rows.get(1).get(at)).isNull();
        }
      }
    }
  }

  @Test
  void aRowOfALoadJobIsThatOfAStreamInEveryType(@TempDir Path folder) throws Exception {
    List<Case> cases = cases();
    List<Column> columns = new ArrayList<>();
    columns.add(Shop.key("Id", TypeKind.INT));
    for (int i = 0; i < cases.size(); i++) {
      columns.add(Shop.plain("c" + i, cases.get(i).kind()));
    }
    columns.add(Shop.plain("数量 ]x'`", TypeKind.INT));
    TableSchema schema = new TableSchema(new TableName("dbo", "Every"), columns);
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    values[0] = -1;
    for (int i = 0; i < cases.size(); i++) {
      values[i + 1] = cases.get(i).value();
    }
    values[columns.size() - 1] = 7;
    @Nullable Object[] nulls = new @Nullable Object[columns.size()];
    nulls[0] = 2;
    Sequence sequence = new Sequence(4095, 5, 4095);

    try (BigQueryStandIn standIn = BigQueryStandIn.start()) {
      List<List<String>> logs = new ArrayList<>();
      for (String dataset : List.of("streams", "jobs")) {
        Hands clock = new Hands();
        BigQueryOptions options =
            dataset.equals("jobs")
                ? Places.options(clock).with(Places.spooling(folder, 1 << 20, 1))
                : Places.options(clock);
        try (BigQueryWarehouse warehouse =
            BigQueryWarehouse.open(Places.config(standIn, dataset), options)) {
          warehouse.prepare(Shop.record(schema));
          warehouse.apply(
              List.of(
                  Shop.change(schema, ChangeType.SNAPSHOT_ROW, sequence, values.clone()),
                  Shop.change(schema, ChangeType.SNAPSHOT_ROW, sequence, nulls.clone())),
              Shop.STREAM,
              Map.of());
          warehouse.settleSpool(schema.table());
          logs.add(Shop.rows(warehouse, "SELECT * FROM dbo_Every_log ORDER BY Id"));
        }
      }

      assertThat(standIn.log().count("PUT /upload/")).isPositive();
      assertThat(logs.get(0)).hasSize(2);
      assertThat(logs.get(1)).isEqualTo(logs.get(0));
    }
  }

  private static Stream<List<BigType>> widenings() {
    return Stream.of(
        List.of(BigType.INT64, BigType.INT64, BigType.INT64),
        List.of(BigType.INT64, BigType.NUMERIC, BigType.NUMERIC),
        List.of(BigType.NUMERIC, BigType.BIGNUMERIC, BigType.BIGNUMERIC),
        List.of(BigType.DATE, BigType.DATETIME, BigType.DATETIME),
        List.of(BigType.DATETIME, BigType.TIMESTAMP, BigType.STRING),
        List.of(BigType.INT64, BigType.FLOAT64, BigType.STRING),
        List.of(BigType.BYTES, BigType.STRING, BigType.STRING));
  }

  @ParameterizedTest
  @MethodSource("widenings")
  void aColumnWhoseTypeChangesHoldsBoth(List<BigType> oneOtherBoth) {
    BigType one = oneOtherBoth.get(0);
    BigType other = oneOtherBoth.get(1);

    assertThat(one.widenedBy(other)).isEqualTo(oneOtherBoth.get(2));
    assertThat(other.widenedBy(one)).isEqualTo(oneOtherBoth.get(2));
  }

  @Test
  void everyDecimalOfSqlServerHasATypeThatHoldsItsEnds() {
    ExactTexts texts = new ExactTexts();
    RowBuffer buffer = new RowBuffer();
    for (int precision = 1; precision <= 38; precision++) {
      for (int scale = 0; scale <= precision; scale++) {
        Column column =
            new Column("d", TypeKind.DECIMAL, 0, precision, scale, null, true, 0, false);
        BigDecimal largest = BigDecimal.TEN.pow(precision).subtract(BigDecimal.ONE);
        for (BigDecimal value : List.of(largest, largest.negate(), BigDecimal.ONE)) {
          buffer.clear();

          Wire.write(buffer, 16, BigType.of(column), value.movePointLeft(scale), texts);

          assertThat(buffer.size()).isPositive();
        }
      }
    }
  }

  @Test
  void aNumberThatDoesNotFitIsRefused() {
    BigDecimal tooLong = BigDecimal.TEN.pow(30);
    assertThatThrownBy(
            () -> Wire.write(new RowBuffer(), 16, BigType.NUMERIC, tooLong, new ExactTexts()))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(
            () -> Wire.write(new RowBuffer(), 16, BigType.FLOAT64, Double.NaN, new ExactTexts()))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {
        "0001-01-01T00:00:00",
        "1753-01-01T00:00:00.003",
        "2024-02-29T23:59:59.123456",
        "9999-12-31T23:59:59.999999"
      })
  void civilTimesArePackedAsGooglesEncoderDoes(String text) throws Exception {
    LocalDateTime at = LocalDateTime.parse(text);
    RowBuffer buffer = new RowBuffer();
    ExactTexts texts = new ExactTexts();
    Wire.write(buffer, 16, BigType.DATETIME, at, texts);
    Wire.write(buffer, 17, BigType.TIME, at.toLocalTime(), texts);

    CodedInputStream read = CodedInputStream.newInstance(buffer.copy());

    read.readTag();
    assertThat(read.readInt64())
        .isEqualTo(
            CivilTimeEncoder.encodePacked64DatetimeMicros(
                org.threeten.bp.LocalDateTime.parse(text)));
    read.readTag();
    assertThat(read.readInt64())
        .isEqualTo(
            CivilTimeEncoder.encodePacked64TimeMicros(
                org.threeten.bp.LocalDateTime.parse(text).toLocalTime()));
  }

  @Test
  void theDocumentationHasTheMappingOfEveryType() throws Exception {
    String page =
        Files.readString(
            Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(folder -> folder.resolve("docs/bigquery.md"))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow());

    for (TypeKind kind : TypeKind.values()) {
      String type =
          kind == TypeKind.DECIMAL
              ? "NUMERIC` or `BIGNUMERIC"
              : BigType.of(Shop.plain("c", kind)).name();
      assertThat(page)
          .as(kind.name())
          .containsPattern(
              "\\| [^|]*`%s`[^|]*\\| `%s` \\|"
                  .formatted(kind.name().toLowerCase(Locale.ROOT), type));
    }
  }
}
