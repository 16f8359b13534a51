package dev.renkei.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.KeyRange.Bound;
import dev.renkei.core.change.KeyRange.Operator;
import dev.renkei.core.change.Where.Term;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereTest {
  private static Column column(String name, TypeKind kind, int precision, int scale, int ordinal) {
    String collation = kind.isText() ? "Latin1_General_CI_AS" : null;
    return new Column(
        name, kind, kind.isText() ? 20 : 0, precision, scale, collation, false, ordinal, false);
  }

  private static final TableSchema ORDERS =
      new TableSchema(
          new TableName("dbo", "Orders"),
          List.of(
              column("OrderID", TypeKind.INT, 0, 0, 1),
              column("Region", TypeKind.NVARCHAR, 0, 0, 2),
              column("Price", TypeKind.DECIMAL, 10, 2, 3),
              column("Order Date]", TypeKind.DATETIME2, 0, 3, 4),
              column("Legacy", TypeKind.DATETIME, 0, 0, 5),
              column("Weight", TypeKind.FLOAT, 0, 0, 6),
              column("Note", TypeKind.INT, 0, 0, 0)));

  @Test
  void comparisonsAreJoinedByAnd() {
    assertThat(Where.parse("OrderID>=1000 and OrderID < 2000").terms())
        .containsExactly(
            new Term("OrderID", Operator.AT_LEAST, "1000", false, 1),
            new Term("OrderID", Operator.LESS, "2000", false, 19));
    assertThat(
            Where.parse(" [Order Date]]] BETWEEN '2024-01-01' AND N'it''s' AND A = -1.5").terms())
        .containsExactly(
            new Term("Order Date]", Operator.AT_LEAST, "2024-01-01", true, 2),
            new Term("Order Date]", Operator.AT_MOST, "it's", true, 2),
            new Term("A", Operator.EQUAL, "-1.5", false, 55));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "OrderID | character 8: expected <, <=, =, >=, > or BETWEEN",
        "OrderID >= | character 11: expected a number, or text in 'quotes'",
        "OrderID >= Price | character 12: expected a number, or text in 'quotes'",
        "OrderID = 1 OR OrderID = 2 | character 13: expected AND or the end",
        "OrderID = 1; DROP TABLE x | character 12: expected AND or the end",
        "1 = 1 | character 1: expected a column",
        "OrderID BETWEEN 1 OrderID | character 19: expected AND, of BETWEEN",
        "OrderID = 1 AND | character 16: expected a column",
        "OrderID <> 1 | character 10: expected a number, or text in 'quotes'",
        "Region = 'open | character 10: expected a number, or text in 'quotes'",
      })
  void whatIsNoConditionIsToldWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> Where.parse(text)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Missing = 1 | character 1: dbo.Orders has no column Missing",
        "OrderID = 1 AND OrderID = 'x' | character 17: x is no int (column OrderID)",
        "OrderID = 1.5 | character 1: 1.5 is no int (column OrderID)",
        "OrderID = 3000000000 | character 1: 3000000000 is no int (column OrderID): it is out of range",
        "Price = 1.234 | character 1: 1.234 is no decimal(10,2) (column Price)",
        "Region = 7 | character 1: 7 is no nvarchar(20) (column Region): write it in 'quotes'",
        "[Order Date]]] > '2024-01-01T00:00:00.0001' | character 1: 2024-01-01T00:00:00.0001 is no datetime2(3) (column Order Date]): it has 3 digits of a second",
        "Legacy < '2024-01-01T00:00:00.001' | character 1: 2024-01-01T00:00:00.001 is no datetime (column Legacy): its milliseconds end in 0, 3 or 7",
      })
  void aConstantThatDoesNotFitItsColumnIsTold(String text, String message) {
    assertThatThrownBy(() -> Where.parse(text).typed(ORDERS)).hasMessage(message);
  }

  @Test
  void constantsHaveTheirColumnsTypes() {
    assertThat(
            Where.parse("orderid = 7 AND Price <= 1.5 AND [order date]]] > '2024-01-31 10:00'")
                .typed(ORDERS))
        .extracting(Where.Typed::value)
        .containsExactly(7, new BigDecimal("1.50"), LocalDateTime.of(2024, 1, 31, 10, 0));
  }

  @Test
  void aRangeOfKeysIsOneOfTypesWithOneOrder() {
    assertThat(
            Where.parse(
                    "OrderID > 7 AND Region = 'Jp ' AND Price < 1.50 AND Legacy >= '2024-01-01'")
                .keyRange(ORDERS))
        .contains(
            new KeyRange(
                List.of(
                    new Bound(0, Operator.MORE, true, 0, "7"),
                    new Bound(
                        1,
                        Operator.EQUAL,
                        false,
                        0,
                        KeyFolding.foldOne(ORDERS.columns().get(1), "jP")),
                    new Bound(2, Operator.LESS, true, 2, "1.5"),
                    new Bound(4, Operator.AT_LEAST, false, 0, "2024-01-01T00:00:00.0000000"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Note = 7",
        "OrderID = 7 AND Note = 7",
        "Region >= 'A'",
        "Weight = 1",
        "Weight < 1"
      })
  void whatNoConsumerCouldTellIsNoRangeOfKeys(String text) {
    assertThat(Where.parse(text).keyRange(ORDERS)).isEmpty();
  }
}
