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
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of snapshots reach the log by load jobs, whatever happens on their way. */
@Tag("long")
class LoadJobsTest {
  private static final String UPLOAD = "PUT /upload/";
  private static final long ANY_SIZE = 1;
  private static BigQueryStandIn standIn;
  private static int datasets;

  @TempDir private Path folder = Path.of("");

  private final Hands clock = new Hands();
  private WarehouseConfig.BigQuery config;
  private BigQueryWarehouse warehouse;
  private long uploadsBefore;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @BeforeEach
  void begin() throws Exception {
    config = Places.config(standIn, "jobs_" + ++datasets);
    open(Places.spooling(folder, 1 << 20, ANY_SIZE));
    uploadsBefore = standIn.log().count(UPLOAD);
  }

  @AfterEach
  void end() {
    standIn.faults().clear();
    warehouse.close();
  }

  private void open(Spooling spooling) throws Exception {
    BigQueryOptions options =
        new BigQueryOptions(
            Duration.ofDays(15), Duration.ofSeconds(2), 1_000_000, 20, 2, 1L << 30, clock);
    warehouse = BigQueryWarehouse.open(config, options.with(spooling));
    warehouse.prepare(Shop.record(Shop.SCHEMA));
  }

  private void reopen() throws Exception {
    warehouse.close();
    open(Places.spooling(folder, 1 << 20, ANY_SIZE));
  }

  private void apply(Change... changes) throws Exception {
    warehouse.apply(List.of(changes), Shop.STREAM, Map.of(0, 1L));
  }

  private void applyRows(int from, int to) throws Exception {
    List<Change> rows = new ArrayList<>();
    for (int product = from; product < to; product++) {
      rows.add(Shop.snapshotRow(product, 5, 1, product * 10));
    }
    apply(rows.toArray(Change[]::new));
  }

  private long sweep() throws Exception {
    return warehouse.sweep(
        new Sweep(Shop.SOURCE, Shop.STOCK, 1, new Sequence(1, 5, 1), Shop.NOON.plusSeconds(9)),
        Shop.STREAM,
        Map.of());
  }

  private List<String> ask(String sql) throws Exception {
    return Shop.rows(warehouse, sql);
  }

  private List<String> rowsOfLog() throws Exception {
    return ask("SELECT ProductID, Quantity, _type FROM dbo_Stock_log ORDER BY 1, _sequence");
  }

  private long uploads() {
    return standIn.log().count(UPLOAD) - uploadsBefore;
  }

  private List<String> told() throws Exception {
    return ask("SELECT table_name FROM _renkei_spools");
  }

