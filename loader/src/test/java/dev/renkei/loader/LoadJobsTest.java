package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.bigquery.standin.Faults;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubReader;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.hub.kafka.EmbeddedBroker;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.BigQueryWarehouse;
import dev.renkei.warehouse.bigquery.Spooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that load jobs bring into BigQuery, from a hub with order and from one without. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LoadJobsTest {
  private static final int ROWS = 50;
  private static final String DATASET = "shop";

  @TempDir private Path folder = Path.of("");
  private final MemoryPorts ports = new MemoryPorts();
  private BigQueryStandIn standIn;
  private BigQueryWarehouse warehouse;
  private @Nullable Loader loader;

  @BeforeEach
  void open() throws Exception {
    standIn = BigQueryStandIn.start();
    warehouse = warehouse();
    ports.schemas.add(Stock.RECORD);
  }

  @AfterEach
  void close() throws Exception {
    stop();
    standIn.close();
  }

  private void stop() throws Exception {
    Loader running = loader;
    if (running != null) {
      running.close();
    }
    loader = null;
    warehouse.close();
  }

  private BigQueryWarehouse warehouse() throws Exception {
    WarehouseConfig.BigQuery config =
        new WarehouseConfig.BigQuery(
            "cloud",
            true,
            "p",
            DATASET,
            "US",
            "{schema}_{table}",
            Duration.ZERO,
            Map.of(),
            List.of(),
            new WarehouseConfig.BigQuery.Endpoint(
                standIn.restUrl(), standIn.storageAddress(), true));
    return BigQueryWarehouse.open(
        config,
        BigQueryOptions.forRetention(Duration.ofDays(7))
            .with(Spooling.in(folder.resolve("waiting"), 1)));
  }

  private Loader start(HubReader reader) {
    LoaderOptions options =
        new LoaderOptions(
            "test",
            20_000,
            1 << 20,
            Duration.ofMillis(5),
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMinutes(10),
            Clock.systemUTC(),
            Set.of(Stock.SOURCE),
            folder.resolve("counts"),
            null);
    Loader started = new Loader(reader, ports.ports(), warehouse, options, LoadObserver.NONE);
    loader = started;
    started.start();
    return started;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long patient = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.holds()) {
      if (System.nanoTime() > patient) {
        throw new AssertionError("the condition did not hold within two minutes");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private List<String> ask(String sql) {
    List<String> rows = new ArrayList<>();
    for (Map<String, ?> row : standIn.query(sql)) {
      rows.add(String.join(",", row.values().stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  private static List<EncodedMessage> snapshot(int number, int version) {
    List<EncodedMessage> rows = new ArrayList<>();
    for (int product = 0; product < ROWS; product++) {
      rows.add(Stock.row(product, version, number, 1, 1, product * number));
    }
    return rows;
  }

  /** A row that vanishes, a snapshot of the others, and a change behind it. */
  private static List<EncodedMessage> firstLoad() {
    List<EncodedMessage> messages = new ArrayList<>();
    messages.add(Stock.update(99, 3, 990));
    messages.addAll(snapshot(1, 8));
    messages.add(Stock.update(7, 9, 777));
    return messages;
  }

  private void isLoadedByAJob(Loader running) throws Exception {
    until(() -> running.state().swept() == 1);
    assertThat(standIn.log().count("PUT /upload/")).isPositive();
    assertThat(ask("SELECT COUNT(*), SUM(Quantity) FROM `p.shop.dbo_Stock`"))
        .containsExactly("50,%d".formatted(ROWS * (ROWS - 1) / 2 - 7 + 777));
    assertThat(
            ask(
                "SELECT _type, COUNT(*) AS rows_ FROM `p.shop.dbo_Stock_changes` GROUP BY _type ORDER BY _type"))
        .containsExactly("D,1", "R,50", "U,2");
  }

  @Test
  void aSnapshotFromAHubWithoutOrderIsInTheLogWhenItIsToldAsLoaded() throws Exception {
    UnorderedHub hub = new UnorderedHub("hub/1", 7);
    firstLoad().forEach(hub::publish);
    hub.publish(Stock.closing(1, 8, new SnapshotClosed.Chunk(1, ROWS)).encode(0));

    Loader running = start(hub.reader());

    isLoadedByAJob(running);
    assertThat(ports.reloads).isEmpty();
  }

  @Test
  void aSnapshotFromAHubWithOrderIsLikewiseAndWhatWasLostIsAskedFor() throws Exception {
    UnorderedHub before = new UnorderedHub("hub/1", 7);
    loseFiles(start(before.reader()), before);
    warehouse = warehouse();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaHub hub = KafkaHub.open(kafka(broker), folder);
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
      publish(publisher, firstLoad(), 1, 8, 9);

      Loader running = start(hub.subscription(hub.rawTopic()));

      isLoadedByAJob(running);
      assertThat(ports.reloads).singleElement().asString().contains("were lost with the files");
      stop();
    }
  }

  private static HubConfig.Kafka kafka(EmbeddedBroker broker) {
    return new HubConfig.Kafka(
        List.of(broker.bootstrapServers()), "jobs.", 3, Duration.ofDays(7), Map.of());
  }

  private static void publish(
      HubPublisher publisher, List<EncodedMessage> messages, int snapshot, long start, long version)
      throws HubException, Exception {
    HubPublisher.Lane lane = publisher.lane();
    for (EncodedMessage message : messages) {
      lane.publish(message);
    }
    lane.publish(
        new SnapshotClosed(
            Stock.SOURCE,
            Stock.NAME,
            1,
            snapshot,
            start,
            publisher.partitions(),
            List.of(new SnapshotClosed.Chunk(1, ROWS))));
    lane.advance(
            new Cursor(
                "tracker-a", Stock.SOURCE, Stock.NAME, 1, version, 7, 1, 1, null, Stock.NOON))
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void rowsThatWereLostWithTheirFilesAreAskedForOnceByTheNextLoader() throws Exception {
    UnorderedHub hub = new UnorderedHub("hub/1", 7);
    loseFiles(start(hub.reader()), hub);
    warehouse = warehouse();

    Loader second = start(hub.reader());

    until(() -> !ports.reloads.isEmpty());
    until(() -> warehouse.incomplete().isEmpty());
    assertThat(ports.reloads)
        .singleElement()
        .asString()
        .startsWith("dbo.Stock: dbo.Stock: rows of its snapshot were lost")
        .endsWith("the table is loaded again.");
    assertThat(second.state().alert()).contains("were lost");

    stop();
    warehouse = warehouse();
    Loader third = start(hub.reader());
    snapshot(2, 20).forEach(hub::publish);
    hub.publish(Stock.closing(2, 20, new SnapshotClosed.Chunk(1, ROWS)).encode(0));
    until(() -> third.state().loads().containsKey(Stock.NAME));
    assertThat(ports.reloads).hasSize(1);
    assertThat(ask("SELECT DISTINCT _sequence FROM `p.shop.dbo_Stock_log`")).hasSize(1);
  }

  private void loseFiles(Loader running, UnorderedHub hub) throws Exception {
    try (Faults.Switch denied =
        standIn.faults().onCall(call -> call.contains("/upload/"), 403, "accessDenied", 1_000)) {
      assertThat(denied).isNotNull();
      snapshot(1, 8).forEach(hub::publish);
      until(hub::isDrained);
      assertThat(running.state().phase()).isEqualTo(Phase.LOADING);
      stop();
    }
    assertThat(ask("SELECT COUNT(*) FROM `p.shop.dbo_Stock_log`")).containsExactly("0");
    try (var files = Files.walk(folder.resolve("waiting"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".rows")).toList()) {
        Files.delete(file);
      }
    }
  }
}
