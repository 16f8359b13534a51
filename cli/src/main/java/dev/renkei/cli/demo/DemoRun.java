package dev.renkei.cli.demo;

import dev.renkei.cli.StopSignal;
import dev.renkei.cli.Terminal;
import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.cli.process.Child;
import dev.renkei.core.change.Change;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubReader;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.DemoReport;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.LatencyLog;
import dev.renkei.demo.Ledger;
import dev.renkei.demo.LostRow;
import dev.renkei.demo.Planted;
import dev.renkei.demo.PlantedDeliveryLoss;
import dev.renkei.demo.PlantedDuplicate;
import dev.renkei.demo.PlantedLoss;
import dev.renkei.demo.Proof;
import dev.renkei.demo.Shop;
import dev.renkei.demo.WriterLine;
import dev.renkei.demo.WriterMain;
import dev.renkei.demo.WriterOptions;
import dev.renkei.loader.LoadObserver;
import dev.renkei.server.ServerException;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The demo from beginning to end. Starts processes and ends all of them, whatever happens; one
 * thread.
 */
public final class DemoRun {
  private static final String WAREHOUSE = "local";
  private static final Duration SNAPSHOT_PATIENCE = Duration.ofMinutes(5);
  private static final Duration ARRIVAL_PATIENCE = Duration.ofMinutes(3);
  private static final Duration REFRESH = Duration.ofSeconds(1);
  private static final Pattern WRITER_READY = Pattern.compile("(?m)^(ready) ");

  private static final double PROGRESS_EVERY_SECONDS = 5;

  /** The kill comes half-way, or after so many seconds of an endless run. */
  private static final double KILL_AFTER_SECONDS = 10;

  private final DemoOptions options;
  private final String version;
  private final StopSignal stop;
  private final Consumer<String> progress;
  private final @Nullable Terminal terminal;
  private final DemoView view = new DemoView();
  private volatile LatencyLog latencies = new LatencyLog();
  private final Usage usage = new Usage();
  private @Nullable LostRow loss;
  private double nextProgressAt = PROGRESS_EVERY_SECONDS;
  private long hubStartedNanos;
  private volatile long firstRowNanos;
  private volatile long lastRowNanos;
  private long measuredFromNanos;
  private long measuredFromChanges;
  private Map<String, Double> measuredFromCpu = Map.of();

  /**
   * What the demo ends with.
   *
   * @param pace of what came after the warm-up
   */
  public record Outcome(
      DemoReport report, Evidence evidence, @Nullable Planted planted, Pace pace) {}

  /**
   * How fast it went.
   *
   * @param secondsToFirstRow from the start of the hub to the first row that a query could see
   * @param changes that became visible after the warm-up
   * @param seconds from the end of the warm-up until the last of them
   * @param cpuSeconds after the warm-up, by process
   */
  public record Pace(
      double secondsToFirstRow, long changes, double seconds, Map<String, Double> cpuSeconds) {
    public Pace {
      cpuSeconds = Map.copyOf(cpuSeconds);
    }
  }

  /**
   * @param progress takes a line now and then
   * @param terminal where the live table is drawn; null for none
   */
  public DemoRun(
      DemoOptions options,
      String version,
      StopSignal stop,
      Consumer<String> progress,
      @Nullable PrintWriter terminal) {
    this.options = options;
    this.version = version;
    this.stop = stop;
    this.progress = progress;
    this.terminal = terminal == null ? null : new Terminal(terminal);
  }

  public Outcome run(DemoFolder folder)
      throws IOException,
          SQLException,
          HubException,
          WarehouseException,
          ServerException,
          InterruptedException,
          TimeoutException {
    progress.accept("opening the shop");
    try (Chain chain = chain(folder);
        Uses uses = Uses.of(options);
        ShopServer shop = ShopServer.start(folder.logs())) {
      long rows = open(shop);
      Configuration config = folder.configure(shop, options.trackers(), chain, uses.all());
      chain.prepare(config, WAREHOUSE);
      progress.accept("starting hub and loader");
      hubStartedNanos = System.nanoTime();
      try (Node node = Node.start(config, plan(config), version);
          Trackers trackers = new Trackers(folder, usage)) {
        progress.accept("console %s/".formatted(node.url()));
        trackers.start(NodePlan.trackers(config));
        awaitSnapshot(node, trackers, rows);
        double seconds = write(chain, uses, shop, folder, node, trackers);
        return prove(chain, uses, shop, folder, config, node, trackers, seconds);
      }
    }
  }

  private Chain chain(DemoFolder folder) throws HubException, InterruptedException {
    return options.hub() == DemoOptions.HubKind.PUBSUB
        ? PubSubChain.start(folder.logs())
        : new KafkaChain();
  }

  private long open(ShopServer shop) throws SQLException, InterruptedException {
    try (Connection connection = shop.connect()) {
      Shop.create(connection);
      long rows = Shop.seed(shop.url(), options.seed(), options.rows(), (done, of) -> {});
      Shop.track(connection);
      progress.accept(
          "the shop is open: %d tables, %s rows"
              .formatted(Shop.tables().size(), DemoView.grouped(rows)));
      return rows;
    }
  }

