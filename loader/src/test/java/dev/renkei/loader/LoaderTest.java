package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.hub.kafka.EmbeddedBroker;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The loader from a real broker into a real warehouse. It reads the raw topic: no dedupe here. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LoaderTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");
  private static final TableSchema SCHEMA =
      new TableSchema(
          STOCK,
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false)));
  private static final TableSchema WIDER =
      new TableSchema(
          STOCK,
          List.of(
              SCHEMA.columns().get(0),
              SCHEMA.columns().get(1),
              new Column("Shelf", TypeKind.NVARCHAR, 20, 0, 0, "Japanese_CI_AS", true, 0, false)));
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final MessageCodec CODEC = new MessageCodec("shop");

  @TempDir private static Path folder = Path.of("");
  private static EmbeddedBroker broker;
  private static int hubs;

  private KafkaHub hub;
  private HubPublisher publisher;
  private HubPublisher.Lane lane;
  private DuckDbWarehouse warehouse;
  private Path file = Path.of("");
  private final List<String> reloads = new CopyOnWriteArrayList<>();
  private @Nullable Loader loader;

  @BeforeAll
  static void startBroker() throws HubException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() throws Exception {
    String prefix = "test" + hubs++ + ".";
    hub = KafkaHub.open(config(prefix), folder);
    publisher = hub.publisher("tracker-a", 16 << 20);
    lane = publisher.lane();
    file = folder.resolve(prefix + "duckdb");
    warehouse = DuckDbWarehouse.open(file, DuckDbOptions.forRetention(Duration.ofDays(7)));
    hub.schemas().put(record(SCHEMA));
  }

  private static HubConfig.Kafka config(String prefix) {
    return new HubConfig.Kafka(
        List.of(broker.bootstrapServers()), prefix, 3, Duration.ofDays(7), Map.of());
  }

  @AfterEach
  void close() throws Exception {
    stop();
    warehouse.close();
    publisher.close();
    hub.close();
  }

  private Loader start(Warehouse into) throws Exception {
    return start(into, LoadObserver.NONE);
  }

  private Loader start(Warehouse into, LoadObserver observer) throws Exception {
    Loader started =
        new Loader(
            hub.subscription(hub.rawTopic()),
            HubPorts.of(hub, (table, reason) -> reloads.add(reason)),
            into,
            LoaderOptions.of("test"),
            observer);
    loader = started;
    started.start();
    return started;
  }

  private void stop() throws Exception {
    Loader running = loader;
    if (running != null) {
      running.close();
      assertThat(running.state().phase()).isEqualTo(Phase.STOPPED);
    }
    loader = null;
  }

  private static SchemaRecord record(TableSchema schema) {
    return new SchemaRecord("shop", SchemaCodec.id(schema), schema, new Sequence(1, 1, 0));
  }

  private static EncodedMessage message(
      TableSchema schema, ChangeType type, Sequence sequence, @Nullable Object... values) {
    Row row = new Row(schema, values);
    Change change =
        new Change(
            "shop",
            STOCK,
            type,
            sequence,
            SchemaCodec.id(schema),
            KeyFolding.of(schema).fold(row),
            KeyFolding.of(schema).keyValues(row),
            row,
            null,
            null,
            new Change.Poll(NOON, NOON, Duration.ofMillis(500)));
    return CODEC.encode(change, schema);
  }

  private static EncodedMessage update(int product, long version, int quantity) {
    return message(SCHEMA, ChangeType.UPDATE, new Sequence(1, version, 0), product, quantity);
  }

  private static EncodedMessage snapshotRow(int product, long version, int snapshot) {
    return message(SCHEMA, ChangeType.SNAPSHOT_ROW, new Sequence(1, version, snapshot), product, 1);
  }

  private void commit(long version) throws Exception {
    lane.advance(new Cursor("tracker-a", "shop", STOCK, 1, version, 7, 1, 1, null, NOON))
        .get(30, TimeUnit.SECONDS);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      if (System.nanoTime() > patient) {
        throw new AssertionError("the condition did not hold within a minute");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private List<String> rows(String sql) throws Exception {
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row : warehouse.query(sql, 100_000).rows()) {
      rows.add(String.join(",", row.stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  private void untilCount(String from, long count) throws Exception {
    until(
        () -> {
          try {
            return rows("SELECT count(*) FROM " + from).equals(List.of(Long.toString(count)));
          } catch (WarehouseException e) {
            return false; // The table is not there yet.
          }
        });
  }

  @Test
  void changesArriveAndCountOnceAlsoAfterARestart() throws Exception {
    for (int product = 0; product < 500; product++) {
      lane.publish(update(product, 5, product));
    }
    commit(5);
    start(warehouse);
    untilCount("dbo.Stock", 500);
    stop();
    for (int product = 0; product < 100; product++) {
      lane.publish(update(product, 6, -1));
    }
    commit(6);

    Loader again = start(warehouse);

    untilCount("dbo.Stock WHERE Quantity = -1", 100);
    untilCount("dbo.Stock_changes", 600);
    until(() -> again.state().lag().values().stream().allMatch(lag -> lag <= 1));
    until(() -> again.state().rows() == 100);
    assertThat(again.state().phase()).isEqualTo(Phase.LOADING);
    assertThat(again.state().lastCommit()).isNotNull();
    assertThat(again.state().alert()).isNull();
    assertThat(reloads).isEmpty();
  }

  @Test
  void aColumnAddedWhileItRunsArrivesWithItsType() throws Exception {
    lane.publish(update(1, 5, 10));
    commit(5);
    start(warehouse);
    untilCount("dbo.Stock", 1);

    hub.schemas().put(record(WIDER));
    lane.publish(message(WIDER, ChangeType.UPDATE, new Sequence(1, 6, 0), 2, 20, "A-1"));
    commit(6);

    untilCount("dbo.Stock", 2);
    assertThat(rows("SELECT ProductID, Quantity, Shelf FROM dbo.Stock ORDER BY 1"))
        .containsExactly("1,10,null", "2,20,A-1");
  }

  @Test
  void whatCannotBeReadIsSetAsideAndTheOthersGoOn() throws Exception {
    EncodedMessage good = update(1, 5, 10);
    lane.publish(good);
    lane.publish(
        new EncodedMessage(
            good.attributes(), good.routingKey(), "{".getBytes(StandardCharsets.UTF_8)));
    MessageAttributes of = good.attributes();
    lane.publish(
        new EncodedMessage(
            new MessageAttributes(
                of.uniqueId(),
                of.table(),
                of.type(),
                of.sequence(),
                "00000000000000000000000000000000",
                of.source(),
                of.contentHash(),
                of.commitTime()),
            good.routingKey(),
            good.payload()));
    lane.publish(update(2, 5, 20));
    commit(5);

    Loader running = start(warehouse);

    untilCount("dbo.Stock", 2);
    until(() -> running.state().deadLetters() == 2);
    assertThat(hub.deadLetters().newest(10))
        .extracting(DeadLetter::reason)
        .anyMatch(reason -> reason.contains("is no JSON"))
        .anyMatch(reason -> reason.contains("is not in the schema store"));
  }

  @Test
  void rowsThatVanishedAreSweptWhenAllPartitionsHaveClosed() throws Exception {
    for (int product = 0; product < 50; product++) {
      lane.publish(update(product, 5, product));
    }
    for (int product = 0; product < 20; product++) {
      lane.publish(snapshotRow(product, 8, 1));
    }
    lane.publish(
        new SnapshotClosed(
            "shop",
            STOCK,
            1,
            1,
            8,
            publisher.partitions(),
            List.of(new SnapshotClosed.Chunk(1, 20))));
    commit(8);

    Loader running = start(warehouse);

    until(() -> running.state().swept() == 30);
    untilCount("dbo.Stock", 20);
    untilCount("dbo.Stock_changes WHERE _type = 'D'", 30);
    stop();
    assertThat(warehouse.positions(hub.subscription(hub.rawTopic()).streamId())).hasSize(3);
  }

  @Test
  void positionsBehindTheLastMessageAreKeptAtTheEnd() throws Exception {
    lane.publish(update(1, 7, 3));
    commit(7);
    Loader running = start(warehouse);
    untilCount("dbo.Stock", 1);
    Map<Integer, Long> ends = hub.subscription(hub.rawTopic()).endOffsets();
    until(() -> running.state().positions().equals(ends));

    stop();

    assertThat(warehouse.positions(hub.subscription(hub.rawTopic()).streamId()))
        .as("behind the mark that ends the transaction, which is no message")
        .isEqualTo(ends);
  }

  @Test
  void anEmptyTableAppearsWhenItsSnapshotCloses() throws Exception {
    lane.publish(new SnapshotClosed("shop", STOCK, 1, 1, 8, publisher.partitions(), List.of()));
    commit(8);

    start(warehouse);

    untilCount("dbo.Stock", 0);
  }

  @Test
  void aLostPositionAsksForAReloadAndGoesOn() throws Exception {
    lane.publish(update(1, 5, 10));
    commit(5);
    String stream;
    try (var subscription = hub.subscription(hub.rawTopic())) {
      stream = subscription.streamId();
    }
    warehouse.apply(List.of(), stream, Map.of(0, 1_000_000L, 1, 0L, 2, 0L));

    Loader running = start(warehouse);

    until(() -> running.state().phase() == Phase.LOADING);
    assertThat(reloads).hasSize(1);
    assertThat(running.state().alert()).contains("the hub no longer holds what comes next");
    lane.publish(update(2, 6, 20));
    commit(6);
    untilCount("dbo.Stock", 1);
    assertThat(rows("SELECT ProductID FROM dbo.Stock")).containsExactly("2");
  }

  @Test
  void aTopicMadeAnewAsksForAReload() throws Exception {
    warehouse.apply(List.of(), hub.rawTopic() + "/another", Map.of(0, 5L));
    lane.publish(update(1, 5, 10));
    commit(5);

    start(warehouse);

    untilCount("dbo.Stock", 1);
    assertThat(reloads).first().asString().contains("made anew");
  }

  @Test
  void aWarehouseThatFailsIsTriedAgainUntilItIsBack() throws Exception {
    for (int product = 0; product < 10; product++) {
      lane.publish(update(product, 5, product));
    }
    commit(5);
    Failing failing = new Failing(warehouse, 3);

    Loader running = start(failing);

    untilCount("dbo.Stock_changes", 10);
    until(() -> running.state().phase() == Phase.LOADING);
    assertThat(running.state().retries()).isEqualTo(3);
    assertThat(running.state().lastError()).isEqualTo("the disk is full");
    assertThat(running.state().deadLetters()).isZero();
  }

  @Test
  void stopsWhileTheWarehouseIsAway() throws Exception {
    lane.publish(update(1, 5, 10));
    commit(5);

    Loader running = start(new Failing(warehouse, Integer.MAX_VALUE));

    until(() -> running.state().phase() == Phase.RETRYING);
    stop();
    assertThat(running.state().rows()).isZero();
  }

  @Test
  void aReplayReadsAgainAndChangesNoTableAndNoLog() throws Exception {
    lane.publish(update(0, 4, 0));
    commit(4);
    Instant from = afterwards();
    for (int product = 0; product < 300; product++) {
      lane.publish(update(product, 5, product));
    }
    for (int product = 0; product < 200; product++) {
      lane.publish(snapshotRow(product, 8, 1));
    }
    lane.publish(new SnapshotClosed("shop", STOCK, 1, 1, 8, publisher.partitions(), List.of()));
    lane.publish(update(7, 9, 777));
    commit(9);
    Loader running = start(warehouse);
    until(() -> running.state().swept() == 100);
    untilCount("dbo.Stock WHERE Quantity = 777", 1);
    until(() -> running.state().lag().values().stream().allMatch(lag -> lag == 0));
    List<String> table = rows("SELECT * FROM dbo.Stock ORDER BY ProductID");
    List<String> log = rows("SELECT * FROM dbo.Stock_changes ORDER BY ALL");
    long before = running.state().rows();

    running.replay(from).get(30, TimeUnit.SECONDS);

    until(() -> running.state().replayingFrom() == null);
    assertThat(running.state().rows() - before).isEqualTo(501);
    until(() -> running.state().lag().values().stream().allMatch(lag -> lag == 0));
    assertThat(rows("SELECT * FROM dbo.Stock ORDER BY ProductID")).isEqualTo(table);
    assertThat(rows("SELECT * FROM dbo.Stock_changes ORDER BY ALL")).isEqualTo(log);
  }

  @Test
  void aReplayThatACrashInterruptsIsNotForgotten() throws Exception {
    Instant from = afterwards();
    for (int product = 0; product < 50; product++) {
      lane.publish(update(product, 5, product));
    }
    commit(5);
    Stalling stalling = new Stalling(warehouse);
    Loader first = start(stalling);
    untilCount("dbo.Stock", 50);
    until(() -> first.state().lag().values().stream().allMatch(lag -> lag == 0));

    stalling.failing = true;
    first.replay(from).get(30, TimeUnit.SECONDS);
    until(() -> first.state().phase() == Phase.RETRYING);
    assertThat(first.state().replayingFrom()).isEqualTo(from);
    stop();

    Loader again = start(warehouse);
    until(() -> again.state().rows() == 50);
    untilCount("dbo.Stock_changes", 50);
  }

  @Test
  void aReplayFromATimeAheadLeavesNothingOut() throws Exception {
    Loader running = start(new Failing(warehouse, 3));
    for (int product = 0; product < 50; product++) {
      lane.publish(update(product, 5, product));
    }
    commit(5);

    running.replay(Instant.now().plusSeconds(3600)).get(30, TimeUnit.SECONDS);

    untilCount("dbo.Stock", 50);
    until(() -> running.state().replayingFrom() == null);
  }

  @Test
  void aReplayAskedOfALoaderThatHasEndedIsRefused() throws Exception {
    Loader running = start(warehouse);
    stop();

    assertThat(running.replay(NOON)).isCompletedExceptionally();
  }

  @Test
  void anObserverSeesChangesThatQueriesSee() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    start(
        warehouse,
        (changes, at) -> {
          for (Change change : changes) {
            try {
              seen.addAll(
                  rows(
                      "SELECT ProductID, Quantity FROM dbo.Stock WHERE ProductID = "
                          + change.key().folded().replaceAll("[^0-9]", "")));
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
          throw new IllegalStateException("an observer's failure is its own");
        });

    lane.publish(update(1, 5, 10));
    lane.publish(update(2, 5, 20));
    commit(5);
    until(() -> seen.size() == 2);
    lane.publish(update(1, 6, 11));
    commit(6);

    until(() -> seen.size() == 3);
    assertThat(seen).containsExactlyInAnyOrder("1,10", "2,20", "1,11");
  }

  /** A moment behind everything published so far, and before everything published next. */
  private static Instant afterwards() throws Exception {
    Instant last = Instant.now();
    until(() -> Instant.now().isAfter(last.plusMillis(5)));
    return Instant.now();
  }

  /** Takes positions, but no changes while it fails. */
  private static final class Stalling extends PassingWarehouse {
    volatile boolean failing;

    Stalling(Warehouse real) {
      super(real);
    }

    @Override
    public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
        throws WarehouseException {
      if (failing && !changes.isEmpty()) {
        throw new WarehouseException("the disk is full");
      }
      super.apply(changes, streamId, nextOffsets);
    }
  }

  /** Refuses the first changes. */
  private static final class Failing extends PassingWarehouse {
    private int failures;

    Failing(Warehouse real, int failures) {
      super(real);
      this.failures = failures;
    }

    @Override
    public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
        throws WarehouseException {
      if (failures > 0) {
        failures--;
        throw new WarehouseException("the disk is full");
      }
      super.apply(changes, streamId, nextOffsets);
    }
  }
}
