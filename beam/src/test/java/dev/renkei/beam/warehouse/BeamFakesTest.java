package dev.renkei.beam.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableRow;
import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.change.Change;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.PipelineTables;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.gcp.testing.FakeBigQueryServices;
import org.apache.beam.sdk.io.gcp.testing.FakeDatasetService;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/**
 * Rows as Beam's own fakes of BigQuery take them: no field that a connection does not know, upserts
 * and plain rows apart, the highest sequence of a key. The tables are those that the stand-in has.
 */
class BeamFakesTest {
  private static final String DATASET = "shop";

  @Test
  void shapesKeysOrderAndRefusalsAreAsBeamExpectsThem() throws Exception {
    FakeDatasetService.setUp();
    FakeDatasetService fake = new FakeDatasetService();
    fake.setShouldFailRow(
        (Function<TableRow, Boolean> & Serializable) row -> "666".equals(byName(row).get("Note")));
    FlowMessage refused = noted(Shop.update(Shop.STOCK_WITH_NOTE, 16, 6, 60, "666"));
    MemoryHub hub =
        MemoryHub.of(Shop.STOCK, Shop.STOCK_WITH_NOTE, Shop.PRICES)
            .holdingInTurn(
                List.of(
                    List.of(
                        Shop.stock(Shop.update(Shop.STOCK, 12, 1, 12)),
                        Shop.stock(Shop.update(Shop.STOCK, 11, 1, 11)),
                        Shop.stock(Shop.delete(13, 2))),
                    List.of(
                        noted(Shop.update(Shop.STOCK_WITH_NOTE, 14, 4, 40, "new")),
                        Shop.stock(Shop.update(Shop.STOCK, 10, 2, 20)),
                        refused),
                    List.of(
                        Shop.stock(Shop.update(Shop.STOCK, 15, 5, 50)),
                        Shop.message(
                            Shop.PRICES,
                            Shop.update(Shop.PRICES, 7, "JP", null, null, null, "りんご")))));

    try (BigQueryStandIn standIn = BigQueryStandIn.start()) {
      WarehousePlan plan = WarehousePlan.of(hub, Shop.config(standIn, DATASET), Duration.ofDays(7));
      copyTables(standIn, plan, fake);
      PipelineOptions options = PipelineOptionsFactory.create();
      options.setRunner(DirectRunner.class);
      Pipeline pipeline = Pipeline.create(options);

      WarehousePipeline.build(pipeline, plan, new FakeBigQueryServices().withDatasetService(fake));
      pipeline.run().waitUntilFinish();
    }

    assertThat(rows(fake, "dbo_Stock_upserts"))
        .containsExactlyInAnyOrder(
            "1,12,null,false", "2,null,null,true", "4,40,new,false", "5,50,null,false");
    assertThat(rows(fake, "dbo_Stock_log")).hasSize(6);
    assertThat(fake.getAllRows(Shop.PROJECT, DATASET, "dbo_Prices_upserts"))
        .extracting(row -> byName(row).get("名前"))
        .containsExactly("りんご");
    assertThat(hub.letters())
        .as("refused by the log and as a current row")
        .hasSize(2)
        .extracting(DeadLetter::payload)
        .containsOnly(refused.payload());
  }

  private static FlowMessage noted(Change change) {
    return Shop.message(Shop.STOCK_WITH_NOTE, change);
  }

  private static void copyTables(
      BigQueryStandIn standIn, WarehousePlan plan, FakeDatasetService fake) throws Exception {
    try (PipelineTables tables =
        PipelineTables.open(plan.warehouse(), BigQueryOptions.forRetention(plan.retention()))) {
      tables.prepare(Shop.record(Shop.STOCK_WITH_NOTE));
      tables.prepare(Shop.record(Shop.PRICES));
    }
    Bigquery rest =
        new Bigquery.Builder(new NetHttpTransport(), GsonFactory.getDefaultInstance(), r -> {})
            .setApplicationName("test")
            .setRootUrl(standIn.restUrl() + "/")
            .build();
    fake.createDataset(Shop.PROJECT, DATASET, "", "", null);
    for (String id :
        List.of("dbo_Stock_log", "dbo_Stock_upserts", "dbo_Prices_log", "dbo_Prices_upserts")) {
      Table table = rest.tables().get(Shop.PROJECT, DATASET, id).execute();
      table.setNumBytes(0L);
      fake.createTable(table);
    }
  }

  private static List<String> rows(FakeDatasetService fake, String table) throws Exception {
    return fake.getAllRows(Shop.PROJECT, DATASET, table).stream()
        .map(BeamFakesTest::byName)
        .map(
            row ->
                "%s,%s,%s,%s"
                    .formatted(
                        row.get("ProductID"),
                        row.get("Quantity"),
                        row.get("Note"),
                        row.get("_deleted")))
        .toList();
  }

  /** Beam writes names in lower case, which are the same to BigQuery. */
  private static Map<String, Object> byName(TableRow row) {
    Map<String, Object> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(row);
    return byName;
  }
}
