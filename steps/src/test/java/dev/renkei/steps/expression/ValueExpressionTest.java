package dev.renkei.steps.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Row;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueExpressionTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("dbo", "Lines"),
          List.of(
              new Column("LineID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.SMALLINT, 0, 0, 0, null, true, 0, false),
              new Column("Price", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, false),
              new Column("Weight", TypeKind.FLOAT, 0, 0, 0, null, true, 0, false),
              new Column("Name", TypeKind.NVARCHAR, 40, 0, 0, "Japanese_CI_AS", true, 0, false),
              new Column("OrderedAt", TypeKind.DATETIME2, 0, 0, 7, null, true, 0, false),
              new Column("PaidAt", TypeKind.DATETIMEOFFSET, 0, 0, 7, null, true, 0, false)));

  private static Row row(@Nullable Object price) {
    return new Row(
        SCHEMA,
        new @Nullable Object[] {
          7,
          3,
          price,
          1.5,
          "りんご",
          LocalDateTime.parse("2024-02-29T09:00:00"),
          OffsetDateTime.parse("2024-02-29T09:00:00+09:00")
        });
  }

  private static final Row ROW = row(new BigDecimal("10.10"));

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          row.Quantity,                  SMALLINT,       3
          row.Quantity * 2,              BIGINT,         6
          row.Price * row.Quantity,      DECIMAL,        30.30
          row.Price - 0.01,              DECIMAL,        10.09
          row.Weight + 1,                FLOAT,          2.5
          row.Name,                      NVARCHAR,       りんご
          row.Name + '!',                NVARCHAR,       りんご!
          row.Quantity > 2,              BIT,            true
          row.OrderedAt,                 DATETIME2,      2024-02-29T09:00
          'timestamp(row.OrderedAt, ''Asia/Tokyo'')', DATETIMEOFFSET, 2024-02-29T00:00Z
          """)
  void hasTheTypeOfItsColumnOrAWideOneOfItsOwn(String text, TypeKind kind, String value)
      throws Exception {
    ValueExpression compiled = ValueExpression.compile(text, SCHEMA);

    assertThat(compiled.kind()).isEqualTo(kind);
    assertThat(compiled.evaluate(ROW)).isInstanceOf(kind.valueClass()).hasToString(value);
  }

  @Test
  void isNullWhereSomethingInItIs() throws Exception {
    assertThat(ValueExpression.compile("row.Price * row.Quantity", SCHEMA).evaluate(row(null)))
        .isNull();
  }

  @Test
  void givesAColumnForItsValues() throws Exception {
    ValueExpression name = ValueExpression.compile("row.Name", SCHEMA);
    ValueExpression amount = ValueExpression.compile("row.Price * 2", SCHEMA);

    assertThat(name.columnName()).isEqualTo("Name");
    assertThat(name.column("Name", 1))
        .isEqualTo(
            new Column("Name", TypeKind.NVARCHAR, 40, 0, 0, "Japanese_CI_AS", false, 1, false));
    assertThat(amount.columnName()).isNull();
    assertThat(amount.column("amount", 0).sqlType()).isEqualTo("decimal(38,9)");
  }

  @Test
  void refusesWhatNoColumnHolds() {
    assertThatThrownBy(() -> ValueExpression.compile("[row.Quantity]", SCHEMA))
        .isInstanceOf(ExpressionException.class)
        .hasMessage("line 1, column 1: it is of type list(int), which no column holds");
  }

  @Test
  void refusesUnknownColumnsWithTheirPlace() {
    assertThatThrownBy(() -> ValueExpression.compile("row.Quantity + row.Prize", SCHEMA))
        .hasMessage("line 1, column 20: dbo.Lines has no column 'Prize'; the nearest is 'Price'");
  }

  @Test
  void takesADatetimeForAMomentOnlyWithAZone() throws Exception {
    Instant midnight = Instant.parse("2024-02-29T00:00:00Z");

    assertThat(TimeExpression.compile("row.PaidAt", SCHEMA, null).evaluate(ROW))
        .isEqualTo(midnight);
    assertThat(
            TimeExpression.compile("row.OrderedAt", SCHEMA, ZoneId.of("Asia/Tokyo")).evaluate(ROW))
        .isEqualTo(midnight);
    assertThat(
            TimeExpression.compile("timestamp(row.OrderedAt, '+09:00')", SCHEMA, null)
                .evaluate(ROW))
        .isEqualTo(midnight);
    assertThatThrownBy(() -> TimeExpression.compile("row.OrderedAt", SCHEMA, null))
        .hasMessage(
            "line 1, column 1: a datetime without an offset; say its zone by `timezone: Asia/Tokyo`, or in the expression by timestamp(row.OrderedAt, 'Asia/Tokyo')");
    assertThatThrownBy(() -> TimeExpression.compile("row.Name", SCHEMA, null))
        .hasMessage("line 1, column 1: it is of type string, not a datetimeoffset or a datetime");
  }
}
