package dev.renkei.beam.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.beam.Transforms;
import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.bigquery.standin.Faults;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.BigQueryPlan;
import dev.renkei.warehouse.bigquery.BigQueryWarehouse;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole pipeline on Beam's own runner, against the stand-in of BigQuery. */
class WarehousePipelineTest {
  private static final AtomicInteger DATASETS = new AtomicInteger();
  private static BigQueryStandIn standIn = BigQueryStandIn.start();

  private final String dataset = "shop_" + DATASETS.incrementAndGet();

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  private WarehousePlan plan(MemoryHub hub) {
    WarehouseConfig.BigQuery config = Shop.config(standIn, dataset);
    return new WarehousePlan(hub, config, Duration.ofDays(7), Duration.ZERO, Duration.ofHours(1));
  }

  private void run(MemoryHub hub) {
    run(plan(hub));
  }

  private static void run(WarehousePlan plan) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(2);
    Pipeline pipeline = Pipeline.create(options);
    WarehousePipeline.build(pipeline, plan);
    pipeline.run().waitUntilFinish();
  }

  private List<String> ask(String sql) {
    return Shop.rows(standIn, sql.replace("shop.", "`" + Shop.PROJECT + "`." + dataset + "."));
  }

  @Test
  void fillsTablesOfDifferentKeysAndColumnsWhateverTheOrder() {
    List<FlowMessage> messages = new ArrayList<>();
    for (int product = 1; product <= 5; product++) {
      for (int version = 1; version <= 4; version++) {
        messages.add(
            Shop.stock(Shop.update(Shop.STOCK, 10 * product + version, product, 100 * version)));
      }
    }
    messages.add(Shop.stock(Shop.delete(90, 5)));
    messages.add(
        Shop.message(
            Shop.PRICES,
            Shop.update(
                Shop.PRICES,
                7,
                "日本",
                new BigDecimal("12.3400"),
                LocalDateTime.parse("2026-01-02T03:04:05.1234567"),
                new byte[] {1, 2},
                "りんご")));
    messages.addAll(List.copyOf(messages.subList(0, 6)));
    Collections.shuffle(messages, new Random(1));
    MemoryHub hub = MemoryHub.of(Shop.STOCK, Shop.PRICES).holding(messages);

    run(hub);

    assertThat(hub.letters()).isEmpty();
    assertThat(ask("SELECT ProductID, Quantity, _sequence FROM shop.dbo_Stock ORDER BY 1"))
        .containsExactly(
            "1,400," + sequence(14),
            "2,400," + sequence(24),
            "3,400," + sequence(34),
            "4,400," + sequence(44));
    assertThat(ask("SELECT COUNT(*) FROM shop.dbo_Stock_log")).containsExactly("27");
    assertThat(ask("SELECT COUNT(*) FROM shop.dbo_Stock_changes")).containsExactly("21");
    assertThat(
            ask("SELECT Country, Price, Since, TO_HEX(Photo), `名前`, _exact FROM shop.dbo_Prices"))
        .containsExactly(
            "日本,12.34,2026-01-02T03:04:05.123456,0102,りんご,{\"Since\":\"2026-01-02T03:04:05.1234567\"}");
  }

  @Test
  void aNewColumnInMidStreamArrivesWithItsValuesBesideRowsOfTheOldSchema() {
    MemoryHub hub =
        MemoryHub.of(Shop.STOCK, Shop.STOCK_WITH_NOTE)
            .holdingInTurn(
                List.of(
                    List.of(Shop.stock(Shop.update(Shop.STOCK, 11, 1, 10))),
                    List.of(
                        noted(Shop.update(Shop.STOCK_WITH_NOTE, 12, 2, 20, "first")),
                        Shop.stock(Shop.update(Shop.STOCK, 9, 3, 30))),
                    List.of(noted(Shop.update(Shop.STOCK_WITH_NOTE, 13, 1, 11, "second"))),
                    List.of(Shop.stock(Shop.update(Shop.STOCK, 14, 2, 21)))));

    run(hub);

    assertThat(hub.letters()).isEmpty();
    // A row whose schema lacks the column keeps what is there.
    assertThat(ask("SELECT ProductID, Quantity, Note FROM shop.dbo_Stock ORDER BY 1"))
        .containsExactly("1,11,second", "2,21,first", "3,30,null");
    assertThat(ask("SELECT Note FROM shop.dbo_Stock_log WHERE Note IS NOT NULL ORDER BY _sequence"))
        .containsExactly("first", "second", "first");
  }

  private static FlowMessage noted(Change change) {
    return Shop.message(Shop.STOCK_WITH_NOTE, change);
  }

  @Test
  void whatCannotBeReadOrIsRefusedGoesToTheDeadLettersWhole() {
    FlowMessage refused = Shop.stock(Shop.update(Shop.STOCK, 11, 666, 1));
    FlowMessage unknown = noted(Shop.update(Shop.STOCK_WITH_NOTE, 12, 1, 1, "secret"));
    FlowMessage unreadable =
        new FlowMessage(Map.of("who", "else"), null, new byte[] {7}, refused.origin());
    FlowMessage broken =
        new FlowMessage(
            Shop.stock(Shop.update(Shop.STOCK, 13, 2, 1)).attributes(),
            null,
            "{}".getBytes(StandardCharsets.UTF_8),
            refused.origin());
    MemoryHub hub =
        MemoryHub.of(Shop.STOCK)
            .holding(
                List.of(
                    refused,
                    unknown,
                    unreadable,
                    broken,
                    Shop.stock(Shop.update(Shop.STOCK, 14, 3, 30))));

    try (Faults.Switch on =
        standIn
            .faults()
            .refuseRows(
                (table, row) ->
                    Long.valueOf(666).equals(row.get("ProductID")) && table.endsWith("_log")
                        ? "666 is not liked"
                        : "")) {
      run(hub);
    }

    assertThat(hub.letters())
        .extracting(DeadLetter::reason)
        .anyMatch(r -> r.startsWith("dbo.Stock: the message has a row that BigQuery refuses."))
        .anyMatch(r -> r.startsWith("dbo.Stock: schema "))
        .anyMatch(r -> r.startsWith("a message has no attribute message_unique_id."))
        .hasSize(4)
        .noneMatch(r -> r.contains("666") || r.contains("secret"));
    assertThat(hub.letters())
        .allSatisfy(letter -> assertThat(letter.stream()).isEqualTo(refused.origin().stream()));
    assertThat(hub.letters())
        .anySatisfy(
            letter -> {
              assertThat(letter.attributes()).isEqualTo(refused.attributes());
              assertThat(letter.payload()).isEqualTo(refused.payload());
              assertThat(letter.routingKey()).isEqualTo(refused.routingKey());
              assertThat(letter.offset()).isEqualTo(7);
            });
    assertThat(ask("SELECT ProductID FROM shop.dbo_Stock_changes")).containsExactly("3");
  }

  @Test
  void rowsThatVanishedAreDeletedAfterASnapshotAndWhatIsBelowItIsDropped() {
    MemoryHub hub = MemoryHub.of(Shop.STOCK);
    run(
        hub.holding(
            List.of(
                Shop.stock(Shop.update(Shop.STOCK, 11, 1, 10)),
                Shop.stock(Shop.update(Shop.STOCK, 12, 2, 20)),
                Shop.stock(Shop.update(Shop.STOCK, 13, 3, 30)))));

    run(
        hub.holding(
            List.of(
                Shop.closing(20, 2),
                Shop.stock(Shop.snapshotRow(20, 1, 10)),
                Shop.stock(Shop.snapshotRow(20, 2, 22)),
                Shop.stock(Shop.snapshotRow(20, 2, 22)),
                Shop.stock(Shop.update(Shop.STOCK, 21, 4, 40)))));

    assertThat(ask("SELECT ProductID, Quantity FROM shop.dbo_Stock ORDER BY 1"))
        .containsExactly("1,10", "2,22", "4,40");
    assertThat(
            ask(
                "SELECT ProductID, _type FROM shop.dbo_Stock_changes WHERE _sequence >= %s ORDER BY 1"
                    .formatted(sequence(20))))
        .as("the row that is equal is no change")
        .containsExactly("2,R", "3,D", "4,U");

    run(hub.holding(List.of(Shop.stock(Shop.update(Shop.STOCK, 15, 9, 90)))));

    assertThat(ask("SELECT COUNT(*) FROM shop.dbo_Stock WHERE ProductID = 9")).containsExactly("0");
  }

  @Test
  void nothingIsSweptWhileRowsOfTheSnapshotAreMissing() {
    MemoryHub hub = MemoryHub.of(Shop.STOCK);
    run(hub.holding(List.of(Shop.stock(Shop.update(Shop.STOCK, 11, 1, 10)))));

    run(hub.holding(List.of(Shop.closing(20, 2), Shop.stock(Shop.snapshotRow(20, 2, 22)))));

    assertThat(ask("SELECT ProductID FROM shop.dbo_Stock ORDER BY 1")).containsExactly("1", "2");
  }

  @Test
  void theSweepWaitsUntilEveryWorkerKnowsTheFloorAndNotForThePipelinesEnd() {
    MemoryHub hub =
        MemoryHub.of(Shop.STOCK)
            .holdingInTurn(
                16,
                List.of(
                    List.of(
                        Shop.stock(Shop.update(Shop.STOCK, 11, 3, 30)),
                        Shop.closing(20, 1),
                        Shop.stock(Shop.snapshotRow(20, 1, 10))),
                    List.of(Shop.stock(Shop.update(Shop.STOCK, 31, 4, 40))),
                    List.of(Shop.stock(Shop.update(Shop.STOCK, 41, 5, 50)))));
    WarehousePlan plan =
        new WarehousePlan(
            hub,
            Shop.config(standIn, dataset),
            Duration.ofDays(7),
            Duration.ofSeconds(5),
            Duration.ofHours(1));

    run(plan);

    assertThat(
            ask(
                "SELECT ProductID, _type FROM shop.dbo_Stock_log WHERE _sequence > %s ORDER BY _loaded_at, ProductID"
                    .formatted(sequence(20))))
        .containsExactly("1,R", "4,U", "3,D", "5,U");
  }

  @Test
  void aTableThatWasDeletedByHandIsMadeAgainWhenTheBundleIsTriedAgain() throws Exception {
    MemoryHub hub = MemoryHub.of(Shop.STOCK);
    OpenTables worker = OpenTables.of(plan(hub), OpenTables.Purpose.ENCODE);
    try {
      run(hub.holding(List.of(Shop.stock(Shop.update(Shop.STOCK, 11, 1, 10)))));
      standIn.query("DROP TABLE `%s`.%s.dbo_Stock_log".formatted(Shop.PROJECT, dataset));
      hub.holding(List.of(Shop.stock(Shop.update(Shop.STOCK, 12, 2, 20))));

      assertThatThrownBy(() -> run(hub)).hasStackTraceContaining("NOT_FOUND");
      run(hub);

      assertThat(ask("SELECT ProductID FROM shop.dbo_Stock ORDER BY 1")).containsExactly("1", "2");
      assertThat(ask("SELECT ProductID FROM shop.dbo_Stock_log")).containsExactly("2");
    } finally {
      worker.release();
    }
  }

  @Test
  void aTeamChangesFromTheLoaderToThePipelineAndBack() throws Exception {
    MemoryHub hub = MemoryHub.of(Shop.STOCK, Shop.STOCK_WITH_NOTE);
    WarehouseConfig.BigQuery config = Shop.config(standIn, dataset);
    BigQueryOptions options = BigQueryOptions.forRetention(Duration.ofDays(7));
    try (BigQueryWarehouse loader = BigQueryWarehouse.open(config, options)) {
      loader.prepare(Shop.record(Shop.STOCK));
      loader.apply(
          List.of(
              Shop.update(Shop.STOCK, 11, 1, 10),
              Shop.update(Shop.STOCK, 12, 2, 20),
              Shop.update(Shop.STOCK, 13, 3, 30),
              Shop.delete(14, 3)),
          "hub/1",
          Map.of(0, 4L));
    }

    run(
        hub.holding(
            List.of(
                Shop.stock(Shop.update(Shop.STOCK, 9, 1, 9)),
                Shop.stock(Shop.update(Shop.STOCK, 13, 3, 30)),
                Shop.stock(Shop.snapshotRow(20, 1, 10)),
                Shop.stock(Shop.delete(21, 2)),
                noted(Shop.update(Shop.STOCK_WITH_NOTE, 22, 4, 40, "new")),
                Shop.closing(20, 1))));

    try (BigQueryWarehouse loader = BigQueryWarehouse.open(config, options)) {
      loader.prepare(Shop.record(Shop.STOCK));
      loader.prepare(Shop.record(Shop.STOCK_WITH_NOTE));
      loader.apply(
          List.of(
              Shop.update(Shop.STOCK, 15, 7, 70),
              noted(24, 4, 41, "new"),
              Shop.update(Shop.STOCK, 25, 4, 42)),
          "hub/1",
          Map.of(0, 9L));
      loader.sweep(
          new Warehouse.Sweep(
              Shop.SOURCE, Shop.STOCK.table(), 2, new Sequence(1, 20, 2), Shop.NOON),
          "hub/1",
          Map.of(0, 10L));
    }

    assertThat(ask("SELECT ProductID, Quantity, Note FROM shop.dbo_Stock ORDER BY 1"))
        .as(
            "swept by the second snapshot, or below the floor of the first; a column keeps its value")
        .containsExactly("4,42,new");
    assertThat(
            ask("SELECT ProductID, _type, Quantity FROM shop.dbo_Stock_changes ORDER BY _sequence"))
        .as("the equal row of the snapshot is no change, whoever wrote the row before it")
        .containsExactly(
            "1,U,9",
            "1,U,10",
            "2,U,20",
            "3,U,30",
            "3,D,null",
            "1,D,null",
            "2,D,null",
            "4,U,40",
            "4,U,41",
            "4,U,42");
    assertThat(Shop.rows(standIn, BigQueryPlan.reconciliation(config, Shop.STOCK.table())))
        .containsExactly("1,1,0,1");
  }

  private static Change noted(long version, int product, int quantity, String note) {
    return Shop.update(Shop.STOCK_WITH_NOTE, version, product, quantity, note);
  }

  @Test
  void theNamesOfTransformsStayAsRunningJobsKnowThem() {
    Pipeline pipeline = Pipeline.create();

    WarehousePipeline.build(pipeline, plan(MemoryHub.of().holding(List.of(Shop.closing(1, 1)))));

    assertThat(Transforms.names(pipeline))
        .containsExactly(
            "Hub",
            "Encode",
            "Log",
            "Current rows",
            "Refused by the log",
            "Refused as current rows",
            "All dead letters",
            "Dead letters",
            "Durable rows of snapshots",
            "All of snapshots",
            "By chunk",
            "Count rows",
            "Closings and counts",
            "Sweep");
  }

  private static String sequence(long version) {
    return Long.toUnsignedString(new Sequence(1, version, 0).packed());
  }
}
