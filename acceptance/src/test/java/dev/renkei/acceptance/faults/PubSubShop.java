package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.hub.pubsub.PubSubEmulator;
import dev.renkei.loader.LoaderState;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A small shop on the stand-in, Google's Pub/Sub emulator and a DuckDB file; its parts run in this
 * process, its commands in ones of their own.
 */
final class PubSubShop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final StandIn source;
  private final PubSubEmulator emulator;

  private PubSubShop(Path folder, StandIn source, PubSubEmulator emulator) {
    this.folder = folder;
    this.source = source;
    this.emulator = emulator;
  }

  /**
   * Skips the test where there is no emulator.
   *
   * @param publish settings of {@code hub.publish} as YAML, may be empty
   */
  static PubSubShop open(Path folder, String publish) throws Exception {
    PubSubEmulator.Found found = PubSubEmulator.find();
    assumeFalse(
        found instanceof PubSubEmulator.Found.Nowhere,
        () -> "needs Google's Pub/Sub emulator: " + found);
    StandIn source = StandIn.builder().inMemory().database("Shop").tls(false).start();
    PubSubShop shop = new PubSubShop(folder, source, PubSubEmulator.start(folder.resolve("logs")));
    shop.sql(
        """
        USE Shop
        GO
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON
        CREATE TABLE dbo.Notes (Id int NOT NULL PRIMARY KEY, Note nvarchar(max))
        ALTER TABLE dbo.Notes ENABLE CHANGE_TRACKING
        """);
    Files.writeString(
        shop.file(),
        """
        version: 1
        name: shop
        data_dir: ./data
        source:
          sqlserver: {host: 127.0.0.1, port: %d, database: Shop, encrypt: false, username: %s, password: "%s"}
        tables:
          defaults: {interval: 100ms}
          include: ["dbo.*"]
        trackers: {mode: single}
        hub:
          type: pubsub
          project: shop-data
          endpoint: {address: "%s", plaintext: true}
          publish: {%s}
        warehouses:
          local: {type: duckdb, path: ./data/shop.duckdb}
        server: {listen: "127.0.0.1:0"}
        """
            .formatted(
                source.port(), source.user(), source.password(), shop.emulator.address(), publish));
    return shop;
  }

  private Path file() {
    return folder.resolve("renkei.yaml");
  }

  private Configuration config() throws Exception {
    return Configuration.load(file(), Map.of());
  }

  /** Adds to the configuration. */
  void configure(String yaml) throws Exception {
    Files.writeString(file(), yaml, StandardOpenOption.APPEND);
  }

  /** Says something else in the configuration. */
  void replace(String text, String by) throws Exception {
    String all = Files.readString(file());
    assertThat(all).contains(text);
    Files.writeString(file(), all.replace(text, by));
  }

  /** Pub/Sub's own endpoint, {@code host:port}. */
  String hubAddress() {
    return emulator.address();
  }

  /** Starts a command that goes on. */
  Program program(String... arguments) throws Exception {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "-c";
    all[arguments.length + 1] = file().toString();
    return Program.renkei(Files.createTempDirectory(folder, "program"), arguments[0], all);
  }

  void sql(String script) throws Exception {
    source.execute(script);
  }

  /** Everything in this process. */
  Node everything() throws Exception {
    return Node.start(config(), NodePlan.everything(config()), "test");
  }

  Node tracker() throws Exception {
    return Node.start(config(), NodePlan.tracker("tracker-a"), "test");
  }

  Node loader() throws Exception {
    return Node.start(config(), NodePlan.loaders(NodePlan.enabledWarehouses(config())), "test");
  }

  /** What a command said, and how it ended. */
  record Said(int code, String out, String err) {}

  Said command(String... arguments) throws Exception {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "-c";
    all[arguments.length + 1] = file().toString();
    return commandAsItIs(all);
  }

  /** The same of one that knows no configuration. */
  Said commandAsItIs(String... arguments) throws Exception {
    Path logs = Files.createTempDirectory(folder, "command");
    try (Program program = Program.renkei(logs, "command", arguments)) {
      int code = program.exitCode(PATIENCE);
      return new Said(code, program.output(), program.errors());
    }
  }

  static LoaderState loading(Node node) {
    return node.loader("local").orElseThrow();
  }

  /** The rows of a query in the warehouse; none where the table is not there yet. */
  static List<String> rows(Node node, String sql) throws Exception {
    return rows(node, "local", sql);
  }

  /** The same of a warehouse of that name. */
  static List<String> rows(Node node, String name, String sql) throws Exception {
    Warehouse warehouse = node.warehouse(name).orElseThrow();
    try {
      return warehouse.query(sql, 10_000).rows().stream()
          .map(row -> String.join(",", row.stream().map(String::valueOf).toList()))
          .toList();
    } catch (dev.renkei.core.warehouse.WarehouseException e) {
      assertThat(e.getMessage()).contains("does not exist");
      return List.of();
    }
  }

  static void until(String what, Callable<Boolean> holds) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Pub/Sub answers no more, and forgets nothing. */
  void pauseHub() throws Exception {
    signal("STOP");
  }

  /** It goes on, with what had reached it. */
  void resumeHub() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    long pid = emulator.process().orElseThrow().pid();
    assertThat(new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, pid)).start().waitFor())
        .isZero();
  }

  /** Pub/Sub is gone, with all that it held. */
  void stopHub() {
    emulator.close();
  }

  @Override
  public void close() {
    emulator.close();
    source.close();
  }
}
