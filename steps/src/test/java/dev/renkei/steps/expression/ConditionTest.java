package dev.renkei.steps.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Row;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.ExpressionException.Problem;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("dbo", "Orders"),
          List.of(
              column("OrderID", TypeKind.INT),
              column("Status", TypeKind.NVARCHAR),
              column("Quantity", TypeKind.SMALLINT),
              new Column("Price", TypeKind.DECIMAL, 0, 38, 20, null, true, 0, false),
              column("Tax", TypeKind.MONEY),
              column("Weight", TypeKind.FLOAT),
              column("Ratio", TypeKind.REAL),
              column("Paid", TypeKind.BIT),
              column("Code", TypeKind.NCHAR),
              column("Day", TypeKind.DATE),
              column("Hour", TypeKind.TIME),
              column("OrderedAt", TypeKind.DATETIME2),
              column("ShippedAt", TypeKind.DATETIMEOFFSET),
              column("Guid", TypeKind.UNIQUEIDENTIFIER),
              column("Blob", TypeKind.VARBINARY),
              column("Order Date", TypeKind.DATE),
              column("商品名", TypeKind.NVARCHAR),
              column("Big", TypeKind.BIGINT)));

  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry("OrderID", 1),
          Map.entry("Status", "NEW"),
          Map.entry("Quantity", 3),
          Map.entry("Price", new BigDecimal("10.50000000000000000000")),
          Map.entry("Tax", new BigDecimal("0.1000")),
          Map.entry("Weight", 1.5),
          Map.entry("Ratio", 0.5f),
          Map.entry("Paid", true),
          Map.entry("Code", "AB   "),
          Map.entry("Day", LocalDate.of(2024, 2, 29)),
          Map.entry("Hour", LocalTime.parse("23:59:59.1234567")),
          Map.entry("OrderedAt", LocalDateTime.parse("2024-02-29T00:00:00")),
          Map.entry("ShippedAt", OffsetDateTime.parse("2024-02-29T09:00:00+09:00")),
          Map.entry("Guid", "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
          Map.entry("Blob", new byte[] {1, 2}),
          Map.entry("Order Date", LocalDate.of(2024, 1, 1)),
          Map.entry("商品名", "りんご"),
          Map.entry("Big", 9_007_199_254_740_993L));

  private static Column column(String name, TypeKind kind) {
    return new Column(
        name, kind, 0, 0, 0, null, !name.equals("OrderID"), name.equals("OrderID") ? 1 : 0, false);
  }

  private static Row row(Map<String, ? extends @Nullable Object> values) {
    return new Row(SCHEMA, SCHEMA.columns().stream().map(c -> values.get(c.name())).toArray());
  }

  private static final Row FULL = row(VALUES);
  private static final Row NULLS = row(Map.of("OrderID", 1));

  private static Condition compiled(String text) {
    try {
      return Condition.compile(text, SCHEMA);
    } catch (ExpressionException e) {
      throw new AssertionError(text + ": " + e.getMessage(), e);
    }
  }

  private static boolean holds(String text, Row row) throws EvaluationException {
    return compiled(text).holds(row);
  }

  private static List<Problem> problems(String text) {
    try {
      Condition.compile(text, SCHEMA);
      throw new AssertionError("compiles: " + text);
    } catch (ExpressionException e) {
      return e.problems();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "row.Status != 'DRAFT'                         → true",
        "row.Status == 'DRAFT'                         → false",
        "row.status == 'NEW'                           → true",
        "row.Status in ['NEW', 'PAID']                 → true",
        "!(row.Status in ['NEW', 'PAID'])              → false",
        "row.Status.startsWith('N') && row.Paid        → true",
        "row.Status.lowerAscii() == 'new'              → true",
        "row.Status.matches('^N.W$')                   → true",
        "row.Quantity == 3                             → true",
        "row.Quantity > 2.5                            → true",
        "row.Quantity in [1, 2]                        → false",
        "row.Quantity + 1 == 4                         → true",
        "row.Quantity % 2 == 1                         → true",
        "row.Big == 9007199254740993                   → true",
        "row.Big == 9007199254740992                   → false",
        "row.Price > 10.50                             → false",
        "row.Price >= 10.50                            → true",
        "row.Price == 10.5                             → true",
        "row.Price != 10.5                             → false",
        "row.Price > 10.49999999999999999999           → true",
        "row.Price < 10.50000000000000000001           → true",
        "row.Price == 10.50000000000000000001          → false",
        "row.Price < 11                                → true",
        "row.Price > -1.5                              → true",
        "-row.Price < -10                              → true",
        "10.5 == row.Price                             → true",
        "row.Price in [1, 10.50]                       → true",
        "row.Tax + 0.2 == 0.3                          → true",
        "row.Tax * 3 == 0.3                            → true",
        "row.Price - row.Tax == 10.4                   → true",
        "row.Price * row.Quantity == 31.5              → true",
        "row.Price * row.Quantity > row.OrderID        → true",
        "row.Price > row.Quantity                      → true",
        "(row.Paid ? row.Price : 0) == 10.5            → true",
        "double(row.Price) > row.Weight                → true",
        "int(row.Price) == 10                          → true",
        "string(row.Tax) == '0.1000'                   → true",
        "decimal('10.50') == row.Price                 → true",
        "row.Weight > 1                                → true",
        "row.Weight == 1.5                             → true",
        "row.Weight > row.Quantity                     → false",
        "row.Ratio == 0.5                              → true",
        "row.Paid                                      → true",
        "row.Paid == false                             → false",
        "row.Code == 'AB'                              → true",
        "row.Day == '2024-02-29'                       → true",
        "row.Day >= '2024-03-01'                       → false",
        "row.Day in ['2024-02-28', '2024-02-29']       → true",
        "row.Hour > '23:59:59'                         → true",
        "row.OrderedAt > '2024-02-29'                  → false",
        "row.OrderedAt >= '2024-02-29'                 → true",
        "row.OrderedAt < '2024-02-29 00:00:00.0000001' → true",
        "string(row.OrderedAt) == '2024-02-29T00:00:00.0000000' → true",
        "timestamp(row.OrderedAt, '+09:00') < row.ShippedAt     → true",
        "row.ShippedAt == '2024-02-29T00:00:00+00:00'  → true",
        "row.ShippedAt == timestamp('2024-02-29T00:00:00Z')     → true",
        "row.ShippedAt.getHours('+09:00') == 9         → true",
        "row.Guid == '6f9619ff-8b86-d011-b42d-00c04fc964ff'     → true",
        "row.Guid in ['6f9619ff-8b86-d011-b42d-00c04fc964ff']   → true",
        "row.Blob == b'\\x01\\x02'                     → true",
        "size(row.Blob) == 2                           → true",
        "row['Order Date'] == '2024-01-01'             → true",
        "row['商品名'].startsWith('りん')               → true",
        "row.`Order Date` < '2024-02-01'               → true",
        "[1, 3].exists(n, n == row.Quantity)           → true",
        "[1, 2].all(n, row.Quantity > n)               → true",
      })
  void comparesByTheValuesOfTheRow(String text, boolean expected) throws EvaluationException {
    assertThat(holds(text, FULL)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "row.Status != 'DRAFT'                           → false",
        "row.Status == 'DRAFT'                           → false",
        "!(row.Status == 'DRAFT')                        → false",
        "row.Status in ['NEW']                           → false",
        "!(row.Status in ['NEW'])                        → false",
        "row.Status == row.Status                        → false",
        "row.Price > 0                                   → false",
        "row.Price * 2 > 0 || row.Price * 2 <= 0         → false",
        "row.Paid                                        → false",
        "!row.Paid                                       → false",
        "row.Paid ? true : true                          → false",
        "row.Status == null                              → true",
        "null == row.Status                              → true",
        "row.Status != null                              → false",
        "has(row.Status)                                 → false",
        "!has(row.Status)                                → true",
        "row.OrderID != null                             → true",
        "row['Order Date'] == null                       → true",
        "row.Status == null || row.Status != 'DRAFT'     → true",
        "row.Status != 'DRAFT' || row.Status == null     → true",
        "row.Status == 'X' && row.OrderID == 1           → false",
        "row.OrderID == 1 || row.Status == 'X'           → true",
        "row.Status == 'X' || row.OrderID == 1           → true",
        "!(row.Status == 'X' && row.OrderID == 2)        → true",
        "row.Status.startsWith('N')                      → false",
        "size(row.Blob) == 0                             → false",
        "row.Day > '2024-01-01'                          → false",
        "row.ShippedAt > '2024-01-01T00:00:00Z'          → false",
      })
  void aComparisonWithNullIsNeitherTrueNorFalse(String text, boolean expected)
      throws EvaluationException {
    assertThat(holds(text, NULLS)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(TypeKind.class)
  void everyTypeCanBeAskedForNullAndComparedWithItself(TypeKind kind)
      throws ExpressionException, EvaluationException {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "T"),
            List.of(
                new Column(
                    "C", kind, 0, kind == TypeKind.DECIMAL ? 10 : 0, 0, null, true, 0, false)));
    Row value = new Row(schema, new Object[] {sample(kind)});
    Row none = new Row(schema, new @Nullable Object[] {null});
    Condition isNull = Condition.compile("row.C == null", schema);
    Condition same = Condition.compile("row.C == row.C", schema);
    assertThat(List.of(isNull.holds(value), isNull.holds(none))).containsExactly(false, true);
    assertThat(List.of(same.holds(value), same.holds(none))).containsExactly(true, false);
  }

  private static Object sample(TypeKind kind) {
    Class<?> type = kind.valueClass();
    return type == Boolean.class
        ? (Object) true
        : type == Integer.class
            ? (Object) 7
            : type == Long.class
                ? (Object) 7L
                : type == BigDecimal.class
                    ? new BigDecimal("7.00")
                    : type == Float.class
                        ? (Object) 7f
                        : type == Double.class
                            ? (Object) 7.0
                            : type == byte[].class
                                ? new byte[] {7}
                                : type == LocalDate.class
                                    ? LocalDate.EPOCH
                                    : type == LocalTime.class
                                        ? LocalTime.NOON
                                        : type == LocalDateTime.class
                                            ? LocalDate.EPOCH.atStartOfDay()
                                            : type == OffsetDateTime.class
                                                ? OffsetDateTime.parse("2024-01-01T00:00:00+09:00")
                                                : "text";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "row.Sttus != 'DRAFT'            → 1 → 5  → dbo.Orders has no column 'Sttus'; the nearest is 'Status'",
        "row.Paid && row['Prise'] > 1    → 1 → 17 → dbo.Orders has no column 'Prise'; the nearest is 'Price'",
        "has(row.Stats)                  → 1 → 5  → dbo.Orders has no column 'Stats'; the nearest is 'Status'",
        "row.Status == 3                 → 1 → 12 → `==` does not go with (string, int)",
        "row.Paid && row.Price > 'x'     → 1 → 23 → `>` does not go with (decimal, string)",
        "row.Price > row.Weight          → 1 → 11 → `>` does not go with (decimal, double); say which is meant, by decimal(...) or double(...)",
        "row.Price / 2 > 1               → 1 → 11 → `/` does not go with (decimal, decimal)",
        "row.Quantity                    → 1 → 1  → it is of type int, not bool",
        "Status == 'NEW'                 → 1 → 1  → unknown name 'Status'; the column is written row.Status",
        "before.Quantity > 1             → 1 → 1  → unknown name 'before'; only rules know it; columns are written row.NAME",
        "type == 'U'                     → 1 → 6  → `==` does not go with (type(dyn), string)",
        "today() == 1                    → 1 → 6  → unknown name 'today'; columns are written row.NAME",
        "row.Day > '29.2.2024'           → 1 → 11 → no date; it is written '2024-02-29'",
        "row.OrderedAt > 'yesterday'     → 1 → 17 → no datetime; it is written '2024-02-29T23:59:59'",
        "row.ShippedAt > '2024-02-29'    → 1 → 17 → no time with an offset; it is written '2024-02-29T23:59:59+09:00'",
        "row == 1                        → 1 → 1  → `row` is no value by itself; name a column, as in row.NAME",
        "row.Quantity + 1 == null        → 1 → 18 → `null` goes only with a column, as in row.NAME == null",
        "row.Status in [null]            → 1 → 16 → `null` goes only with a column, as in row.NAME == null",
        "row[row.Status] == 1            → 1 → 4  → a column is named by a literal, as in row[\"Order Date\"]",
        "[1].exists(row, row == 1)       → 1 → 11 → `row` is the row; name the element otherwise",
      })
  void tellsWhereItIsWrongAndWhatWasMeant(String text, int line, int column, String message) {
    assertThat(problems(text))
        .first()
        .satisfies(
            problem -> {
              assertThat(problem.message()).startsWith(message);
              assertThat(List.of(problem.line(), problem.column())).containsExactly(line, column);
            });
  }

  @Test
  void tellsTheLineOfAnExpressionOfSeveral() {
    assertThat(problems("row.Paid\n  && row.Prise > 1"))
        .containsExactly(
            new Problem(2, 10, "dbo.Orders has no column 'Prise'; the nearest is 'Price'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "row.", "row.Status = 'X'", "row.Status == 'X", "&&", "a b"})
  void refusesWhatIsNoExpression(String text) {
    assertThat(problems(text)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "100 / (row.Quantity - 3) > 5      → a division by zero",
        "row.Big * row.Big > 0             → a number out of range",
        "int(row.Status) == 1              → a value that cannot be converted",
        "decimal(row.Status) > 1           → a value that",
        "int(row.Price * row.Big * row.Big * row.Big) > 1 → a value that",
        "timestamp(row.OrderedAt, row.Status) > timestamp('2024-02-29T00:00:00Z') → a value that",
      })
  void failsWithAReasonThatHoldsNothingOfTheRow(String text, String reason) {
    Condition condition = compiled(text);
    assertThatThrownBy(() -> condition.holds(FULL))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith(reason)
        .hasMessageNotContaining("NEW")
        .hasNoCause();
  }

  @Test
  void aFailureBesideADecidedSideDoesNotMatter() throws EvaluationException {
    assertThat(holds("row.Quantity != 3 && 100 / (row.Quantity - 3) > 5", FULL)).isFalse();
    assertThat(holds("100 / (row.Quantity - 3) > 5 || row.Paid", FULL)).isTrue();
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    Condition condition = compiled("row.Price > 10 && row.Status == 'NEW'");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> questions = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        boolean full = i % 2 == 0;
        questions.add(() -> condition.holds(full ? FULL : NULLS) == full);
      }
      for (Future<Boolean> answer : pool.invokeAll(questions)) {
        assertThat(answer.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void looksOnlyAtTheColumnsThatItNames() throws EvaluationException {
    @Nullable Object[] values = new @Nullable Object[SCHEMA.columns().size()];
    Arrays.fill(values, new Object()); // of no column's class
    values[SCHEMA.indexOf("Status").orElseThrow()] = "NEW";
    assertThat(holds("row.Status == 'NEW'", new Row(SCHEMA, values))).isTrue();
  }
}
