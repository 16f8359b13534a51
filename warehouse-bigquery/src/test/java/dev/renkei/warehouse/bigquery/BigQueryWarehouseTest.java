package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.contract.WarehouseContract;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.WarehouseException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the warehouse promises, against the stand-in. */
class BigQueryWarehouseTest extends WarehouseContract<BigQueryWarehouse> {
  private static BigQueryStandIn standIn;
  private static int datasets;

  private final String dataset = "shop_" + ++datasets;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @AfterEach
  void endFaults() {
    standIn.faults().clear();
  }

  private WarehouseConfig.BigQuery config() {
    return Places.config(standIn, dataset);
  }

  @Override
  protected BigQueryWarehouse open(Clock at) throws Exception {
    return BigQueryWarehouse.open(config(), Places.options(at));
  }

  @Override
  protected String table(String name) {
    return "dbo_" + name;
  }

  @Override
  protected String asOf(String name, String instant) {
    return "%s.dbo_%s_as_of(TIMESTAMP '%s')".formatted(dataset, name, instant);
  }

  @Override
  protected String quoted(String name) {
    return '`' + name + '`';
  }

  @Override
  protected String numbers(int count) {
    return "UNNEST(GENERATE_ARRAY(1, %d)) AS n".formatted(count);
  }

  @Override
  protected void forget(BigQueryWarehouse of) throws Exception {
    of.forget();
  }

  @Test
  void theLogReadToItsEndAgreesWithTheCurrentRows() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(2, 5, 20), Shop.update(1, 6, 11), Shop.delete(2, 7));
    apply(Shop.update(1, 5, 10));

    assertThat(Shop.rows(warehouse, "SELECT ProductID, Quantity FROM dbo_Stock_latest"))
        .containsExactly("1,11");
    assertThat(Shop.rows(warehouse, BigQueryPlan.reconciliation(config(), Shop.STOCK)))
        .containsExactly("1,1,0,1");
    assertThat(warehouse.query(BigQueryPlan.latency(config(), Shop.STOCK), 10).columns())
        .contains("p50_millis", "p99_millis");
  }

  @Test
  void aTypeThatAColumnDoesNotHoldGetsAnotherFieldAndViewsShowThemAsOne() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(2, 5, 20));
    TableSchema text =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT), Shop.plain("Quantity", TypeKind.NVARCHAR)));
    warehouse.prepare(Shop.record(text));

    apply(Shop.change(text, ChangeType.UPDATE, new Sequence(1, 6, 0), 1, "eleven"));
    reopen();
    warehouse.prepare(Shop.record(text));
    apply(Shop.change(text, ChangeType.UPDATE, new Sequence(1, 7, 0), 3, "three"));

    assertThat(stock()).containsExactly("1,eleven", "2,20", "3,three");
    assertThat(log()).containsExactly("1,U,10", "2,U,20", "1,U,eleven", "3,U,three");
    assertThat(
            Shop.rows(
                warehouse,
                "SELECT Quantity FROM " + asOf("Stock", "2026-01-01 12:00:05Z") + " ORDER BY 1"))
        .containsExactly("10", "20");
  }

  @Test
  void namesThatNeedQuotesAndOnesThatAreTaken() throws Exception {
    TableName name = new TableName("営業 部", "Order \"Details\"");
    TableSchema schema =
        new TableSchema(
            name,
            List.of(
                Shop.key("select", TypeKind.INT),
                Shop.plain("数量 ]x'", TypeKind.INT),
                Shop.plain("_Sequence", TypeKind.INT)));
    warehouse.prepare(Shop.record(schema));

    apply(Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), 1, 2, 3));
    reopen();
    warehouse.prepare(Shop.record(schema));
    apply(Shop.change(schema, ChangeType.INSERT, new Sequence(1, 6, 0), 4, 5, 6));

    assertThat(
            Shop.rows(
                warehouse,
                "SELECT `select`, `数量 _x5D_x_x27_`, `_Sequence_` FROM `営業 部_Order _x22_Details_x22_` ORDER BY 1"))
        .containsExactly("1,2,3", "4,5,6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO _renkei_positions (_key) VALUES ('x')",
        "DROP VIEW dbo_Stock",
        "CREATE TABLE t(i INT64)"
      })
  void onlyQueriesAreAnswered(String sql) {
    assertThatThrownBy(() -> warehouse.query(sql, 10)).isInstanceOf(WarehouseException.class);
  }
}
