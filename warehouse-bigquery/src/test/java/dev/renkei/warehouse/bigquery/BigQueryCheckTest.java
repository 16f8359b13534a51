package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.bigquery.standin.Faults;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.contract.Hands;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.BigQueryCheck.Finding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What `renkei check` is told of BigQuery. */
class BigQueryCheckTest {
  private static BigQueryStandIn standIn;
  private static int datasets;

  private WarehouseConfig.BigQuery config;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @BeforeEach
  void dataset() {
    config = Places.config(standIn, "checked_" + ++datasets);
  }

  private List<Finding> check() throws Exception {
    return BigQueryCheck.run(config, List.of(Shop.record(Shop.SCHEMA)));
  }

  private Rest rest() {
    return new Rest(config, Duration.ofSeconds(20), null);
  }

  @Test
  void aDatasetThatIsMissingIsToldAndNotMade() throws Exception {
    assertThat(check())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.fatal()).isFalse();
              assertThat(finding.sentence()).contains("is not there", "renkei up");
            });
    assertThat(rest().dataset()).isNull();
  }

  @Test
  void nothingIsSaidOfAWarehouseThatIsWell() throws Exception {
    try (BigQueryWarehouse warehouse =
        BigQueryWarehouse.open(config, Places.options(new Hands()))) {
      warehouse.prepare(Shop.record(Shop.SCHEMA));
    }

    assertThat(check()).isEmpty();
  }

  @Test
  void aTableThatDoesNotFitIsToldWithItsCure() throws Exception {
    rest().insert(new TableResources(config).dataset());
    String id = Names.table(config, Shop.STOCK);
    StoredTable table =
        new StoredTable(Shop.SOURCE, Shop.STOCK, id, List.of()).widenedTo(Shop.SCHEMA);
    var unfit = new TableResources(config).upserts(table, java.util.Set.of("ProductID"));
    var unused = rest().insert(unfit.setTableConstraints(null));

    assertThat(check())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.fatal()).isTrue();
              assertThat(finding.sentence())
                  .contains("its primary key is not (_key)", "Rename or drop it");
            });
  }

  @Test
  void aRightThatIsMissingIsToldWithTheRole() {
    try (Faults.Switch denied = standIn.faults().denyAll()) {
      assertThatThrownBy(this::check)
          .isInstanceOf(WarehouseException.class)
          .hasMessageContaining("roles/bigquery.jobUser on the project");
    }
  }

  @Test
  void aDatasetThatMayNotBeReadIsToldWithTheRole() {
    try (Faults.Switch denied =
        standIn.faults().onCall(call -> call.startsWith("GET "), 403, "accessDenied", 1)) {
      assertThatThrownBy(this::check)
          .hasMessageContaining("the dataset cannot be read")
          .hasMessageContaining("roles/bigquery.dataEditor on the dataset");
    }
  }

  @Test
  void rightsThatAreNotGrantedAreNamed() {
    assertThat(BigQueryCheck.lacking(List.of("bigquery.tables.get", "bigquery.tables.getData")))
        .containsExactly("bigquery.tables.update", "bigquery.tables.updateData");
  }
}
