package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.LatencyLog;
import dev.renkei.demo.Ledger;
import dev.renkei.demo.Proof;
import dev.renkei.demo.Shop;
import dev.renkei.demo.Topic;
import dev.renkei.demo.WriterMain;
import dev.renkei.demo.WriterOptions;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.ControlClient;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An installation under test: a shop on the stand-in, a configuration, and its folder. */
final class Site implements AutoCloseable {
  static final List<String> TRACKERS = List.of("tracker-a", "tracker-b");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final StandIn source;

  private Site(Path folder, StandIn source) {
    this.folder = folder;
    this.source = source;
  }

  /**
   * Opens the shop, its database in memory.
   *
   * @param rows about so many
   * @param brokers {@code embedded}, or where they are
   * @param snapshotRate rows a second that one tracker reads of a snapshot
   */
  static Site open(Path folder, int rows, String brokers, int snapshotRate) throws Exception {
    return open(
        folder, rows, brokers, snapshotRate, StandIn.builder().database(Shop.DATABASE).tls(false));
  }

  /** The same, but the database's files are all that outlasts a stop of the source. */
  static Site openOnDisk(Path folder, int rows, String brokers, int snapshotRate) throws Exception {
    return open(
        folder,
        rows,
        brokers,
        snapshotRate,
        StandIn.builder().database(Shop.DATABASE).tls(false).directory(folder.resolve("source")));
  }

  private static Site open(
      Path folder, int rows, String brokers, int snapshotRate, StandIn.Builder server)
      throws Exception {
    StandIn source = server.start();
    Site site = new Site(folder, source);
    try (Connection connection = site.connect()) {
      Shop.create(connection);
      Shop.seed(source.jdbcUrl(Shop.DATABASE), 42, rows, (done, of) -> {});
      Shop.track(connection);
    }
    site.configure(brokers, snapshotRate);
    return site;
  }

  private void configure(String brokers, int snapshotRate) throws Exception {
    Files.writeString(folder.resolve("password"), source.password());
    Files.writeString(
        configuration(),
        """
        version: 1
        name: shop
        data_dir: .
        source:
          sqlserver:
            host: 127.0.0.1
            port: %d
            database: %s
            encrypt: false
            username: %s
            password: "${file:password}"
          max_rows_per_second: %d
        trackers: {mode: active_active, count: %d}
        tables:
          defaults: {interval: 100ms}
          include: ["dbo.*"]
        hub: {type: kafka, bootstrap_servers: "%s"}
        warehouses:
          local: {type: duckdb, path: shop.duckdb}
        server: {listen: "127.0.0.1:0"}
        """
            .formatted(
                source.port(),
                Shop.DATABASE,
                source.user(),
                snapshotRate,
                TRACKERS.size(),
                brokers));
  }

  /** Lets the trackers share the tables. */
  Site sharing() throws Exception {
    Files.writeString(
        configuration(),
        Files.readString(configuration()).replace("mode: active_active", "mode: assigned"));
    return this;
  }

  Path folder() {
    return folder;
  }

  Path configuration() {
    return folder.resolve("renkei.yaml");
  }

  Configuration config() throws Exception {
    return Configuration.load(configuration(), Map.of());
  }

  HubConfig.Kafka hubConfig() throws Exception {
    return (HubConfig.Kafka) config().hub();
  }

  StandIn source() {
    return source;
  }

  /** Starts {@code renkei COMMAND... -c} this configuration. */
  Program renkei(String name, String... command) throws Exception {
    String[] all = java.util.Arrays.copyOf(command, command.length + 3);
    all[command.length] = "--plain";
    all[command.length + 1] = "-c";
    all[command.length + 2] = configuration().toString();
    return Program.renkei(folder.resolve("logs"), name, all);
  }

  /** Starts the independent writer, which ends with its standard input; returns when it writes. */
  Program writer(Path ledger, long seed, int rate) throws Exception {
    WriterOptions how = new WriterOptions(source.jtdsUrl(Shop.DATABASE), ledger, seed, rate, 5, 0);
    Program writer =
        Program.start(
            folder.resolve("logs"),
            "writer",
            WriterMain.class,
            how.arguments(),
            Map.of(WriterOptions.URL_VARIABLE, how.url()));
    writer.awaitOutput("(?m)^ready ", PATIENCE);
    return writer;
  }

  Path ledger() {
    return folder.resolve("ledger");
  }

  /** Lets the writer finish its transaction; then its ledger is whole. */
  static void end(Program writer) throws Exception {
    writer.closeInput();
    assertThat(writer.exitCode(PATIENCE)).as(writer.lastWords()).isZero();
  }

  /** SIGTERM, after which a program must end by itself, in good order. */
  static void stop(Program program) throws Exception {
    program.terminate();
    assertThat(program.exitCode(PATIENCE)).as(program.lastWords()).isZero();
  }

  /** Waits until all of the ledger has gone the whole way. */
  void awaitArrival(KafkaHub hub, Ledger ledger, Program told) throws Exception {
    new Arrival(this, hub, told).await(ledger.lastVersion(), Duration.ofMinutes(3));
  }

  /** Compares source, hub and warehouse, which no other process may hold open. */
  Evidence prove(KafkaHub hub, Ledger ledger) throws Exception {
    try (Connection connection = connect();
        Warehouse warehouse =
            DuckDbWarehouse.open(
                folder.resolve("shop.duckdb"),
                DuckDbOptions.forRetention(hubConfig().retention()));
        HubSubscription raw = hub.subscription(hub.rawTopic());
        HubSubscription unique = hub.subscription(hub.hubTopic())) {
      return new Proof(
              connection, warehouse, ledger, Topic.of(raw), Topic.of(unique), new LatencyLog())
          .take();
    }
  }

  /** What the process that runs now says of itself. */
  StatusReport status() throws Exception {
    return status(RunFiles.living(config().dataDir()).get(0));
  }

  /** What each of these processes says of itself; nothing of one that has not announced itself. */
  List<StatusReport> statusOf(Collection<Program> programs) throws Exception {
    Set<Long> pids = programs.stream().map(Program::pid).collect(Collectors.toSet());
    List<StatusReport> reports = new ArrayList<>();
    for (RunFiles.Running running : RunFiles.living(config().dataDir())) {
      if (pids.contains(running.pid())) {
        reports.add(status(running));
      }
    }
    return reports;
  }

  private StatusReport status(RunFiles.Running running) throws Exception {
    return new ControlClient(running.url(), config().server().token(), Duration.ofSeconds(10))
        .status();
  }

  private Connection connect() throws Exception {
    return DriverManager.getConnection(source.jtdsUrl(Shop.DATABASE));
  }

  @Override
  public void close() {
    source.close();
  }
}
