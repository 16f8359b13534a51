package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.config.Configuration;
import dev.renkei.hub.pubsub.PubSubEmulator;
import dev.renkei.standin.StandIn;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Renkei on Google Cloud, without an account: a database on the stand-in, Google's Pub/Sub
 * emulator, and BigQuery's stand-in inside this test.
 */
final class CloudSite implements AutoCloseable {
  static final String PROJECT = "shop-data";
  static final String DATASET = "shop";

  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String DATABASE = "Shop";
  private static final String PIPELINES =
      """
            by: beam
          local: {type: duckdb, path: ./data/shop.duckdb}
        pipelines: {dedupe: true, flink: {parallelism: 1}}
      """
          .indent(-2);

  private final Path folder;
  private final StandIn source;
  private final PubSubEmulator emulator;
  private final BigQueryStandIn bigQuery;
  private final Map<String, Program> running = new LinkedHashMap<>();

  private CloudSite(
      Path folder, StandIn source, PubSubEmulator emulator, BigQueryStandIn bigQuery) {
    this.folder = folder;
    this.source = source;
    this.emulator = emulator;
    this.bigQuery = bigQuery;
  }

  static CloudSite open(Path folder) throws Exception {
    return open(folder, "[\"dbo.*\"]", false);
  }

  /**
   * The same.
   *
   * @param include the tables, as YAML
   * @param pipelines whether pipelines remove duplicates and load BigQuery; then there is a DuckDB
   *     {@code local} too
   */
  static CloudSite open(Path folder, String include, boolean pipelines) throws Exception {
    CloudSite site =
        new CloudSite(
            folder,
            StandIn.builder().database(DATABASE).tls(false).start(),
            PubSubEmulator.start(folder.resolve("logs")),
            BigQueryStandIn.start());
    site.configure(include, pipelines);
    return site;
  }

  private void configure(String include, boolean pipelines) throws Exception {
    Files.writeString(folder.resolve("password"), source.password());
    Files.writeString(
        configuration(),
        """
        version: 1
        name: shop
        data_dir: ./data
        source:
          sqlserver:
            host: 127.0.0.1
            port: %d
            database: %s
            encrypt: false
            username: %s
            password: "${file:password}"
        tables:
          defaults: {interval: 100ms}
          include: %s
        hub:
          type: pubsub
          project: %s
          endpoint: {address: "%s", plaintext: true}
        warehouses:
          cloud:
            type: bigquery
            project: %s
            dataset: %s
            max_staleness: 0s
            load_jobs_above: 1B
            endpoint: {rest: "%s", storage: "%s", plaintext: true}
        %sserver: {listen: "127.0.0.1:0"}
        """
            .formatted(
                source.port(),
                DATABASE,
                source.user(),
                include,
                PROJECT,
                emulator.address(),
                PROJECT,
                DATASET,
                bigQuery.restUrl(),
                bigQuery.storageAddress(),
                pipelines ? PIPELINES : ""));
  }

  Path configuration() {
    return folder.resolve("renkei.yaml");
  }

  Configuration config() throws Exception {
    return Configuration.load(configuration(), Map.of());
  }

  BigQueryStandIn bigQuery() {
    return bigQuery;
  }

  // ---- the source ----

  void sql(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(source.jdbcUrl(DATABASE));
  }

  /** The rows of a query, each as its values by column name, texts as SQL Server writes them. */
  Map<String, Map<String, String>> source(String sql) throws SQLException {
    Map<String, Map<String, String>> rows = new TreeMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        Map<String, String> row = new TreeMap<>();
        for (int i = 1; i <= columns; i++) {
          row.put(result.getMetaData().getColumnLabel(i), text(result.getString(i)));
        }
        rows.put(result.getString(1), row);
      }
    }
    return rows;
  }

  /** The rows of a query in BigQuery, likewise. */
  Map<String, Map<String, String>> warehouse(String sql) {
    Map<String, Map<String, String>> rows = new TreeMap<>();
    for (Map<String, ?> found : bigQuery.query(sql)) {
      Map<String, String> row = new TreeMap<>();
      found.forEach((name, value) -> row.put(name, text(value)));
      String key = row.values().isEmpty() ? "" : String.valueOf(found.values().iterator().next());
      assertThat(rows.put(key, row)).as("key %s twice in %s", key, sql).isNull();
    }
    return rows;
  }

  /** BigQuery writes decimals without the zeros at their ends. */
  private static String text(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.matches("-?\\d+\\.\\d+")
        ? new BigDecimal(text).stripTrailingZeros().toPlainString()
        : text;
  }

  // ---- processes ----

  Program start(String role, String... command) throws Exception {
    String[] all = java.util.Arrays.copyOf(command, command.length + 3);
    all[command.length] = "--plain";
    all[command.length + 1] = "-c";
    all[command.length + 2] = configuration().toString();
    Program program = Program.renkei(folder.resolve("logs"), role, all);
    running.put(role, program);
    program.awaitOutput("(?m)^ready", PATIENCE);
    return program;
  }

  Program role(String role) {
    Program program = running.get(role);
    if (program == null) {
      throw new IllegalStateException(role + " does not run");
    }
    return program;
  }

  void kill(String role) throws Exception {
    role(role).kill();
  }

  /** SIGTERM, after which it must end by itself, in good order. */
  void stop(String role) throws Exception {
    Site.stop(role(role));
    running.remove(role);
  }

  /** Runs a command on this site to its end and returns its output. */
  String command(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", configuration().toString()));
    return run(all);
  }

  /** Runs a command as it stands. */
  String run(List<String> arguments) throws Exception {
    try (Program program =
        Program.renkei(folder.resolve("logs"), "command", arguments.toArray(String[]::new))) {
      assertThat(program.exitCode(PATIENCE)).as(program.lastWords()).isZero();
      return program.output();
    }
  }

  /** Runs a command to its end, however that is. */
  PubSubShop.Said said(String... arguments) throws Exception {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "-c";
    all[arguments.length + 1] = configuration().toString();
    try (Program program = Program.renkei(folder.resolve("logs"), "said", all)) {
      int code = program.exitCode(PATIENCE);
      return new PubSubShop.Said(code, program.output(), program.errors());
    }
  }

  /** Pub/Sub answers no more. */
  void stopHub() {
    emulator.close();
  }

  /** Waits until something holds; the failure shows what was found last. */
  void until(String what, Callable<String> missing) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String found = missing.call();
    while (!found.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + ": " + found + lastWords());
      }
      TimeUnit.MILLISECONDS.sleep(200);
      found = missing.call();
    }
  }

  List<String> roles() {
    return List.copyOf(running.keySet());
  }

  private String lastWords() throws Exception {
    StringBuilder words = new StringBuilder();
    for (Program program : running.values()) {
      words.append('\n').append(program.lastWords());
    }
    return words.toString();
  }

  @Override
  public void close() {
    running.values().forEach(Program::close);
    bigQuery.close();
    emulator.close();
    source.close();
  }
}
