package dev.renkei.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.core.Samples;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeyFoldingTest {
  static List<Arguments> folds() {
    return List.of(
        Arguments.of(TypeKind.BIT, true, "1"),
        Arguments.of(TypeKind.TINYINT, 255, "255"),
        Arguments.of(TypeKind.BIGINT, Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of(TypeKind.DECIMAL, new BigDecimal("100.0000"), "100"),
        Arguments.of(TypeKind.DECIMAL, new BigDecimal("-0.1200"), "-0.12"),
        Arguments.of(TypeKind.DECIMAL, new BigDecimal("0.0000"), "0"),
        Arguments.of(TypeKind.MONEY, new BigDecimal("12.5000"), "12.5"),
        Arguments.of(TypeKind.FLOAT, -0.0, "0.0"),
        Arguments.of(TypeKind.FLOAT, 2.0E-3, "0.002"),
        Arguments.of(TypeKind.REAL, -0.0f, "0.0"),
        Arguments.of(TypeKind.REAL, 0.1f, "0.1"),
        Arguments.of(TypeKind.NVARCHAR, "Abc  ", "abc"),
        Arguments.of(TypeKind.NVARCHAR, "a\"b\\c\n", "a\\\"b\\\\c\\u000a"),
        Arguments.of(TypeKind.NVARCHAR, "\uD83D", "\\ud83d"),
        Arguments.of(TypeKind.NVARCHAR, "😀", "😀"),
        Arguments.of(TypeKind.VARBINARY, new byte[] {1, 0, 2, 0, 0}, "010002"),
        Arguments.of(TypeKind.VARBINARY, new byte[] {0}, ""),
        Arguments.of(TypeKind.ROWVERSION, new byte[] {0, 0, 0, 0, 0, 0, 1, 0}, "0000000000000100"),
        Arguments.of(TypeKind.DATE, LocalDate.of(2024, 2, 29), "2024-02-29"),
        Arguments.of(TypeKind.TIME, LocalTime.of(1, 2), "01:02:00.0000000"),
        Arguments.of(
            TypeKind.DATETIME,
            LocalDateTime.of(2024, 2, 29, 0, 0, 0, 3_000_000),
            "2024-02-29T00:00:00.0030000"),
        Arguments.of(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("2024-03-01T08:00:00+09:00"),
            "2024-02-29T23:00:00.0000000Z"),
        Arguments.of(
            TypeKind.UNIQUEIDENTIFIER,
            "0e984725-c51c-4bf4-9960-e1c80e27aba0",
            "0E984725-C51C-4BF4-9960-E1C80E27ABA0"));
  }

  @ParameterizedTest
  @MethodSource("folds")
  void foldsByType(TypeKind kind, Object value, String folded) {
    assertThat(folding(Samples.column("k", kind, 1)).fold(List.of(value)).folded())
        .isEqualTo("[\"" + folded + "\"]");
  }

  @Test
  void theSameInstantIsTheSameKeyEvenBeyondTheYearsOfDates() {
    KeyFolding folding = folding(Samples.column("k", TypeKind.DATETIMEOFFSET, 1));

    assertThat(folding.fold(List.of(OffsetDateTime.parse("0001-01-01T13:00:00+14:00"))))
        .isEqualTo(folding.fold(List.of(OffsetDateTime.parse("0001-01-01T00:00:00+01:00"))));
    assertThat(folding.fold(List.of(OffsetDateTime.parse("0001-01-01T00:00:00.0000001+14:00"))))
        .isNotEqualTo(folding.fold(List.of(OffsetDateTime.parse("0001-01-01T00:00:00+14:00"))));
    assertThat(folding.fold(List.of(OffsetDateTime.parse("9999-12-31T23:59:59-14:00"))))
        .isNotNull();
  }

  /** Keys that differ only by their binary bytes or values are never taken for one. */
  @ParameterizedTest
  @EnumSource(
      value = TypeKind.class,
      names = {
        "BIT",
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "DECIMAL",
        "MONEY",
        "REAL",
        "FLOAT",
        "NVARCHAR",
        "VARBINARY",
        "DATE",
        "TIME",
        "DATETIME2",
        "DATETIMEOFFSET",
        "UNIQUEIDENTIFIER"
      })
  void twoKeysAreOneExactlyWhereTheSourceHoldsThemEqual(TypeKind kind) {
    Column first = exact(Samples.column("a", kind, 1));
    Column second = exact(Samples.column("b", kind, 2));
    KeyFolding folding = folding(first, second);
    Random random = new Random(kind.name().hashCode());
    Map<RowKey, List<Object>> met = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      List<Object> key = List.of(small(first, random), small(second, random));
      RowKey folded = folding.fold(key);
      List<Object> before = met.putIfAbsent(folded, key);
      if (before != null) {
        assertThat(comparable(before)).as(folded.folded()).isEqualTo(comparable(key));
      }
      assertThat(folding.fold(key)).isEqualTo(folded);
    }
  }

  @Test
  void unfoldedItIsAKeyThatTheSourceHoldsEqual() {
    List<Column> columns = new ArrayList<>();
    for (TypeKind kind : TypeKind.values()) {
      columns.add(Samples.column("k" + kind, kind, columns.size() + 1));
    }
    KeyFolding folding = folding(columns.toArray(new Column[0]));
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      RowKey key = folding.fold(columns.stream().map(c -> Samples.value(c, random)).toList());

      assertThat(folding.fold(folding.unfold(key))).isEqualTo(key);
    }
    assertThatThrownBy(() -> folding.unfold(new RowKey("[\"1\"]")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysOfAllKindsAreReadableJsonOfAsManyTexts() throws Exception {
    List<Column> columns = new ArrayList<>();
    for (TypeKind kind : TypeKind.values()) {
      columns.add(Samples.column("k" + kind, kind, columns.size() + 1));
    }
    KeyFolding folding = folding(columns.toArray(new Column[0]));
    ObjectMapper json = new ObjectMapper();
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Object> key = columns.stream().map(c -> Samples.value(c, random)).toList();

      assertThat(json.readTree(folding.fold(key).folded())).hasSize(columns.size());
    }
  }

  @Test
  void keyOrderIsThatOfTheKeyAndNotOfTheColumns() {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "T"),
            List.of(
                Samples.column("b", TypeKind.INT, 2),
                Samples.column("x", TypeKind.INT),
                Samples.column("a", TypeKind.INT, 1)));

    KeyFolding folding = KeyFolding.of(schema);

    assertThat(folding.fold(new Row(schema, new Object[] {2, 9, 1})).folded())
        .isEqualTo("[\"1\",\"2\"]");
    assertThat(folding.keyValues(new Row(schema, new Object[] {2, 9, 1}))).containsExactly(1, 2);
  }

  @Test
  void aTableWithoutKeyIsFoldedByHashAndOccurrence() {
    TableSchema sizes =
        new TableSchema(new TableName("dbo", "S"), List.of(Samples.column("x", TypeKind.INT)));

    assertThat(KeyFolding.of(sizes).fold(List.of("ab12", 2L)).folded())
        .isEqualTo("[\"ab12\",\"2\"]");
    assertThatThrownBy(() -> KeyFolding.of(sizes).fold(new Row(sizes, new Object[] {1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dbo.S: a row without a key is told by its hash and occurrence");
  }

  @Test
  void aKeyWithoutAValueOrOfAnotherClassIsACallersMistake() {
    KeyFolding folding = folding(Samples.column("k", TypeKind.INT, 1));

    assertThatThrownBy(() -> folding.fold(Collections.singletonList(null)))
        .hasMessage("dbo.T, column k: a key without a value");
    assertThatThrownBy(() -> folding.fold(List.of("1")))
        .hasMessage("dbo.T, column k: a String is not how int travels");
    assertThatThrownBy(() -> folding.fold(List.of(1, 2)))
        .hasMessage("dbo.T: 2 values for a key of 1 columns");
  }

  private static Column exact(Column column) {
    return column.kind().isText()
        ? new Column(
            column.name(),
            column.kind(),
            100,
            0,
            0,
            "Latin1_General_BIN2",
            false,
            column.keyOrdinal(),
            false)
        : column;
  }

  /** Values of few shapes, so that equal ones are met. */
  private static Object small(Column column, Random random) {
    Object value = Samples.value(column, random);
    if (value instanceof String && column.kind().isText()) {
      String letters = "\",[]\\ aA";
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(4); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      return text.toString();
    }
    if (value instanceof byte[]) {
      byte[] bytes = new byte[random.nextInt(4)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) random.nextInt(3);
      }
      return bytes;
    }
    return value;
  }

  /** What SQL Server compares. */
  private static List<Object> comparable(List<Object> key) {
    return key.stream()
        .map(
            value -> {
              if (value instanceof byte[] bytes) {
                String hex = java.util.HexFormat.of().formatHex(bytes);
                return (Object) hex.replaceFirst("(00)+$", "");
              }
              if (value instanceof String text) {
                return text.replaceFirst(" +$", "");
              }
              if (value instanceof OffsetDateTime time) {
                return time.toInstant();
              }
              if (value instanceof BigDecimal decimal) {
                return decimal.stripTrailingZeros();
              }
              if (value instanceof Float f && f == 0) {
                return 0f;
              }
              return value instanceof Double d && d == 0 ? (Object) 0d : value;
            })
        .toList();
  }

  private static KeyFolding folding(Column... columns) {
    return KeyFolding.of(new TableSchema(new TableName("dbo", "T"), List.of(columns)));
  }
}
