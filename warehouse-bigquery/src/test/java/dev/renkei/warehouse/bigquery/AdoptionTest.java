package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.services.bigquery.model.Clustering;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.ColumnPattern;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.contract.Hands;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.SchemaRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that are there already are used as they are, or refused; never altered. */
class AdoptionTest {
  private static final String TAG = "projects/p/locations/l/taxonomies/t/policyTags/1";
  private static final Set<String> KEY = Set.of("ProductID");

  private static BigQueryStandIn standIn;
  private static int datasets;

  private WarehouseConfig.BigQuery config;
  private Rest rest;
  private StoredTable table;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @BeforeEach
  void dataset() throws Exception {
    config = Places.config(standIn, "adoption_" + ++datasets);
    rest = new Rest(config, Duration.ofSeconds(20), null);
    rest.insert(new TableResources(config).dataset());
    table =
        new StoredTable(Shop.SOURCE, Shop.STOCK, Names.table(config, Shop.STOCK), List.of())
            .widenedTo(Shop.SCHEMA);
  }

  private BigQueryWarehouse open() throws Exception {
    return BigQueryWarehouse.open(config, Places.options(new Hands()));
  }

  private Table made(String id) throws Exception {
    return Objects.requireNonNull(rest.table(id));
  }

  private static TableFieldSchema field(Table table, String name) {
    return Adoption.fieldNamed(table, name).orElseThrow();
  }

  @Test
  void tablesThatFitAreUsedWithWhatElseTheyHave() throws Exception {
    TableResources resources = new TableResources(config);
    Table upserts = resources.upserts(table, KEY);
    upserts
        .getSchema()
        .getFields()
        .add(new TableFieldSchema().setName("Remark").setType("STRING").setMode("NULLABLE"));
    rest.insert(upserts);
    rest.insert(resources.log(table, KEY).setLabels(Map.of("by", "terraform")));

    try (BigQueryWarehouse warehouse = open()) {
      warehouse.prepare(Shop.record(Shop.SCHEMA));
      warehouse.apply(List.of(Shop.update(1, 5, 10)), Shop.STREAM, Map.of());

      assertThat(Shop.rows(warehouse, "SELECT ProductID, Quantity FROM dbo_Stock"))
          .containsExactly("1,10");
    }
    assertThat(made("dbo_Stock_log").getLabels()).containsEntry("by", "terraform");
  }

