package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.contract.WarehouseContract;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.WarehouseException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the warehouse promises, on real files. */
class DuckDbWarehouseTest extends WarehouseContract<DuckDbWarehouse> {
  @TempDir private Path folder = Path.of("");

  private Path file() {
    return folder.resolve("shop.duckdb");
  }

  @Override
  protected DuckDbWarehouse open(Clock at) throws Exception {
    return DuckDbWarehouse.open(file(), Places.options(at));
  }

  @Override
  protected String table(String name) {
    return "dbo." + name;
  }

  @Override
  protected String asOf(String name, String instant) {
    return "dbo.%s_as_of('%s')".formatted(name, instant);
  }

  @Override
  protected String quoted(String name) {
    return '"' + name + '"';
  }

  @Override
  protected String numbers(int count) {
    return "range(%d)".formatted(count);
  }

  @Override
  protected void settle(DuckDbWarehouse of) throws Exception {
    of.merge();
  }

  @Override
  protected void forget(DuckDbWarehouse of) throws Exception {
    of.purge();
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
    warehouse.merge();

    assertThat(
            Shop.rows(
                warehouse,
                "SELECT \"select\", \"数量 ]x'\", \"_Sequence_\" FROM \"営業 部\".\"Order \"\"Details\"\"\""))
        .containsExactly("1,2,3");
  }

  @Test
  void aSecondWriterIsRefusedWithAWayOut() {
    assertThatThrownBy(() -> DuckDbWarehouse.open(file(), Places.options()))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("another process writes this warehouse")
        .hasMessageContaining("renkei query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO _renkei.positions VALUES ('x', 1, 1)",
        "DROP VIEW dbo.Stock",
        "SELECT 1; DROP VIEW dbo.Stock",
        "CREATE TABLE t(i INTEGER)",
        "SET threads = 1",
        "COMMIT",
        "COPY dbo.Stock TO 'stock.csv'",
        "ATTACH 'other.duckdb'",
        "CHECKPOINT"
      })
  void onlyQueriesAreAnswered(String sql) {
    assertThatThrownBy(() -> warehouse.query(sql, 10))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("only a query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DESCRIBE dbo.Stock",
        "SHOW ALL TABLES",
        "FROM dbo.Stock",
        "SUMMARIZE dbo.Stock",
        "WITH s AS (SELECT 1) SELECT * FROM s"
      })
  void whatOnlyReadsIsAnswered(String sql) throws Exception {
    assertThat(warehouse.query(sql, 10).columns()).isNotEmpty();
  }

  @Test
  void aQueryCannotReadFilesOfTheMachine() {
    assertThatThrownBy(() -> warehouse.query("SELECT * FROM read_text('/etc/hostname')", 10))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("disabled");
  }

  @Test
  void valuesAreRenderedAsTheDatabaseDoes() throws Exception {
    assertThat(
            Shop.rows(
                warehouse,
                "SELECT timestamptz '2024-01-01 00:00:00.5+09', timestamp '0001-01-01 00:00:00', time '10:00:00', date '0001-01-01', 1.50, true, blob 'x\\xFF', [1, 2]"))
        .containsExactly(
            "2023-12-31 15:00:00.5+00,0001-01-01 00:00:00,10:00:00,0001-01-01,1.50,true,x\\xFF,[1, 2]");
  }

  @Test
  void queriesGoOnWhileAnotherThreadLoads() throws Exception {
    Thread loading =
        new Thread(
            () -> {
              try {
                for (int version = 1; version <= 60; version++) {
                  apply(Shop.update(1, version, version), Shop.update(2, version, version));
                  if (version % 20 == 0) {
                    warehouse.merge();
                    warehouse.checkpoint();
                  }
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    loading.start();
    while (loading.isAlive()) {
      // Both rows of one batch, or none: each batch is seen whole.
      assertThat(Shop.rows(warehouse, "SELECT count(DISTINCT Quantity) FROM dbo.Stock"))
          .first()
          .isIn("0", "1");
    }
    loading.join();
    assertThat(stock()).containsExactly("1,60", "2,60");
  }
}