  private NodePlan plan(Configuration config) {
    return NodePlan.withoutTrackers(
        config,
        new NodePlan.Watch() {
          @Override
          public LoadObserver observer(String warehouse) {
            return warehouse.equals(WAREHOUSE) ? DemoRun.this::arrived : LoadObserver.NONE;
          }

          @Override
          public HubReader tap(String warehouse, HubReader reader) {
            return warehouse.equals(WAREHOUSE) ? DemoRun.this.tap(reader) : reader;
          }
        });
  }

  /** What flows make has no commit in the writer's ledger, and versions of its own. */
  private void arrived(List<Change> loaded, Instant at) {
    lastRowNanos = System.nanoTime();
    if (firstRowNanos == 0) {
      firstRowNanos = lastRowNanos;
    }
    List<Change> changes = loaded.stream().filter(change -> Shop.has(change.table())).toList();
    latencies.visible(changes, at);
    view.committed(changes, at);
  }

  private HubReader tap(HubReader reader) {
    if (options.plant() != DemoOptions.Plant.LOSS) {
      return reader;
    }
    LostRow lost = new LostRow();
    loss = lost;
    return reader instanceof AcknowledgedSubscription subscription
        ? new PlantedDeliveryLoss(subscription, lost)
        : new PlantedLoss((HubSubscription) reader, lost);
  }

  private void awaitSnapshot(Node node, Trackers trackers, long rows)
      throws IOException, InterruptedException, TimeoutException {
    long until = System.nanoTime() + SNAPSHOT_PATIENCE.toNanos();
    long told = 0;
    for (long seen = view.snapshotRows(); seen < rows; seen = view.snapshotRows()) {
      trackers.revive().forEach(progress);
      if (System.nanoTime() > until) {
        throw new TimeoutException(
            "%d of %d rows have arrived after %d minutes"
                .formatted(seen, rows, SNAPSHOT_PATIENCE.toMinutes()));
      }
      if (seen > told) {
        told = seen;
        progress.accept(
            "snapshot: %s of %s rows in the warehouse"
                .formatted(DemoView.grouped(seen), DemoView.grouped(rows)));
      }
      if (stop.await(REFRESH)) {
        return;
      }
    }
    progress.accept("snapshot: all %s rows in the warehouse".formatted(DemoView.grouped(rows)));
  }

  // ---- while changes flow ----

  private double write(
      Chain chain, Uses uses, ShopServer shop, DemoFolder folder, Node node, Trackers trackers)
      throws IOException, InterruptedException, WarehouseException {
    WriterOptions how =
        new WriterOptions(
            shop.independentUrl(),
            folder.ledger(),
            options.seed(),
            options.rate(),
            options.rowsPerTransaction(),
            0);
    try (Child writer =
        Child.start(
            new Child.Plan(
                "writer",
                WriterMain.class,
                how.arguments(),
                512,
                Map.of(WriterOptions.URL_VARIABLE, how.url())),
            folder.logs())) {
      writer.awaitLine(WRITER_READY, Duration.ofMinutes(1));
      long begun = System.nanoTime();
      progress.accept("the writer commits %d changes a second".formatted(options.rate()));
      if (loss != null) {
        loss.activate();
      }
      if (options.warmUpSeconds() > 0) {
        stop.await(Duration.ofMillis((long) (options.warmUpSeconds() * 1000)));
      }
      begun = System.nanoTime();
      measureFromHere(List.of(shop.process(), writer), trackers);
      uses.start(node);
      flow(chain, uses, folder, node, trackers, writer, begun);
      progress.accept("the writer stops; what is under way arrives");
      usage.ended(writer);
      int code = writer.end();
      uses.stop();
      WriterLine.Done done = done(folder, writer, code);
      return done.seconds();
    }
  }

  private void measureFromHere(List<Child> others, Trackers trackers) {
    latencies = new LatencyLog();
    measuredFromNanos = System.nanoTime();
    measuredFromChanges = view.changes();
    measuredFromCpu = usage.cpuSeconds(all(others, trackers));
  }

  private static List<Child> all(List<Child> others, Trackers trackers) {
    return Stream.concat(others.stream(), trackers.running().stream()).toList();
  }

  private Pace pace(Map<String, Double> cpuSeconds) {
    Map<String, Double> used = new TreeMap<>(cpuSeconds);
    used.replaceAll((name, seconds) -> seconds - measuredFromCpu.getOrDefault(name, 0.0));
    return new Pace(
        (firstRowNanos - hubStartedNanos) / 1e9,
        view.changes() - measuredFromChanges,
        (lastRowNanos - measuredFromNanos) / 1e9,
        used);
  }

  private static WriterLine.Done done(DemoFolder folder, Child writer, int code)
      throws IOException {
    try (Stream<String> lines = Files.lines(folder.logs().resolve("writer.out"))) {
      return lines
          .flatMap(line -> WriterLine.parse(line).stream())
          .filter(WriterLine.Done.class::isInstance)
          .map(WriterLine.Done.class::cast)
          .findFirst()
          .orElseThrow(
              () ->
                  new IOException(
                      "the writer ended with %d:%n%s".formatted(code, lastErrors(writer))));
    }
  }

