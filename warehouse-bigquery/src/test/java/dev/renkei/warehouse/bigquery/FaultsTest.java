package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.bigquery.standin.Faults;
import dev.renkei.bigquery.standin.write.AppendFault;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.contract.Hands;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong on the way to BigQuery loses nothing, doubles nothing, and is told. */
@Tag("long")
class FaultsTest {
  private static BigQueryStandIn standIn;
  private static int datasets;

  private final Hands clock = new Hands();
  private WarehouseConfig.BigQuery config;
  private BigQueryWarehouse warehouse;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @BeforeEach
  void open() throws Exception {
    config = Places.config(standIn, "faults_" + ++datasets);
    warehouse = BigQueryWarehouse.open(config, Places.options(clock));
    warehouse.prepare(Shop.record(Shop.SCHEMA));
  }

  @AfterEach
  void close() {
    standIn.faults().clear();
    warehouse.close();
  }

  private void apply(Change... changes) throws Exception {
    warehouse.apply(List.of(changes), Shop.STREAM, Map.of(0, 1L));
  }

  private List<String> stock() throws Exception {
    return Shop.rows(warehouse, "SELECT ProductID, Quantity FROM dbo_Stock ORDER BY 1");
  }

  private long rowsOfLog() throws Exception {
    return Long.parseLong(Shop.rows(warehouse, "SELECT COUNT(*) FROM dbo_Stock_log").get(0));
  }

  @ParameterizedTest
  @EnumSource(
      value = AppendFault.class,
      names = {
        "DROP_BEFORE_APPLY",
        "DROP_AFTER_APPLY",
        "INTERNAL",
        "UNAVAILABLE",
        "RESOURCE_EXHAUSTED"
      })
  void whatPassesIsTriedAgainAndTheLogHasEachRowOnce(AppendFault fault) throws Exception {
    apply(Shop.update(1, 5, 10));
    standIn.faults().onAppend(fault, 3);

    apply(Shop.update(1, 6, 11), Shop.update(2, 6, 20));

    assertThat(stock()).containsExactly("1,11", "2,20");
    assertThat(rowsOfLog()).isEqualTo(3);
  }

  @Test
  void connectionsThatDropAmongManyRequestsLoseAndDoubleNothing() throws Exception {
    BigQueryOptions small =
        new BigQueryOptions(
            Duration.ofDays(15), Duration.ofSeconds(20), 400, 20, 2, 1L << 30, clock);
    warehouse.close();
    warehouse = BigQueryWarehouse.open(config, small);
    warehouse.prepare(Shop.record(Shop.SCHEMA));
    List<Change> changes = new ArrayList<>();
    for (int product = 0; product < 100; product++) {
      changes.add(Shop.update(product, 5, product));
    }
    standIn.faults().onAppend(s -> s.contains("Stock"), AppendFault.NONE, 5);
    standIn.faults().onAppend(s -> s.contains("Stock"), AppendFault.DROP_AFTER_APPLY, 2);
    standIn.faults().onAppend(s -> s.contains("Stock"), AppendFault.INTERNAL, 2);

    warehouse.apply(changes, Shop.STREAM, Map.of());

    assertThat(stock()).hasSize(100);
    assertThat(rowsOfLog()).isEqualTo(100);
  }

  @Test
  void aRowThatBigQueryRefusesIsNamedAndTheOthersGoThroughWithoutIt() throws Exception {
    standIn
        .faults()
        .refuseRows((table, row) -> "13".equals(String.valueOf(row.get("Quantity"))) ? "13!" : "");
    Change bad = Shop.update(2, 5, 13);

    assertThatThrownBy(() -> apply(Shop.update(1, 5, 10), bad, Shop.update(3, 5, 30)))
        .isInstanceOfSatisfying(
            ChangeRefusedException.class, e -> assertThat(e.change()).isSameAs(bad))
        .hasMessageContaining("dbo.Stock")
        .hasMessageNotContaining("13");
    apply(Shop.update(1, 5, 10), Shop.update(3, 5, 30));

    assertThat(stock()).containsExactly("1,10", "3,30");
    assertThat(Shop.rows(warehouse, "SELECT COUNT(*) FROM dbo_Stock_changes")).containsExactly("2");
  }

