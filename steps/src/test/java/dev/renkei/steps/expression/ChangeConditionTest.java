package dev.renkei.steps.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.ExpressionException.Problem;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeConditionTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("dbo", "Stock"),
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false),
              new Column("Price", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, false),
              new Column("Shelf", TypeKind.NVARCHAR, 20, 0, 0, null, true, 0, false),
              new Column("before", TypeKind.DATE, 0, 0, 0, null, true, 0, false)));

  private static final Row TWO = row(7, 2, new BigDecimal("9.90"), "A", null);
  private static final Row ONE = row(7, 1, new BigDecimal("9.90"), "A", null);
  private static final Row DEAR = row(7, 1, new BigDecimal("10.00"), null, null);

  private enum Case {
    SOLD(ChangeType.UPDATE, ONE, TWO),
    PRICED(ChangeType.UPDATE, DEAR, ONE),
    INSERTED(ChangeType.INSERT, ONE, null),
    FIRST_SEEN(ChangeType.UPDATE, ONE, null),
    DELETED(ChangeType.DELETE, null, TWO),
    GONE(ChangeType.DELETE, null, null);

    private final ChangeType type;
    private final @Nullable Row row;
    private final @Nullable Row before;

    Case(ChangeType type, @Nullable Row row, @Nullable Row before) {
      this.type = type;
      this.row = row;
      this.before = before;
    }
  }

  private static Row row(@Nullable Object... values) {
    return new Row(SCHEMA, values);
  }

  private static ChangeCondition compiled(String text) {
    try {
      return ChangeCondition.compile(text, SCHEMA);
    } catch (ExpressionException e) {
      throw new AssertionError(text + ": " + e.getMessage(), e);
    }
  }

  private static List<Case> holding(String text) {
    ChangeCondition condition = compiled(text);
    return Arrays.stream(Case.values()).filter(c -> holds(condition, c)).toList();
  }

  private static boolean holds(ChangeCondition condition, Case change) {
    try {
      return condition.holds(change.row, change.before, change.type);
    } catch (EvaluationException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "row.Quantity == 1 && before.Quantity > 1                → SOLD",
        "row.Quantity == 1                                       → SOLD PRICED INSERTED FIRST_SEEN",
        "row.Quantity < before.Quantity                          → SOLD",
        "row.Quantity == before.Quantity                         → PRICED",
        "row.Price > before.Price                                → PRICED",
        "row.Price - before.Price == 0.1                         → PRICED",
        "before.Price * 2 == 19.8                                → SOLD PRICED DELETED",
        "row.Price in [before.Price, 10]                         → SOLD PRICED",
        "before.Shelf.startsWith('A') && row.Shelf == null       → PRICED DELETED",
        "row.Shelf == null                                       → PRICED DELETED GONE",
        "before.Shelf == null                                    → INSERTED FIRST_SEEN GONE",
        "has(before.Quantity)                                    → SOLD PRICED DELETED",
        "!has(before.ProductID)                                  → INSERTED FIRST_SEEN GONE",
        "has(row.ProductID)                                      → SOLD PRICED INSERTED FIRST_SEEN",
        "!has(row.ProductID) && before.Quantity > 1              → DELETED",
        "!(before.Quantity > 1)                                  → PRICED",
        "!(before.Quantity > 1) || before.Quantity == null       → PRICED INSERTED FIRST_SEEN GONE",
        "before['Quantity'] == 2                                 → SOLD DELETED",
        "before.before == null && row['before'] == null          → SOLD PRICED INSERTED FIRST_SEEN DELETED GONE",
        "type == 'I'                                             → INSERTED",
        "type == 'U'                                             → SOLD PRICED FIRST_SEEN",
        "type != 'U'                                             → INSERTED DELETED GONE",
        "'D' == type                                             → DELETED GONE",
        "type in ['I', 'D']                                      → INSERTED DELETED GONE",
        "type == 'D' && before.Quantity == 2                     → DELETED",
        "type(row.Quantity) == int                               → SOLD PRICED INSERTED FIRST_SEEN",
        "[1, 2].exists(n, n == before.Quantity)                  → SOLD PRICED DELETED",
        "(type == 'D' ? before.Quantity : row.Quantity) == 2     → DELETED",
        "true                                                    → SOLD PRICED INSERTED FIRST_SEEN DELETED GONE",
      })
  void holdsForChangesByWhatWasAndWhatIs(String text, String expected) {
    List<String> names = holding(text).stream().map(Case::name).toList();
    assertThat(String.join(" ", names)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "before.Quantty > 1              → 1 → 8  → dbo.Stock has no column 'Quantty'; the nearest is 'Quantity'",
        "row.Quantity == 1 && before['Quantty'] > 1 → 1 → 29 → dbo.Stock has no column 'Quantty'; the nearest is 'Quantity'",
        "has(before.Shelv)               → 1 → 5 → dbo.Stock has no column 'Shelv'; the nearest is 'Shelf'",
        "befor.Quantity > 1              → 1 → 1  → unknown name 'befor'; columns are written row.NAME and before.NAME, the kind of change type",
        "Quantity > 1                    → 1 → 1  → unknown name 'Quantity'; the column is written row.Quantity",
        "before == row                   → 1 → 1  → `before` is no value by itself; name a column, as in before.NAME",
        "before.Quantity == 'x'          → 1 → 17 → `==` does not go with (int, string)",
        "before[row.Shelf] == 1          → 1 → 7  → a column is named by a literal, as in before[\"Order Date\"]",
        "[1].exists(before, before == 1) → 1 → 11 → `before` is the row before the change; name the element otherwise",
        "[1].exists(type, type == 1)     → 1 → 11 → `type` is the kind of change; name the element otherwise",
        "type == 'UPDATE'                → 1 → 9  → a change is of type 'I', 'U' or 'D'",
        "type in ['I', 'R']              → 1 → 15 → a change is of type 'I', 'U' or 'D'",
        "type == 1                       → 1 → 6  → `==` does not go with (string, int)",
        "type                            → 1 → 1  → it is of type string, not bool",
        "before.Quantity                 → 1 → 1  → it is of type int, not bool",
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

  private static List<Problem> problems(String text) {
    try {
      ChangeCondition.compile(text, SCHEMA);
      throw new AssertionError("compiles: " + text);
    } catch (ExpressionException e) {
      return e.problems();
    }
  }

  @Test
  void tellsWhatItLooksAt() {
    ChangeCondition both = compiled("row.Quantity == 1 && before.Shelf == null");
    ChangeCondition one = compiled("row.Quantity == 1 && type == 'U'");
    assertThat(both.columns()).containsExactlyInAnyOrder(1, 3);
    assertThat(both.mentionsBefore()).isTrue();
    assertThat(one.columns()).containsExactly(1);
    assertThat(one.mentionsBefore()).isFalse();
  }
}