  private static Stream<Arguments> misfits() {
    return Stream.of(
        Arguments.of(
            "not partitioned by day",
            false,
            (Consumer<Table>) t -> t.setTimePartitioning(new TimePartitioning().setType("DAY"))),
        Arguments.of(
            "not clustered by _key",
            false,
            (Consumer<Table>)
                t -> t.setClustering(new Clustering().setFields(List.of("_message_id")))),
        Arguments.of("primary key", true, (Consumer<Table>) t -> t.setTableConstraints(null)),
        Arguments.of(
            "_sequence is STRING",
            true,
            (Consumer<Table>) t -> field(t, "_sequence").setType("STRING")),
        Arguments.of(
            "no column _exact",
            false,
            (Consumer<Table>)
                t -> t.getSchema().getFields().removeIf(f -> f.getName().equals("_exact"))),
        Arguments.of(
            "Quantity is REQUIRED",
            true,
            (Consumer<Table>) t -> field(t, "Quantity").setMode("REQUIRED")),
        Arguments.of(
            "Quantity of dbo_Stock_upserts is BYTES",
            true,
            (Consumer<Table>) t -> field(t, "Quantity").setType("BYTES").setPrecision(null)));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aTableThatDiffersIsRefusedWithWhatDiffers(
      String said, boolean isUpserts, Consumer<Table> misfit) throws Exception {
    TableResources resources = new TableResources(config);
    Table made = isUpserts ? resources.upserts(table, KEY) : resources.log(table, KEY);
    misfit.accept(made);
    rest.insert(made);

    try (BigQueryWarehouse warehouse = open()) {
      if (said.contains("BYTES")) {
        // A type that another holds is no misfit: it gets a field of its own.
        warehouse.prepare(Shop.record(Shop.SCHEMA));
        assertThat(Adoption.fieldNamed(made("dbo_Stock_upserts"), "Quantity__STRING")).isPresent();
        return;
      }
      assertThatThrownBy(() -> warehouse.prepare(Shop.record(Shop.SCHEMA)))
          .isInstanceOf(SchemaRefusedException.class)
          .hasMessageContaining("dbo.Stock: ")
          .hasMessageContaining(said)
          .hasMessageContaining("Rename or drop it");
    }
  }

  @Test
  void policyTagsAreSetOnNewColumnsAndWhatHoldsTheirValuesAndKeptElsewhere() throws Exception {
    WarehouseConfig.BigQuery tagging =
        new WarehouseConfig.BigQuery(
            config.name(),
            true,
            config.project(),
            config.dataset(),
            config.location(),
            config.table(),
            Duration.ofMinutes(1),
            config.labels(),
            List.of(
                new WarehouseConfig.BigQuery.PolicyTag(
                    new ColumnPattern("dbo.Stock.ProductID"), TAG),
                new WarehouseConfig.BigQuery.PolicyTag(new ColumnPattern("dbo.*.Phone"), TAG)),
            config.endpoint());
    TableSchema wider =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT),
                Shop.plain("Quantity", TypeKind.INT),
                Shop.plain("Phone", TypeKind.NVARCHAR)));
    try (BigQueryWarehouse warehouse =
        BigQueryWarehouse.open(tagging, Places.options(new Hands()))) {
      warehouse.prepare(Shop.record(Shop.SCHEMA));
      warehouse.prepare(Shop.record(wider));
      warehouse.apply(
          List.of(
              Shop.change(wider, ChangeType.INSERT, new Sequence(1, 5, 0), 1, 2, "03-1234-5678")),
          Shop.STREAM,
          Map.of());
    }

    for (String id : List.of("dbo_Stock_upserts", "dbo_Stock_log")) {
      Table made = made(id);
      List<String> tagged = new ArrayList<>();
      for (TableFieldSchema field : Adoption.fieldsOf(made)) {
        if (field.getPolicyTags() != null) {
          assertThat(field.getPolicyTags().getNames()).containsExactly(TAG);
          tagged.add(field.getName());
        }
      }
      assertThat(tagged).contains("_key", "ProductID", "Phone").doesNotContain("Quantity");
      assertThat(made.getLabels()).containsEntry("team", "shop");
    }
    assertThat(made("dbo_Stock_upserts").getMaxStaleness()).isEqualTo("0-0 0 0:1:0");
    assertThat(BigQueryPlan.of(tagging, List.of(Shop.record(wider))).objects())
        .anySatisfy(o -> assertThat(o.ddl()).contains("`Phone` STRING /* policy tag " + TAG));
  }

  @Test
  void aColumnThatLooksAddedForAWiderTypeIsItselfAfterARestart() throws Exception {
    TableSchema schema =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT),
                Shop.plain("Note__STRING", TypeKind.NVARCHAR)));
    for (int process = 1; process <= 2; process++) {
      try (BigQueryWarehouse warehouse = open()) {
        warehouse.prepare(Shop.record(schema));
        warehouse.apply(
            List.of(
                Shop.change(schema, ChangeType.INSERT, new Sequence(1, process, 0), process, "n")),
            Shop.STREAM,
            Map.of());
      }
    }

    assertThat(Adoption.sourceFields(made("dbo_Stock_upserts")))
        .extracting(StoredColumn.Field::source)
        .containsExactly("ProductID", "Note__STRING");
  }

  @Test
  void aTableThatAnotherSourceLoadsIsRefused() throws Exception {
    try (BigQueryWarehouse warehouse = open()) {
      warehouse.prepare(Shop.record(Shop.SCHEMA));
    }
    try (BigQueryWarehouse warehouse = open()) {
      assertThatThrownBy(
              () ->
                  warehouse.prepare(
                      new dev.renkei.core.hub.SchemaStore.SchemaRecord(
                          "branch", "x", Shop.SCHEMA, new Sequence(1, 1, 0))))
          .isInstanceOf(SchemaRefusedException.class)
          .hasMessageContaining("from source shop");
    }
  }

  @Test
  void namesAreEscapedBoundedAndTold() {
    assertThat(Names.table(config, new TableName("dbo", "Order/Details")))
        .isEqualTo("dbo_Order_x2F_Details");
    assertThat(Names.table(config, new TableName("営業", "注文 一覧"))).isEqualTo("営業_注文 一覧");
    assertThat(Names.asOf("営業_a")).isEqualTo("_x55B6__x696D__a_as_of");
    assertThat(Names.asOf("営".repeat(300))).hasSizeLessThanOrEqualTo(256).endsWith("_as_of");
    assertThat(Names.column("_PARTITIONTIME", List.of())).isEqualTo("c_PARTITIONTIME");
    assertThat(Names.column("_Key", List.of())).isEqualTo("_Key_");
    assertThat(Names.column("x".repeat(400), List.of())).hasSizeLessThanOrEqualTo(300);

    BigQueryPlan plan =
        BigQueryPlan.of(
            config,
            List.of(
                Shop.record(Shop.SCHEMA),
                Shop.record(
                    new TableSchema(new TableName("DBO", "STOCK_log"), Shop.SCHEMA.columns())),
                Shop.record(
                    new TableSchema(
                        new TableName("dbo", "営".repeat(400)), Shop.SCHEMA.columns()))));
    assertThat(plan.refusals()).hasSize(2);
    assertThat(plan.refusals().get(0)).contains("DBO.STOCK_log").contains("taken by dbo.Stock");
    assertThat(plan.refusals().get(1)).contains("1,024 bytes");
  }
}
