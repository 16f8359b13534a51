package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
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
  @TempDir private Path folder = Path.of("");

  /**
   * A value, how DuckDB renders it, and what stands in {@code _exact}.
   *
   * @param exact null where the column holds it wholly
   */
  private record Case(TypeKind kind, Object value, String rendered, @Nullable String exact) {
    Case(TypeKind kind, Object value, String rendered) {
      this(kind, value, rendered, null);
    }
  }

  private static Column column(String name, TypeKind kind) {
    return new Column(
        name,
        kind,
        0,
        kind == TypeKind.DECIMAL ? 38 : 0,
        kind == TypeKind.DECIMAL ? 10 : 0,
        null,
        true,
        0,
        false);
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
        new Case(TypeKind.DECIMAL, new BigDecimal("1.5"), "1.5000000000"),
        new Case(TypeKind.MONEY, new BigDecimal("-922337203685477.5808"), "-922337203685477.5808"),
        new Case(TypeKind.SMALLMONEY, new BigDecimal("214748.3647"), "214748.3647"),
        new Case(TypeKind.REAL, Float.MIN_VALUE, "1e-45"),
        new Case(TypeKind.REAL, 0.1f, "0.1"),
        new Case(TypeKind.FLOAT, Double.MAX_VALUE, "1.7976931348623157e+308"),
        new Case(TypeKind.FLOAT, 0.1, "0.1"),
        new Case(TypeKind.CHAR, "ab  ", "ab  "),
        new Case(TypeKind.VARCHAR, "", ""),
        new Case(TypeKind.TEXT, "é\n\t'\"", "é\n\t'\""),
        new Case(TypeKind.NCHAR, "東京😀", "東京😀"),
        new Case(TypeKind.NVARCHAR, "a\0b", "a\0b"),
        new Case(TypeKind.NVARCHAR, "x\uD83D", "x\uFFFD", "x\uD83D"),
        new Case(TypeKind.NTEXT, "㈱", "㈱"),
        new Case(TypeKind.BINARY, bytes, "\\x00\\xFFa"),
        new Case(TypeKind.VARBINARY, new byte[0], ""),
        new Case(TypeKind.IMAGE, bytes, "\\x00\\xFFa"),
        new Case(
            TypeKind.ROWVERSION,
            new byte[] {0, 0, 0, 0, 0, 0, 7, -47},
            "\\x00\\x00\\x00\\x00\\x00\\x00\\x07\\xD1"),
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
            "1753-01-01 00:00:00.003"),
        new Case(
            TypeKind.SMALLDATETIME,
            LocalDateTime.parse("2079-06-06T23:59:00"),
            "2079-06-06 23:59:00"),
        new Case(
            TypeKind.DATETIME2, LocalDateTime.parse("0001-01-01T00:00:00"), "0001-01-01 00:00:00"),
        new Case(
            TypeKind.DATETIME2,
            LocalDateTime.parse("9999-12-31T23:59:59.9999999"),
            "9999-12-31 23:59:59.999999",
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
            "10000-01-01 13:59:59.999999+00",
            "9999-12-31T23:59:59.9999999-14:00"),
        new Case(
            TypeKind.UNIQUEIDENTIFIER,
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        new Case(TypeKind.XML, "<a b=\"1\"/>", "<a b=\"1\"/>"),
        new Case(TypeKind.HIERARCHYID, new byte[] {0x58}, "X"),
        new Case(TypeKind.GEOGRAPHY, bytes, "\\x00\\xFFa"),
        new Case(TypeKind.GEOMETRY, bytes, "\\x00\\xFFa"),
        new Case(TypeKind.SQL_VARIANT, "1.50", "1.50"));
  }

  /** A table with a column of each case. */
  static TableSchema schema() {
    List<Case> cases = cases();
    List<Column> columns = new ArrayList<>();
    columns.add(Shop.key("Id", TypeKind.INT));
    for (int i = 0; i < cases.size(); i++) {
      columns.add(column("c" + i, cases.get(i).kind()));
    }
    return new TableSchema(new TableName("dbo", "Every"), columns);
  }

  /** The row of all cases. */
  static @Nullable Object[] values() {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(1);
    cases().forEach(one -> values.add(one.value()));
    return values.toArray();
  }

  @Test
  void everyTypeArrivesExactly() throws Exception {
    List<Case> cases = cases();
    assertThat(cases.stream().map(Case::kind).distinct())
        .containsExactlyInAnyOrder(TypeKind.values());
    TableSchema schema = schema();
    @Nullable Object[] values = values();
    @Nullable Object[] nulls = new @Nullable Object[values.length];
    nulls[0] = 2;

    try (DuckDbWarehouse warehouse =
        DuckDbWarehouse.open(folder.resolve("types.duckdb"), Places.options())) {
      warehouse.prepare(Shop.record(schema));
      for (ChangeType type : List.of(ChangeType.INSERT, ChangeType.SNAPSHOT_ROW)) {
        int snapshot = type == ChangeType.INSERT ? 0 : 1;
        Sequence sequence = new Sequence(1, 5, snapshot);
        warehouse.apply(
            List.of(
                Shop.change(schema, type, sequence, values.clone()),
                Shop.change(schema, type, sequence, nulls.clone())),
            Shop.STREAM,
            Map.of());
        warehouse.merge();
      }

      // The snapshot's rows are equal, so the log has each row once.
      assertThat(Shop.rows(warehouse, "SELECT count(*) FROM dbo.Every_changes"))
          .containsExactly("2");
      for (String from : List.of("dbo.Every", "dbo.Every_changes", "dbo.Every_as_of(now())")) {
        for (int i = 0; i < cases.size(); i++) {
          Case one = cases.get(i);
          List<List<@Nullable Object>> rows =
              warehouse
                  .query(
                      "SELECT CAST(c%1$d AS VARCHAR), CAST(_exact AS VARCHAR) FROM %2$s ORDER BY Id"
                          .formatted(i, from),
                      10)
                  .rows();
          String exact = Objects.requireNonNull(rows.get(0).get(1)).toString();
          assertThat(rows.get(0).get(0)).as(one.kind() + " " + i).isEqualTo(one.rendered());
          String lost = one.exact();
          if (lost == null) {
            assertThat(exact).doesNotContain("\"c" + i + "\"");
          } else {
            assertThat(exact)
                .contains("\"c%d\":\"%s\"".formatted(i, lost.replace("\uD83D", "\\ud83d")));
          }
          assertThat(rows.get(1)).containsExactly(null, null);
        }
      }
    }
  }

  /** DuckDB's functions refuse JSON with half a surrogate pair, as {@code _exact} has it then. */
  @Test
  void halfASurrogatePairIsLoadedAlsoWhereAColumnWasDropped() throws Exception {
    TableName name = new TableName("dbo", "Dropped");
    Column id = Shop.key("Id", TypeKind.INT);
    Column text = Shop.plain("Text", TypeKind.NVARCHAR);
    Column at = Shop.plain("At", TypeKind.DATETIME2);
    TableSchema before = new TableSchema(name, List.of(id, text, at));
    TableSchema after = new TableSchema(name, List.of(id, text));
    java.time.LocalDateTime seventh = java.time.LocalDateTime.of(2026, 1, 31, 12, 0, 0, 100);
    try (DuckDbWarehouse warehouse =
        DuckDbWarehouse.open(folder.resolve("dropped.duckdb"), Places.options())) {
      warehouse.prepare(Shop.record(before));
      apply(warehouse, before, 1, 1, "x\uD83D", seventh);
      apply(warehouse, before, 1, 2, "whole", seventh);
      apply(warehouse, before, 1, 3, "whole", seventh);
      warehouse.prepare(Shop.record(after));

      apply(warehouse, after, 2, 1, "whole");
      apply(warehouse, after, 2, 2, "y\uD83D");
      apply(warehouse, after, 2, 3, "still whole");

      assertThat(
              Shop.rows(
                  warehouse,
                  "SELECT Id, Text, CAST(_exact AS VARCHAR) FROM dbo.Dropped ORDER BY Id"))
          .containsExactly(
              "1,whole,null",
              "2,y\uFFFD,{\"Text\":\"y\\ud83d\"}",
              "3,still whole,{\"At\":\"2026-01-31T12:00:00.0000001\"}");
    }
  }

  private static void apply(
      DuckDbWarehouse warehouse, TableSchema schema, int version, @Nullable Object... row)
      throws Exception {
    warehouse.apply(
        List.of(
            Shop.change(
                schema, ChangeType.UPDATE, new Sequence(1, version * 10L + (int) row[0], 0), row)),
        Shop.STREAM,
        Map.of());
  }

  @Test
  void tenMebibytesOfTextAndBinaryArrive() throws Exception {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "Large"),
            List.of(
                Shop.key("Id", TypeKind.INT),
                Shop.plain("Text", TypeKind.NVARCHAR),
                Shop.plain("Bytes", TypeKind.VARBINARY)));
    int size = 10 << 20;
    try (DuckDbWarehouse warehouse =
        DuckDbWarehouse.open(folder.resolve("large.duckdb"), Places.options())) {
      warehouse.prepare(Shop.record(schema));

      warehouse.apply(
          List.of(
              Shop.change(
                  schema,
                  ChangeType.INSERT,
                  new Sequence(1, 5, 0),
                  1,
                  "東".repeat(size),
                  new byte[size])),
          Shop.STREAM,
          Map.of());
      warehouse.merge();

      assertThat(
              Shop.rows(
                  warehouse,
                  "SELECT length(Text), octet_length(Bytes), Text = repeat('東', %d) FROM dbo.Large"
                      .formatted(size)))
          .containsExactly(size + "," + size + ",true");
    }
  }

  private static Stream<List<String>> widenings() {
    return Stream.of(
        List.of("INTEGER", "INTEGER", "INTEGER"),
        List.of("UTINYINT", "SMALLINT", "SMALLINT"),
        List.of("BIGINT", "INTEGER", "BIGINT"),
        List.of("INTEGER", "DECIMAL(10,2)", "DECIMAL(12,2)"),
        List.of("DECIMAL(10,2)", "DECIMAL(8,4)", "DECIMAL(12,4)"),
        List.of("DECIMAL(38,0)", "DECIMAL(38,10)", "VARCHAR"),
        List.of("FLOAT", "DOUBLE", "DOUBLE"),
        List.of("DATE", "TIMESTAMP", "TIMESTAMP"),
        List.of("TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"),
        List.of("INTEGER", "VARCHAR", "VARCHAR"),
        List.of("BLOB", "VARCHAR", "VARCHAR"));
  }

  @ParameterizedTest
  @MethodSource("widenings")
  void aColumnWhoseTypeChangesHoldsBoth(List<String> oneOtherBoth) {
    DuckType one = DuckType.ofSql(oneOtherBoth.get(0));
    DuckType other = DuckType.ofSql(oneOtherBoth.get(1));

    assertThat(one.widenedBy(other).sql()).isEqualTo(oneOtherBoth.get(2));
    assertThat(other.widenedBy(one).sql()).isEqualTo(oneOtherBoth.get(2));
  }

  @Test
  void theDocumentationHasTheMappingOfEveryType() throws Exception {
    String page =
        Files.readString(
            Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(folder -> folder.resolve("docs/duckdb.md"))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow());

    for (TypeKind kind : TypeKind.values()) {
      String type =
          kind == TypeKind.DECIMAL ? "DECIMAL(p,s)" : DuckType.of(column("c", kind)).sql();
      String name = kind.name().toLowerCase(Locale.ROOT);
      assertThat(page)
          .as(name)
          .containsPattern(
              "\\| [^|]*`%s`[^|]*\\| `%s` \\|"
                  .formatted(name, type.replace("(", "\\(").replace(")", "\\)")));
    }
  }
}
