package dev.renkei.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.deploy.DeployPlan.Running;
import dev.renkei.cli.deploy.DeployPlan.Verdict;
import dev.renkei.core.config.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided of each change. */
class DeployPlanTest {
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("name", "shop"),
          Map.entry("source.name", "shop"),
          Map.entry("data_dir", "./data"),
          Map.entry("source.sqlserver.host", "db1"),
          Map.entry("source.sqlserver.database", "Shop"),
          Map.entry("source.sqlserver.username", "${SQLSERVER_USER}"),
          Map.entry("source.isolation", "snapshot_or_fallback"),
          Map.entry("trackers.mode", "active_active"),
          Map.entry("trackers.count", "2"),
          Map.entry("tables.include", "dbo.Orders, dbo.Stock"),
          Map.entry("tables.exclude", "dbo.*_archive"),
          Map.entry("tables.defaults.interval", "0.5s"),
          Map.entry("tables.override.dbo.Orders.exclude_columns", "Memo, Note"),
          Map.entry("tables.override.dbo.Orders.where", "row.Status != 'DRAFT'"),
          Map.entry("hub.type", "kafka"),
          Map.entry("hub.bootstrap_servers", "k1:9092"),
          Map.entry("hub.topic_prefix", "renkei."),
          Map.entry("hub.partitions", "4"),
          Map.entry("hub.retention", "168h"),
          Map.entry("hub.properties.x", "(hidden)"),
          Map.entry("privacy.undecided", "mask"),
          Map.entry("privacy.columns.dbo.Customers.Phone.method", "partial"),
          Map.entry("privacy.columns.dbo.Customers.Card.policy_tag", "projects/p/1"),
          Map.entry("warehouses.local.type", "duckdb"),
          Map.entry("warehouses.local.path", "./shop.duckdb"),
          Map.entry("warehouses.local.enabled", "true"),
          Map.entry("warehouses.local.from", "hub"),
          Map.entry("warehouses.cloud.table", "{schema}_{table}"),
          Map.entry("warehouses.cloud.by", "loader"),
          Map.entry("warehouses.cloud.max_staleness", "1m"),
          Map.entry("pipelines.dedupe", "false"),
          Map.entry("pipelines.rules", "false"),
          Map.entry("pipelines.filter.table_name", "dbo.Orders"),
          Map.entry("pipelines.dataflow.max_workers", "5"),
          Map.entry("events.page_view.schema", "a.json"),
          Map.entry("collector.api_keys", "(hidden)"),
          Map.entry("collector.max_batch", "1000"),
          Map.entry("bigtable.table", "rows"),
          Map.entry("features.sales.window.fixed", "5m"),
          Map.entry("rules.last_one.when", "row.Quantity == 1"),
          Map.entry("objectives.lag_p99", "2s"),
          Map.entry("alerts.memory", "80"),
          Map.entry("verify.every", "24h"),
          Map.entry("server.listen", "127.0.0.1:8080"),
          Map.entry("server.token", "(hidden)"));

  private static final Shown NOW = new Shown(KEYS);

  private static Shown with(String key, String value) {
    Map<String, String> keys = new HashMap<>(KEYS);
    if (value.equals("-")) {
      keys.remove(key);
    } else {
      keys.put(key, value);
    }
    return new Shown(keys);
  }

  private static Running process(long pid, String... roles) {
    return new Running(pid, List.of(roles), NOW);
  }

  private static final List<Running> ROLES =
      List.of(
          process(1, "track tracker-a"),
          process(2, "track tracker-b"),
          process(3, "collect"),
          process(4, "flow dedupe", "flow rules"),
          process(5, "load local"));

  private static String pids(DeployPlan plan) {
    return plan.order().stream()
        .map(step -> step.what().replaceAll(".*\\(pid (\\d)\\)", "$1"))
        .collect(Collectors.joining(" "));
  }

  private static String kinds(DeployPlan plan) {
    return plan.effects().stream()
        .map(effect -> effect.kind().name().toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name                                         | shop2                  | DANGER | danger        |
          source.name                                  | other                  | DANGER | danger        |
          hub.topic_prefix                             | other.                 | DANGER | danger        |
          hub.type                                     | pubsub                 | DANGER | danger        |
          hub.project                                  | shop-data              | DANGER | danger        |
          hub.state                                    | gs://other             | DANGER | danger        |
          hub.bootstrap_servers                        | k2:9092                | DANGER | danger        |
          data_dir                                     | /srv                   | DANGER | danger        |
          hub.partitions                               | 8                      | ROLL   | note          |
          hub.retention                                | 24h                    | ROLL   | note          | 5 4 3 1 2
          hub.properties.y                             | (hidden)               | ROLL   | ''            | 5 4 3 1 2
          source.sqlserver.database                    | Shop2                  | DANGER | danger        |
          source.sqlserver.host                        | db2                    | ROLL   | note          | 1 2
          source.sqlserver.username                    | ${OTHER}               | ROLL   | rights        | 1 2
          source.isolation                             | snapshot               | ROLL   | rights        | 1 2
          source.isolation                             | read_committed         | ROLL   | ''            | 1 2
          source.max_transaction                       | 10s                    | ROLL   | ''            | 1 2
          trackers.count                               | 1                      | ROLL   | note          | 1 2
          trackers.buffer                              | 1000000                | ROLL   | ''            | 1 2
          tables.include                               | dbo.Orders, dbo.Stock, dbo.New | ROLL | rights reload | 1 2
          tables.include                               | dbo.Orders             | ROLL   | note          | 1 2
          tables.exclude                               | ''                     | ROLL   | rights reload | 1 2
          tables.exclude                               | dbo.*_archive, dbo.Log | ROLL   | note          | 1 2
          tables.defaults.interval                     | 1s                     | ROLL   | ''            | 1 2
          tables.override.dbo.Orders.exclude_columns   | Memo                   | ROLL   | rights reload | 1 2
          tables.override.dbo.Orders.exclude_columns   | Memo, Note, Tax        | ROLL   | note          | 1 2
          tables.override.dbo.Orders.exclude_columns   | -                      | ROLL   | rights rights reload reload | 1 2
          tables.override.dbo.Orders.where             | row.Status != ''       | ROLL   | reload        | 1 2
          tables.override.dbo.Orders.where             | -                      | ROLL   | reload        | 1 2
          tables.override.dbo.Stock.interval           | 0.1s                   | ROLL   | ''            | 1 2
          privacy.undecided                            | pass                   | ROLL   | reload        | 4
          privacy.columns.dbo.Customers.Phone.method   | hash                   | ROLL   | reload        | 4
          privacy.columns.dbo.Customers.Card.policy_tag | projects/p/2          | ROLL   | rights        | 5
          warehouses.local.path                        | ./other.duckdb         | ROLL   | reload        | 5
          warehouses.local.type                        | -                      | ROLL   | note          | 5
          warehouses.masked.type                       | duckdb                 | ROLL   | reload        | 5
          warehouses.local.enabled                     | false                  | ROLL   | note          | 5
          warehouses.local.from                        | masked                 | DANGER | danger        |
          warehouses.cloud.table                       | {table}                | ROLL   | note          | 5
          warehouses.cloud.max_staleness               | 2m                     | ROLL   | ''            | 5
          pipelines.rules                              | true                   | ROLL   | note          | 4 pipelines
          pipelines.filter.table_name                  | dbo.Stock              | ROLL   | note          | 4
          pipelines.dataflow.max_workers               | 9                      | ROLL   | ''            |
          events.page_view.schema                      | b.json                 | ROLL   | note          | 4 3
          events.page_view.schema                      | -                      | ROLL   | note          | 4 3
          collector.api_keys                           | ${KEY}                 | ROLL   | rights        | 3
          collector.max_batch                          | 10                     | ROLL   | ''            | 3
          bigtable.table                               | other                  | ROLL   | rights        | 4
          features.sales.window.fixed                  | 1m                     | ROLL   | note          | 4
          features.sales.window.fixed                  | -                      | ROLL   | note          | 4
          rules.last_one.when                          | row.Quantity == 2      | ROLL   | note          | 4
          objectives.lag_p99                           | 3s                     | ROLL   | ''            | 5 4 3 1 2
          alerts.memory                                | 90                     | ROLL   | ''            | 5 4 3 1 2
          alerts.to[0].slack                           | ${SLACK}               | ROLL   | ''            | 5 4 3 1 2
          verify.every                                 | 48h                    | ROLL   | ''            | 5 4 3 1 2
          server.listen                                | 0.0.0.0:8080           | ROLL   | ''            | 5 4 3 1 2
          server.token                                 | ${TOKEN}               | ROLL   | rights        | 5 4 3 1 2
          """)
  void whatAChangeMeansAndWhoIsRestarted(
      String key,
      String value,
      Verdict verdict,
      String kinds,
      @org.jspecify.annotations.Nullable String order) {
    DeployPlan plan = DeployPlan.of(ROLES, with(key, value));

    assertThat(plan.verdict()).isEqualTo(verdict);
    assertThat(kinds(plan)).isEqualTo(kinds);
    assertThat(pids(plan)).isEqualTo(order == null ? "" : order);
  }

  @Test
  void nothingIsToBeDoneForWhatRunsAlready() {
    DeployPlan plan = DeployPlan.of(ROLES, NOW);

    assertThat(plan.verdict()).isEqualTo(Verdict.NOTHING);
    assertThat(plan.order()).isEmpty();
  }

  @Test
  void whoHasItAlreadyIsNotRestartedAgain() {
    Shown next = with("tables.defaults.interval", "1s");
    List<Running> half = new ArrayList<>(ROLES);
    half.set(0, new Running(1, List.of("track tracker-a"), next));

    assertThat(pids(DeployPlan.of(half, next))).isEqualTo("2");
  }

  @Test
  void oneProcessWithAllPartsIsOneStep() {
    List<Running> up = List.of(process(7, "track tracker-a", "flow dedupe", "load local"));

    assertThat(pids(DeployPlan.of(up, with("rules.last_one.when", "true")))).isEqualTo("7");
  }

  @Test
  void trackersOfAnotherModeStopTogetherBeforeTheFirstStarts() {
    DeployPlan plan = DeployPlan.of(ROLES, with("trackers.mode", "assigned"));

    assertThat(plan.order()).hasSize(3);
    assertThat(plan.order().get(0).sentence()).contains("stop all of these");
    assertThat(plan.order().get(1).sentence()).startsWith("start with");
  }

  @Test
  void onPubSubStepsOfFlowsArePipelines() {
    Map<String, String> keys = new HashMap<>(KEYS);
    keys.put("hub.type", "pubsub");
    keys.put("features.sales.window.fixed", "1m");
    List<Running> onPubSub =
        List.of(
            new Running(
                1, List.of("track tracker-a"), new Shown(with("hub.type", "pubsub").byKey())));

    DeployPlan plan = DeployPlan.of(onPubSub, new Shown(keys));

    assertThat(plan.order())
        .singleElement()
        .extracting(DeployPlan.Step::what)
        .isEqualTo("pipelines");
  }

  @Test
  void gravestFirst() {
    Map<String, String> keys = new HashMap<>(KEYS);
    keys.put("tables.include", "dbo.*");
    keys.put("name", "other");

    assertThat(DeployPlan.of(ROLES, new Shown(keys)).effects().get(0).kind())
        .isEqualTo(Effect.Kind.DANGER);
  }

  /** A key that the configuration gets has to be thought of here too. */
  @Test
  void everyDocumentedKeyHasARule() throws IOException {
    String page = Files.readString(Path.of("../docs/configuration.md"));
    List<String> keys = new ArrayList<>();
    String section = "";
    for (String line : page.lines().toList()) {
      if (line.startsWith("## ")) {
        String title = line.substring(3).replace("`", "");
        section = title.equals("Top") ? "" : title + ".";
      } else if (line.startsWith("| `") && !line.contains("keys (below)")) {
        keys.add(section + line.replaceAll("^\\| `([^`]+)`.*", "$1"));
      }
    }

    assertThat(keys).hasSizeGreaterThan(100);
    assertThat(keys)
        .allSatisfy(
            key ->
                assertThat(
                        Rules.of(new Change(key.replaceAll(Pattern.quote("NAME"), "x"), "a", "b")))
                    .as(key)
                    .isPresent());
  }
}
