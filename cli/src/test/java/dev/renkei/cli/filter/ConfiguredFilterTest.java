package dev.renkei.cli.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfiguredFilterTest {
  private static final TableName ORDERS = new TableName("dbo", "Orders");
  private static final TableName STOCK = new TableName("dbo", "Stock");

  private static TableSettings settings(@Nullable String where) {
    return new TableSettings(
        Duration.ofSeconds(1),
        TableSettings.Start.SNAPSHOT,
        1,
        Duration.ofSeconds(1),
        1,
        TableSettings.OnHistoryLost.RELOAD,
        Set.of(),
        null,
        where);
  }

  private static RowFilter filter(Map<TableName, TableSettings> override) {
    return ConfiguredFilter.of(
        new TablesConfig(settings(null), List.of(new TablePattern("*.*")), List.of(), override));
  }

  private static TableSchema schema(TableName table, String... columns) {
    return new TableSchema(
        table,
        java.util.Arrays.stream(columns)
            .map(c -> new Column(c, TypeKind.INT, 0, 0, 0, null, true, 0, false))
            .toList());
  }

  private static Row row(TableSchema schema, @Nullable Object... values) {
    return new Row(schema, values);
  }

  @Test
  void withoutAConditionThereIsNothingToAsk() {
    assertThat(filter(Map.of(STOCK, settings(null)))).isSameAs(RowFilter.EVERY_ROW);
  }

  @Test
  void eachTableHasItsOwnConditionWhateverTheCaseOfItsName() {
    RowFilter filter = filter(Map.of(new TableName("DBO", "orders"), settings("row.A > 1")));
    TableSchema orders = schema(ORDERS, "A");

    assertThat(filter.admits(row(orders, 2))).isTrue();
    assertThat(filter.admits(row(orders, 1))).isFalse();
    assertThat(filter.admits(row(orders, (Object) null))).isFalse();
    assertThat(filter.admits(row(schema(STOCK, "A"), 1))).isTrue();
  }

  @Test
  void aConditionFollowsItsTableFromSchemaToSchema() {
    RowFilter filter = filter(Map.of(ORDERS, settings("row.A > 1")));

    for (int round = 0; round < 2; round++) {
      for (int columns = 1; columns <= 6; columns++) {
        String[] names = new String[columns];
        @Nullable Object[] values = new @Nullable Object[columns];
        for (int i = 0; i < columns; i++) {
          names[i] = i == columns - 1 ? "A" : "B" + i;
          values[i] = i == columns - 1 ? 2 : 0;
        }
        assertThat(filter.admits(row(schema(ORDERS, names), values))).isTrue();
      }
    }
  }

  @Test
  void aSchemaThatDoesNotFitIsRefusedBeforeItsRowsAre() {
    RowFilter filter = filter(Map.of(ORDERS, settings("row.Ammount > 1")));
    TableSchema orders = schema(ORDERS, "Id", "Amount");

    assertThatThrownBy(() -> filter.prepare(orders))
        .isInstanceOf(RowFilterException.class)
        .hasMessage(
            "dbo.Orders: `where` does not fit the table: line 1, column 5: dbo.Orders has no column 'Ammount'; the nearest is 'Amount'");
    assertThatThrownBy(() -> filter.admits(row(orders, 1, 2)))
        .isInstanceOf(RowFilterException.class);
    filter.prepare(schema(ORDERS, "Ammount"));
    filter.prepare(schema(STOCK, "Id"));
  }

  @Test
  void aRowWithoutAVerdictIsNeitherAdmittedNorRefused() {
    RowFilter filter = filter(Map.of(ORDERS, settings("100 / row.A > 1")));

    assertThatThrownBy(() -> filter.admits(row(schema(ORDERS, "A"), 0)))
        .isInstanceOf(RowFilterException.class)
        .hasMessage("dbo.Orders: `where` has no value for a row: a division by zero at column 5");
  }
}