  private static String lastErrors(Child child) {
    try {
      return child.lastErrors();
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  private void flow(
      Chain chain,
      Uses uses,
      DemoFolder folder,
      Node node,
      Trackers trackers,
      Child writer,
      long begun)
      throws IOException, InterruptedException, WarehouseException {
    Double wanted = options.seconds();
    double killAt = wanted == null ? KILL_AFTER_SECONDS : wanted / 2;
    boolean kill = options.killTracker();
    for (double at = 0; wanted == null || at < wanted; at = secondsSince(begun)) {
      if (kill && at >= killAt) {
        kill = false;
        trackers.killOne(at);
        progress.accept("killed %s by force".formatted(trackers.killed().get(0).role()));
      }
      trackers.revive().forEach(progress);
      if (!writer.isAlive()) {
        return;
      }
      show(chain, uses, folder, node, at);
      double next = wanted == null ? 1 : Math.min(1, wanted - secondsSince(begun));
      if (kill) {
        next = Math.min(next, Math.max(0, killAt - secondsSince(begun)));
      }
      if (stop.await(Duration.ofMillis((long) Math.ceil(next * 1000)))) {
        return;
      }
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private void show(Chain chain, Uses uses, DemoFolder folder, Node node, double at)
      throws IOException, WarehouseException {
    Terminal screen = terminal;
    Warehouse warehouse = node.warehouse(WAREHOUSE).orElse(null);
    if (screen == null) {
      if (at >= nextProgressAt) {
        nextProgressAt += PROGRESS_EVERY_SECONDS;
        progress.accept(
            "%.0f s: %s changes in the warehouse".formatted(at, DemoView.grouped(view.changes())));
      }
      return;
    }
    if (warehouse == null) {
      return;
    }
    DemoReport.Latency latency = latencies.since(Ledger.read(folder.ledger()));
    screen.redraw(
        view.live(
            "Renkei demo · SQL Server (a stand-in) → %d trackers → %s → DuckDB · %.0f s"
                .formatted(options.trackers(), chain.picture(), at),
            warehouse,
            """
            arrived   %s changes, %.0f a second
            %s
            %squery     ./renkei query -c %s 'FROM dbo.Orders LIMIT 5'
            console   %s/ · logs in %s
            Ctrl-C stops the writer and proves that nothing was lost
            """
                .formatted(
                    DemoView.grouped(view.changes()),
                    at > 0 ? view.changes() / at : 0,
                    DemoView.latency(latency),
                    uses.live(node, warehouse),
                    folder.configuration(),
                    node.url(),
                    folder.logs())));
  }

  // ---- the proof ----

  private Outcome prove(
      Chain chain,
      Uses uses,
      ShopServer shop,
      DemoFolder folder,
      Configuration config,
      Node node,
      Trackers trackers,
      double seconds)
      throws IOException,
          SQLException,
          HubException,
          WarehouseException,
          InterruptedException,
          TimeoutException {
    Ledger ledger = Ledger.read(folder.ledger());
    new Arrival(chain, node, config.source().name(), WAREHOUSE, trackers.names())
        .await(ledger.lastVersion(), ARRIVAL_PATIENCE);
    uses.awaitDone(node, WAREHOUSE, ARRIVAL_PATIENCE, progress);
    progress.accept("everything has arrived; comparing source, hub and warehouse");
    Pace pace = pace(usage.cpuSeconds(all(List.of(shop.process()), trackers)));
    trackers.close();
    DemoReport.Resources resources = usage.total(List.of(shop.process()));
    long deadLetters = deadLetters(node);
    node.stopLoading();
    Planted planted = planted(folder);
    try (Connection source = shop.connect();
        Warehouse warehouse =
            DuckDbWarehouse.open(
                folder.warehouse(), DuckDbOptions.forRetention(config.hub().retention()));
        Chain.Topics topics = chain.topics(node)) {
      Evidence evidence =
          new Proof(source, warehouse, ledger, topics.raw(), topics.hub(), latencies).take();
      DemoReport report =
          DemoReport.of(
              new DemoReport.Run(
                  options.seed(),
                  seconds,
                  options.trackers(),
                  trackers.killed(),
                  deadLetters,
                  resources,
                  uses.prove(folder, warehouse)),
              evidence);
      return new Outcome(report, evidence, planted, pace);
    }
  }

  private static long deadLetters(Node node) {
    return node.dedupeCounts().map(counts -> counts.deadLetters()).orElse(0L)
        + node.loader(WAREHOUSE).map(state -> state.deadLetters()).orElse(0L);
  }

  private @Nullable Planted planted(DemoFolder folder) throws SQLException {
    if (options.plant() == DemoOptions.Plant.DUPLICATE) {
      return PlantedDuplicate.into(folder.warehouse(), Shop.tables().get(1));
    }
    LostRow lost = loss;
    return lost == null ? null : lost.planted().orElse(null);
  }
}