  @Test
  void aRightThatIsTakenAwayIsToldWithTheRoleAndNothingIsLostOnceItIsBack() throws Exception {
    apply(Shop.update(1, 5, 10));
    try (Faults.Switch denied = standIn.faults().denyAll()) {
      assertThatThrownBy(() -> apply(Shop.update(1, 6, 11)))
          .isInstanceOf(WarehouseException.class)
          .hasMessageContaining("roles/bigquery.dataEditor")
          .hasMessageContaining("faults_");
      assertThatThrownBy(() -> warehouse.positions(Shop.STREAM))
          .hasMessageContaining("roles/bigquery.jobUser");
    }

    apply(Shop.update(1, 6, 11));

    assertThat(stock()).containsExactly("1,11");
    assertThat(Shop.rows(warehouse, "SELECT COUNT(*) FROM dbo_Stock_changes")).containsExactly("2");
  }

  @Test
  void aQuotaThatStaysUsedUpEndsTheCallAndTheNextOneSucceeds() throws Exception {
    BigQueryOptions impatient =
        new BigQueryOptions(
            Duration.ofDays(15), Duration.ofMillis(300), 1_000_000, 20, 2, 1L << 30, clock);
    warehouse.close();
    warehouse = BigQueryWarehouse.open(config, impatient);
    warehouse.prepare(Shop.record(Shop.SCHEMA));
    try (Faults.Switch exhausted = standIn.faults().onAppend(AppendFault.RESOURCE_EXHAUSTED)) {
      assertThatThrownBy(() -> apply(Shop.update(1, 5, 10)))
          .isInstanceOf(WarehouseException.class)
          .hasMessageContaining("again and again");
    }

    apply(Shop.update(1, 5, 10));

    assertThat(stock()).containsExactly("1,10");
  }

  @Test
  void quotaAndWeatherOfTheRestInterfaceAreWaitedOut() throws Exception {
    standIn.faults().onCall(c -> c.contains("/queries"), 403, "rateLimitExceeded", 1);
    standIn.faults().onCall(c -> c.contains("/queries"), 503, "backendError", 1);

    assertThat(warehouse.streams()).isEmpty();
  }