  private List<Path> files() throws Exception {
    try (var files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(SpoolFile.SUFFIX)).toList();
    }
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("too late").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void rowsOfASnapshotWaitInAFileAndAJobBringsThemBeforeTheSweep() throws Exception {
    apply(Shop.update(7, 4, 70), Shop.update(1, 6, 11));
    applyRows(1, 4);

    assertThat(ask("SELECT ProductID, Quantity FROM dbo_Stock ORDER BY 1"))
        .containsExactly("1,11", "2,20", "3,30", "7,70");
    assertThat(rowsOfLog()).containsExactly("1,11,U", "7,70,U");
    assertThat(told()).containsExactly("Stock");

    assertThat(sweep()).isEqualTo(1);

    assertThat(uploads()).isEqualTo(1);
    assertThat(rowsOfLog())
        .containsExactly("1,10,R", "1,11,U", "2,20,R", "3,30,R", "7,70,U", "7,null,D");
    assertThat(told()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void fewRowsGoByTheStream() throws Exception {
    warehouse.close();
    open(Places.spooling(folder, 1 << 20, 1 << 10));
    applyRows(1, 3);

    sweep();

    assertThat(uploads()).isZero();
    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
    assertThat(told()).isEmpty();
  }

  @Test
  void noFileIsWrittenWhereLoadJobsAreOff() throws Exception {
    applyRows(1, 2);
    warehouse.close();
    open(Places.spooling(folder, 1 << 20, 0));

    applyRows(2, 3);

    warehouse.settleSpool(Shop.STOCK);
    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
    assertThat(files()).isEmpty();
  }

  @Test
  void aFileThatIsLargeIsLoadedWhileOthersAreWritten() throws Exception {
    warehouse.close();
    open(Places.spooling(folder, 2_000, ANY_SIZE));
    for (int product = 0; product < 100; product += 10) {
      applyRows(product, product + 10);
    }

    until(() -> rowsOfLog().size() >= 90);
    sweep();

    assertThat(rowsOfLog()).hasSize(100);
    assertThat(uploads()).isGreaterThan(2);
  }

  @Test
  void aFileThatIsOldIsLoadedThoughNothingElseComes() throws Exception {
    warehouse.close();
    open(new Spooling(folder, 1 << 20, Duration.ofSeconds(1), ANY_SIZE, 1 << 20, 2));
    applyRows(1, 3);
    clock.now = clock.now.plusSeconds(2);

    until(() -> rowsOfLog().size() == 2);

    until(() -> told().isEmpty());
    assertThat(uploads()).isEqualTo(1);
  }

  @Test
  void aSweepWaitsForTheJob() throws Exception {
    CompletableFuture<Long> sweep;
    try (Faults.Switch held = standIn.faults().holdLoads()) {
      assertThat(held).isNotNull();
      applyRows(1, 3);
      sweep = CompletableFuture.supplyAsync(this::sweptWithoutFail);
      until(() -> uploads() == 1);
      assertThat(sweep).isNotDone();
      assertThat(rowsOfLog()).isEmpty();
    }

    assertThat(sweep.get(2, TimeUnit.MINUTES)).isZero();
    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
  }

  private long sweptWithoutFail() {
    try {
      return sweep();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWaitsHasABoundBehindWhichTheWriterWaits() throws Exception {
    warehouse.close();
    open(new Spooling(folder, 1_000, Duration.ofMinutes(10), ANY_SIZE, 2_000, 2));
    CompletableFuture<Void> writing = new CompletableFuture<>();
    Thread writer = new Thread(() -> writing.completeAsync(this::writeMuch, Runnable::run));
    try (Faults.Switch held = standIn.faults().holdLoads()) {
      assertThat(held).isNotNull();
      writer.start();
      until(
          () ->
              Stream.of(writer.getStackTrace())
                  .anyMatch(frame -> frame.getMethodName().equals("awaitRoom")));
      assertThat(bytesOfFiles()).isBetween(2_000L, 5_000L);
      assertThat(writing).isNotDone();
    }

    writing.get(2, TimeUnit.MINUTES);
    warehouse.settleSpool(Shop.STOCK);
    assertThat(rowsOfLog()).hasSize(200);
  }

  private @Nullable Void writeMuch() {
    try {
      for (int product = 0; product < 200; product += 5) {
        applyRows(product, product + 5);
      }
      return null;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private long bytesOfFiles() throws Exception {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.exists(file) ? Files.size(file) : 0;
    }
    return bytes;
  }

  @Test
  void whatWaitsWhenTheProcessEndsIsLoadedByTheNext() throws Exception {
    try (Faults.Switch down =
        standIn.faults().onCall(c -> c.contains("/upload/"), 403, "accessDenied", 1_000)) {
      assertThat(down).isNotNull();
      applyRows(1, 3);
      warehouse.close();
    }
    assertThat(files()).hasSize(1);

    open(Places.spooling(folder, 1 << 20, ANY_SIZE));

    assertThat(warehouse.incomplete()).isEmpty();
    warehouse.settleSpool(Shop.STOCK);
    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
    assertThat(told()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void anAnswerThatIsLostMakesNoSecondLoad() throws Exception {
    standIn.faults().loseAnswers(c -> c.startsWith(UPLOAD), 2);
    applyRows(1, 3);

    sweep();

    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
  }

  @Test
  void aFileWhoseJobHadSucceededBeforeTheProcessEndedIsNotLoadedAgain() throws Exception {
    applyRows(1, 3);
    try (Faults.Switch kept =
        standIn
            .faults()
            .onAppend(s -> s.contains("_renkei_spools"), AppendFault.PERMISSION_DENIED, 1_000)) {
      assertThat(kept).isNotNull();
      assertThatThrownBy(() -> warehouse.settleSpool(Shop.STOCK))
          .hasMessageContaining("roles/bigquery.dataEditor");
      warehouse.close();
    }
    assertThat(files()).hasSize(1);
    assertThat(
            standIn.query(
                "SELECT _key FROM `shop-data.%s.dbo_Stock_log`".formatted(config.dataset())))
        .hasSize(2);

    open(Places.spooling(folder, 1 << 20, ANY_SIZE));

    warehouse.settleSpool(Shop.STOCK);
    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
    assertThat(files()).isEmpty();
  }

  @Test
  void weatherDuringTheUploadAndInTheJobIsWaitedOut() throws Exception {
    standIn.faults().onCall(c -> c.startsWith(UPLOAD), 503, "backendError", 2);
    standIn.faults().failLoads("backendError", 2);
    applyRows(1, 3);

    sweep();

    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
    assertThat(uploads()).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quotaExceeded", "invalid"})
  void rowsThatNoJobLoadsGoByTheStream(String reason) throws Exception {
    standIn.faults().failLoads(reason, 1);
    applyRows(1, 3);

    sweep();

    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
    assertThat(told()).isEmpty();
  }

  @Test
  void aQuotaThatRefusesTheJobItselfSendsRowsByTheStream() throws Exception {
    standIn.faults().onCall(c -> c.contains("/upload/"), 403, "quotaExceeded", 1_000);
    applyRows(1, 3);

    sweep();

    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
  }

  @Test
  void aRightThatIsMissingIsToldByTheSweepAndTheFileIsKept() throws Exception {
    applyRows(1, 3);
    try (Faults.Switch denied =
        standIn.faults().onCall(c -> c.contains("/upload/"), 403, "accessDenied", 1_000)) {
      assertThat(denied).isNotNull();
      assertThatThrownBy(this::sweep)
          .isInstanceOf(WarehouseException.class)
          .hasMessageContaining("dbo_Stock_log cannot be loaded by a job")
          .hasMessageContaining("roles/bigquery.jobUser");
      assertThat(files()).hasSize(1);
    }

    sweep();

    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
  }

  @Test
  void aRowThatBigQueryRefusesIsNamedAsOnTheStreamAndIsInNoFile() throws Exception {
    Change bad = Shop.snapshotRow(2, 5, 1, 13);
    try (Faults.Switch refused =
        standIn
            .faults()
            .refuseRows(
                (table, row) -> "13".equals(String.valueOf(row.get("Quantity"))) ? "13!" : "")) {
      assertThat(refused).isNotNull();
      assertThatThrownBy(() -> apply(Shop.snapshotRow(1, 5, 1, 10), bad))
          .isInstanceOfSatisfying(
              ChangeRefusedException.class, e -> assertThat(e.change()).isSameAs(bad));
      assertThat(files()).isEmpty();
      apply(Shop.snapshotRow(1, 5, 1, 10));
      sweep();
    }

    assertThat(rowsOfLog()).containsExactly("1,10,R");
  }

  @Test
  void aRowThatOnlyTheLogRefusesIsKeptInAFileAndTheOthersGoThrough() throws Exception {
    applyRows(1, 6);
    try (Faults.Switch refused =
        standIn
            .faults()
            .refuseRows(
                (table, row) ->
                    table.endsWith("_log") && "30".equals(String.valueOf(row.get("Quantity")))
                        ? "30!"
                        : "")) {
      assertThat(refused).isNotNull();
      sweep();
    }

    assertThat(ask("SELECT DISTINCT Quantity FROM dbo_Stock_changes ORDER BY 1"))
        .containsExactly("10", "20", "40", "50");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(f -> f.toString().endsWith(".refused"))).hasSize(1);
    }
  }

  @Test
  void filesThatAreLostMakeTheirTableIncompleteUntilAReloadIsAsked() throws Exception {
    try (Faults.Switch down =
        standIn.faults().onCall(c -> c.contains("/upload/"), 403, "accessDenied", 1_000)) {
      assertThat(down).isNotNull();
      applyRows(1, 3);
      warehouse.close();
    }
    for (Path file : files()) {
      Files.delete(file);
    }

    open(Places.spooling(folder, 1 << 20, ANY_SIZE));
    assertThat(warehouse.incomplete()).containsExactly(Shop.STOCK);
    reopen();
    assertThat(warehouse.incomplete()).containsExactly(Shop.STOCK);
    warehouse.reloadIsAsked(Shop.STOCK);

    assertThat(warehouse.incomplete()).isEmpty();
    assertThat(told()).isEmpty();
  }

  @Test
  void aFileThatIsLostAfterItsJobHasLoadedItIsNotMissed() throws Exception {
    applyRows(1, 3);
    try (Faults.Switch kept =
        standIn
            .faults()
            .onAppend(s -> s.contains("_renkei_spools"), AppendFault.PERMISSION_DENIED, 1_000)) {
      assertThat(kept).isNotNull();
      warehouse.close();
    }
    for (Path file : files()) {
      Files.delete(file);
    }

    open(Places.spooling(folder, 1 << 20, ANY_SIZE));

    assertThat(warehouse.incomplete()).isEmpty();
    assertThat(told()).isEmpty();
    assertThat(rowsOfLog()).containsExactly("1,10,R", "2,20,R");
  }

  @Test
  void aColumnThatIsAddedWhileRowsWaitClosesTheirFile() throws Exception {
    TableSchema wider =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT),
                Shop.plain("Quantity", TypeKind.INT),
                Shop.plain("棚", TypeKind.NVARCHAR)));
    applyRows(1, 2);
    warehouse.prepare(Shop.record(wider));

    apply(Shop.change(wider, ChangeType.SNAPSHOT_ROW, new Sequence(1, 6, 2), 2, 20, "あ\"\n"));
    sweep();

    assertThat(ask("SELECT ProductID, `棚` FROM dbo_Stock_log ORDER BY 1"))
        .containsExactly("1,null", "2,あ\"\n");
  }

  @Test
  void theFolderOfARunningLoaderIsRefused() {
    assertThatThrownBy(() -> open(Places.spooling(folder, 1 << 20, ANY_SIZE)))
        .hasMessageContaining("another process loads it");
  }
}
