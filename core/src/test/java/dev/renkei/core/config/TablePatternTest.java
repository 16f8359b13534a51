package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.schema.TableName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TablePatternTest {
  @ParameterizedTest
  @CsvSource({
    "dbo.*, dbo.Orders, true",
    "dbo.*, DBO.orders, true",
    "dbo.*, sales.Orders, false",
    "dbo.*, dbo.a.b, true",
    "dbo.*_archive, dbo.Orders_archive, true",
    "dbo.*_archive, dbo.Orders_archive2, false",
    "*.Orders, sales.Orders, true",
    "*.*, sales.[Order Details], true",
    "d*o.O*r*s, dbo.Orders, true",
    "dbo.Order(s), dbo.Orders, false",
    "dbo.Order?, dbo.Orders, false",
    "dbo.受注*, dbo.受注明細, true",
  })
  void matchesOrNot(String pattern, String table, boolean matches) {
    assertThat(new TablePattern(pattern).matches(TableName.parse(table))).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dbo", "*", ".x", "dbo."})
  void refusesWhatIsNoPattern(String text) {
    assertThatThrownBy(() -> new TablePattern(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'%s' is not of the form schema.table".formatted(text));
  }
}