  @Test
  void answersThatAreLostWhileTablesAreMadeAndAlteredMakeNothingTwice() throws Exception {
    TableSchema wider =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT),
                Shop.plain("Quantity", TypeKind.INT),
                Shop.plain("Shelf", TypeKind.NVARCHAR)));
    TableSchema other =
        new TableSchema(new TableName("dbo", "Other"), List.of(Shop.key("Id", TypeKind.INT)));
    standIn.faults().loseAnswers(c -> c.startsWith("POST") || c.startsWith("PATCH"), 2);
    warehouse.prepare(Shop.record(wider));
    standIn.faults().loseAnswers(c -> c.startsWith("POST") || c.startsWith("PATCH"), 3);
    warehouse.prepare(Shop.record(other));

    apply(
        Shop.change(wider, ChangeType.INSERT, new Sequence(1, 5, 0), 1, 2, "A"),
        Shop.change(other, ChangeType.INSERT, new Sequence(1, 5, 0), 7));

    assertThat(Shop.rows(warehouse, "SELECT Shelf FROM dbo_Stock")).containsExactly("A");
    assertThat(Shop.rows(warehouse, "SELECT Id FROM dbo_Other")).containsExactly("7");
  }

  @Test
  void aTableThatWasJustMadeAndIsNotFoundYetIsWaitedFor() throws Exception {
    standIn
        .faults()
        .onCall(c -> c.startsWith("CreateWriteStream") && c.contains("Stock"), 404, "notFound", 2);

    apply(Shop.update(1, 5, 10));

    assertThat(stock()).containsExactly("1,10");
  }

  @Test
  void aTableThatWasDeletedIsToldAndMadeAgainByTheNextProcess() throws Exception {
    apply(Shop.update(1, 5, 10));
    delete("dbo_Stock_upserts");
    delete("dbo_Stock_log");

    assertThatThrownBy(() -> apply(Shop.update(1, 6, 11)))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("dbo_Stock")
        .hasMessageContaining("restart the loader")
        .hasMessageContaining("renkei reload");

    warehouse.close();
    warehouse = BigQueryWarehouse.open(config, Places.options(clock));
    warehouse.prepare(Shop.record(Shop.SCHEMA));
    apply(Shop.update(1, 6, 11));
    assertThat(stock()).containsExactly("1,11");
  }

  private void delete(String table) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create(
                        "%s/bigquery/v2/projects/%s/datasets/%s/tables/%s"
                            .formatted(
                                standIn.restUrl(), config.project(), config.dataset(), table)))
                .DELETE()
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }

  @Test
  void aProcessThatEndsBetweenDataAndPositionsRepeatsRowsThatCountOnce() throws Exception {
    try (Faults.Switch broken =
        standIn
            .faults()
            .onAppend(s -> s.contains("_renkei_positions"), AppendFault.PERMISSION_DENIED, 99)) {
      assertThatThrownBy(() -> apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11)))
          .isInstanceOf(WarehouseException.class);
    }
    warehouse.close();
    warehouse = BigQueryWarehouse.open(config, Places.options(clock));
    warehouse.prepare(Shop.record(Shop.SCHEMA));
    assertThat(warehouse.positions(Shop.STREAM)).isEmpty();

    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11));

    assertThat(rowsOfLog()).isEqualTo(4);
    assertThat(Shop.rows(warehouse, "SELECT Quantity FROM dbo_Stock_changes ORDER BY _sequence"))
        .containsExactly("10", "11");
    assertThat(stock()).containsExactly("1,11");
    assertThat(warehouse.positions(Shop.STREAM)).isEqualTo(Map.of(0, 1L));
  }

  @Test
  void aSweepThatBreaksOffIsFinishedByTheNextOne() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(2, 5, 20));
    Sweep sweep =
        new Sweep(Shop.SOURCE, Shop.STOCK, 1, new Sequence(1, 8, 1), Shop.NOON.plusSeconds(8));
    try (Faults.Switch broken =
        standIn
            .faults()
            .onAppend(s -> s.contains("Stock_upserts"), AppendFault.PERMISSION_DENIED, 99)) {
      assertThatThrownBy(() -> warehouse.sweep(sweep, Shop.STREAM, Map.of()))
          .isInstanceOf(WarehouseException.class);
    }

    warehouse.sweep(sweep, Shop.STREAM, Map.of());

    assertThat(stock()).isEmpty();
    assertThat(Shop.rows(warehouse, "SELECT COUNT(*) FROM dbo_Stock_changes WHERE _type = 'D'"))
        .containsExactly("2");
  }

  @Test
  void moreTablesThanOpenConnectionsAreAllLoaded() throws Exception {
    List<TableSchema> schemas = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      TableSchema schema =
          new TableSchema(new TableName("dbo", "T" + i), List.of(Shop.key("Id", TypeKind.INT)));
      warehouse.prepare(Shop.record(schema));
      schemas.add(schema);
    }
    for (int round = 1; round <= 3; round++) {
      List<Change> changes = new ArrayList<>();
      for (TableSchema schema : schemas) {
        changes.add(Shop.change(schema, ChangeType.INSERT, new Sequence(1, round, 0), round));
      }
      warehouse.apply(changes, Shop.STREAM, Map.of());
    }

    for (int i = 0; i < 5; i++) {
      assertThat(Shop.rows(warehouse, "SELECT COUNT(*) FROM dbo_T%d_log".formatted(i)))
          .containsExactly("3");
    }
  }

  @Test
  void aDatasetElsewhereIsToldBeforeAnythingIsWritten() {
    WarehouseConfig.BigQuery elsewhere =
        new WarehouseConfig.BigQuery(
            "cloud",
            true,
            config.project(),
            config.dataset(),
            "EU",
            config.table(),
            config.maxStaleness(),
            config.labels(),
            config.policyTags(),
            config.endpoint());

    assertThatThrownBy(() -> BigQueryWarehouse.open(elsewhere, Places.options(clock)))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("asia-northeast1")
        .hasMessageContaining("location: asia-northeast1");
  }
}
