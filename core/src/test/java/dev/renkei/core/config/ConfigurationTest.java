package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.core.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
  private static final String SMALLEST =
      """
      version: 1
      name: shop
      source:
        sqlserver: {host: db1, database: Shop, username: reader, password: hunter2}
      """;

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final String SLACK = "https://hooks.slack.example/services/T0/B0/s1ackT0ken";

  private final Path folder;

  ConfigurationTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void theSmallestFileHasTheseDefaults() throws Exception {
    Configuration c = load(SMALLEST);

    assertThat(c)
        .isEqualTo(
            new Configuration(
                "shop",
                folder.resolve("data"),
                new SourceConfig(
                    new SqlServerConfig(
                        "db1",
                        1433,
                        "Shop",
                        SqlServerConfig.Encryption.TRUE,
                        SqlServerConfig.Authentication.SQL,
                        null,
                        "reader",
                        new Secret("hunter2"),
                        Map.of()),
                    "shop",
                    SourceConfig.Isolation.SNAPSHOT_OR_FALLBACK,
                    Duration.ofSeconds(30),
                    20_000,
                    1000,
                    Duration.ofSeconds(2)),
                new TrackersConfig(TrackersConfig.Mode.ACTIVE_ACTIVE, 2, 4, 64 << 20),
                new TablesConfig(
                    new TableSettings(
                        Duration.ofMillis(500),
                        TableSettings.Start.SNAPSHOT,
                        5000,
                        Duration.ofSeconds(5),
                        10,
                        TableSettings.OnHistoryLost.RELOAD,
                        Set.of(),
                        null,
                        null),
                    List.of(new TablePattern("*.*")),
                    List.of(),
                    Map.of()),
                new HubConfig.Kafka(List.of(), "renkei.", 4, Duration.ofDays(7), Map.of()),
                PrivacyConfig.NONE,
                List.of(),
                PipelinesConfig.NONE,
                EventsConfig.NONE,
                null,
                List.of(),
                List.of(),
                new AlertsConfig(0.8, 0.8, null, null, List.of()),
                new VerifyConfig(null, 5000),
                new ServerConfig(new ListenAddress("127.0.0.1", 8080), null),
                c.shown()));
  }

  @Test
  void everyMethodOfMaskingIsRead() throws Exception {
    Configuration c =
        load(
            """
            version: 1
            name: shop
            source: {sqlserver: {host: h, database: D, username: u, password: p}}
            privacy:
              undecided: pass
              keyset: "${KEYS}"
              columns:
                "**.Email*": {method: hash}
                "**.Plain": {method: hash, keyed: false}
                dbo.Customers.Phone: {method: partial, keep_first: 3, keep_last: 4}
                dbo.Customers.BirthDate: {method: truncate, to: year}
                dbo.Customers.Salary: {method: truncate, to: 1000}
                dbo.Customers.Card: {method: tokenize}
                dbo.Customers.Memo: {method: "null"}
                dbo.Customers.Photo: {method: drop}
                dbo.Customers.*: {method: pass}
            warehouses:
              masked: {type: duckdb, path: m, from: masked}
            """,
            Map.of("KEYS", "{keys}"));

    assertThat(c.privacy().keyset()).isEqualTo(new Secret("{keys}"));
    assertThat(c.privacy().policy().undecided()).isEqualTo(PrivacyConfig.Undecided.PASS);
    assertThat(c.privacy().policy().rules())
        .extracting(PrivacyConfig.Rule::method)
        .containsExactly(
            new MaskMethod.Hash(true),
            new MaskMethod.Hash(false),
            new MaskMethod.Partial(3, 4),
            new MaskMethod.Truncate(MaskMethod.Truncate.Unit.YEAR),
            new MaskMethod.Truncate(new MaskMethod.Truncate.Tens(3)),
            new MaskMethod.Tokenize(),
            new MaskMethod.Null(),
            new MaskMethod.Drop(),
            new MaskMethod.Pass());
    assertThat(c.warehouses().get(0).from()).isEqualTo(WarehouseConfig.From.MASKED);
    TableName customers = new TableName("dbo", "Customers");
    assertThat(c.privacy().policy().decided(customers, "EmailOfWork"))
        .as("the first pattern that matches holds")
        .contains(new MaskMethod.Hash(true));
    assertThat(c.privacy().policy().names(customers)).isTrue();
    assertThat(c.privacy().policy().names(new TableName("dbo", "Orders"))).isFalse();
  }

  @Test
  void everyKeyOfThisBuildIsRead() throws Exception {
    Files.writeString(folder.resolve("password"), "p w\n\n");
    Configuration c =
        load(
            """
            version: 1
            name: shop
            data_dir: /var/lib/renkei
            source:
              sqlserver:
                host: ag.shop.example
                port: 14330
                database: "${DB}"
                encrypt: strict
                authentication: ntlm
                domain: SHOP
                username: "${USER}-ro"
                password: "${file:password}"
                properties: {applicationIntent: ReadOnly, trustStorePassword: "${USER}"}
              name: shop-east
              isolation: snapshot
              max_transaction: 1m
              max_rows_per_second: 1
              late_commit_overlap: 0
              late_commit_grace: 0s
            trackers: {mode: single, parallel_tables: 8, buffer: 1GiB}
            tables:
              defaults: {interval: 1s, start: latest, batch_size: 10, lock_timeout: 100ms, retry_max_times: 3, on_history_lost: stop}
              include: ["dbo.*", "sales.*"]
              exclude: "dbo.*_archive"
              override:
                dbo.Stock: {interval: 100ms, start: snapshot, batch_size: 20, lock_timeout: 1s, retry_max_times: 4, on_history_lost: reload}
                dbo.Customers: {exclude_columns: [PasswordHash]}
                dbo.Sizes: {reload_every: 1d}
            hub: {type: kafka, bootstrap_servers: ["k1:9092", "k2:9092"], topic_prefix: shop., partitions: 12, retention: 14d, properties: {security.protocol: SSL}}
            warehouses:
              local: {type: duckdb, path: shop.duckdb, from: hub}
              other: {type: duckdb, path: /tmp/other.duckdb, enabled: false}
            server: {listen: "[::]:0", token: "${TOKEN}"}
            """,
            Map.of("DB", "Shop", "USER", "app", "TOKEN", "t0ken"));

    assertThat(c.dataDir()).isEqualTo(Path.of("/var/lib/renkei"));
    SqlServerConfig sql = c.source().sqlserver();
    assertThat(sql.database()).isEqualTo("Shop");
    assertThat(sql.username()).isEqualTo("app-ro");
    assertThat(sql.password()).isEqualTo(new Secret("p w\n"));
    assertThat(sql.domain()).isEqualTo("SHOP");
    assertThat(sql.properties())
        .isEqualTo(Map.of("applicationIntent", "ReadOnly", "trustStorePassword", "app"));
    assertThat(c.source().name()).isEqualTo("shop-east");
    assertThat(c.trackers())
        .isEqualTo(new TrackersConfig(TrackersConfig.Mode.SINGLE, 1, 8, 1L << 30));
    TableSettings stock = c.settings(new TableName("DBO", "stock"));
    assertThat(stock.interval()).isEqualTo(Duration.ofMillis(100));
    assertThat(stock.start()).isEqualTo(TableSettings.Start.SNAPSHOT);
    TableSettings customers = c.settings(new TableName("dbo", "Customers"));
    assertThat(customers.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(customers.onHistoryLost()).isEqualTo(TableSettings.OnHistoryLost.STOP);
    assertThat(customers.excludeColumns().contains("passwordhash")).isTrue();
    assertThat(c.settings(new TableName("dbo", "Sizes")).reloadEvery())
        .isEqualTo(Duration.ofDays(1));
    assertThat(c.settings(new TableName("dbo", "Orders"))).isEqualTo(c.tables().defaults());
    assertThat(c.matches(new TableName("dbo", "Orders"))).isTrue();
    assertThat(c.matches(new TableName("dbo", "Orders_archive"))).isFalse();
    assertThat(c.matches(new TableName("hr", "People"))).isFalse();
    assertThat(c.hub())
        .isEqualTo(
            new HubConfig.Kafka(
                List.of("k1:9092", "k2:9092"),
                "shop.",
                12,
                Duration.ofDays(14),
                Map.of("security.protocol", "SSL")));
    assertThat(c.warehouses())
        .containsExactly(
            new WarehouseConfig.DuckDb("local", true, folder.resolve("shop.duckdb")),
            new WarehouseConfig.DuckDb("other", false, Path.of("/tmp/other.duckdb")));
    assertThat(c.server())
        .isEqualTo(new ServerConfig(new ListenAddress("::", 0), new Secret("t0ken")));
  }

  @Test
  void googleCloudIsWhatTheExampleSays() throws Exception {
    Configuration c =
        load(
            SMALLEST
                + """
                hub: {type: pubsub, project: shop-data, state: "gs://shop-renkei/state", retention: 7d,
                      publish: {max_messages: 1000, max_request: 9800000, max_message: 4000000, flush: 1s, threads: 4}}
                privacy: {columns: {dbo.Customers.CardNumber: {policy_tag: projects/p/locations/l/taxonomies/t/policyTags/n}}}
                warehouses:
                  cloud: {type: bigquery, enabled: false, from: hub, by: loader, project: shop-data, dataset: shop,
                          table: "{schema}_{table}", max_staleness: 5m, location: asia-northeast1, labels: {team: data}}
                """,
            Map.of());

    assertThat(c.hub())
        .isEqualTo(
            new HubConfig.PubSub(
                "shop-data",
                "renkei.",
                Duration.ofDays(7),
                new HubConfig.PubSub.State.Bucket("shop-renkei", "state/"),
                HubConfig.PubSub.Publish.DEFAULT));
    assertThat(c.warehouses())
        .containsExactly(
            new WarehouseConfig.BigQuery(
                "cloud",
                false,
                "shop-data",
                "shop",
                "asia-northeast1",
                "{schema}_{table}",
                Duration.ofMinutes(5),
                32L << 20,
                Map.of("team", "data"),
                List.of(
                    new WarehouseConfig.BigQuery.PolicyTag(
                        new ColumnPattern("dbo.Customers.CardNumber"),
                        "projects/p/locations/l/taxonomies/t/policyTags/n")),
                null,
                false));
  }

  @Test
  void whereAPipelineRemovesDuplicatesPubSubHasATopicForTrackers() throws Exception {
    String hub = "hub: {type: pubsub, project: shop-data}\n";

    Configuration with = load(SMALLEST + hub + "pipelines: {dedupe: true}\n", Map.of());
    Configuration without = load(SMALLEST + hub, Map.of());

    assertThat(with.hub()).isEqualTo(((HubConfig.PubSub) without.hub()).withRaw());
    assertThat(without.hub()).isNotEqualTo(with.hub());
  }

  @Test
  void pipelinesAreWhatTheFileSays() throws Exception {
    Configuration c =
        load(
            SMALLEST
                + """
                warehouses: {cloud: {type: bigquery, by: beam, project: shop-data, dataset: shop}}
                pipelines:
                  dedupe: true
                  filter: {table_name: "dbo.Orders, dbo.Lines"}
                  flink: {master: "flink:8081", parallelism: 4, checkpoint_interval: 5s, state: "file:///srv/flink"}
                  dataflow: {project: shop-jobs, region: asia-northeast1, temp: "gs://shop/temp", machine_type: n2-standard-4,
                             workers: 2, max_workers: 9, streaming_engine: false, autoscaling: none,
                             service_account: jobs@shop.example, network: n, subnetwork: s, public_ips: false,
                             labels: {team: data}, template: "gs://shop/renkei.json", endpoint: "https://dataflow.example"}
                """,
            Map.of());

    assertThat(c.warehouses())
        .singleElement()
        .isInstanceOfSatisfying(
            WarehouseConfig.BigQuery.class, cloud -> assertThat(cloud.byBeam()).isTrue());
    assertThat(c.pipelines())
        .isEqualTo(
            new PipelinesConfig(
                true,
                false,
                false,
                Map.of("table_name", Set.of("dbo.Orders", "dbo.Lines")),
                false,
                new PipelinesConfig.Flink(
                    "flink:8081", 4, Duration.ofSeconds(5), "file:///srv/flink"),
                new PipelinesConfig.Dataflow(
                    "shop-jobs",
                    "asia-northeast1",
                    "gs://shop/temp",
                    new PipelinesConfig.Dataflow.Workers(
                        "n2-standard-4", 2, 9, PipelinesConfig.Dataflow.Autoscaling.NONE),
                    false,
                    new PipelinesConfig.Dataflow.Network("jobs@shop.example", "n", "s", false),
                    Map.of("team", "data"),
                    "gs://shop/renkei.json",
                    "https://dataflow.example")));
  }

  @Test
  void bigtableIsNamedWholeOrNotAtAll() throws Exception {
    assertThat(
            load(
                    SMALLEST + "bigtable: {project: shop-data, instance: shop, table: rows}\n",
                    Map.of())
                .bigtable())
        .isEqualTo(new BigtableConfig("shop-data", "shop", "rows", null));
    assertThat(
            load(
                    SMALLEST
                        + "bigtable: {project: shop-data, instance: shop, table: rows, endpoint: {address: 'localhost:8086', plaintext: true}}\n",
                    Map.of())
                .bigtable())
        .isEqualTo(
            new BigtableConfig(
                "shop-data", "shop", "rows", new BigtableConfig.Endpoint("localhost:8086", true)));
    assertThat(faults(SMALLEST + "bigtable: {project: shop-data}\n", Map.of()))
        .extracting(Fault::toString)
        .containsExactly("line 5: bigtable: `bigtable` needs `project`, `instance` and `table`");
  }

  @Test
  void tablesAreSharedOnKafkaOnly() {
    assertThat(
            faults(
                SMALLEST + "trackers: {mode: assigned}\nhub: {type: pubsub, project: shop-data}\n",
                Map.of()))
        .extracting(Fault::toString)
        .containsExactly(
            "line 5: trackers.mode: assigned: only with `hub: {type: kafka}`; on Pub/Sub trackers are `active_active` or `single`");
  }

  @Test
  void stateLiesInTheDataDirectoryUnlessSaidOtherwise() throws Exception {
    HubConfig byDefault =
        load(SMALLEST + "hub: {type: pubsub, project: shop-data}\n", Map.of()).hub();

    assertThat(((HubConfig.PubSub) byDefault).state())
        .isEqualTo(
            new HubConfig.PubSub.State.Directory(folder.resolve("data").resolve("hub-state")));
  }

  @ParameterizedTest
  @CsvSource({
    "dbo.Customers.Phone, dbo, customers, PHONE, true",
    "dbo.Customers.Phone, dbo, Customers, Phone2, false",
    "**.Email*, sales, Any, EmailAddress, true",
    "**.Email*, sales, Any, Mail, false",
    "dbo.*.Name, dbo, A, name, true",
    "dbo.*.Name, sales, A, name, false",
  })
  void columnsMatchByPattern(
      String pattern, String schema, String table, String column, boolean matches) {
    assertThat(new ColumnPattern(pattern).matches(new TableName(schema, table), column))
        .isEqualTo(matches);
  }

  @Test
  void theExampleLoadsUpToWhatThisBuildDoesNotHave() throws Exception {
    Files.writeString(folder.resolve("sqlserver"), "s3cret\n");
    Files.writeString(folder.resolve("token"), "t0ken\n");
    Files.writeString(folder.resolve("keyset.json"), "{}");
    Files.writeString(folder.resolve("page_view.json"), "{}");
    String example =
        Files.readString(ReferencePageTest.docs().resolve("renkei.example.yaml"))
            .replace("/run/secrets/", "");

    List<Fault> faults =
        faults(
            example,
            Map.of("SQLSERVER_USER", "reader", "NOTIFY_SECRET", SECRET, "SLACK_URL", SLACK));

    assertThat(faults)
        .extracting(f -> f.given() == null ? f.key() : f.key() + "=" + f.given())
        .containsExactly("tables.override.dbo.Stock.topic");
    assertThat(faults)
        .allSatisfy(f -> assertThat(f.problem()).isEqualTo("not in this build"))
        .allSatisfy(f -> assertThat(lineOf(example, f)).contains(lastPart(f.key())));
  }

  @Test
  void alertsAndObjectivesAreRead() throws Exception {
    Configuration c =
        load(
            SMALLEST
                + """
                  objectives: {lag_p99: 2s, retention_left: 12h}
                  alerts:
                    memory: 70%
                    to:
                      - {slack: "https://hooks.slack.example/services/s1ackT0ken"}
                      - {webhook: "http://127.0.0.1:9/x", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
                  """);

    assertThat(c.alerts())
        .isEqualTo(
            new AlertsConfig(
                0.7,
                0.8,
                Duration.ofSeconds(2),
                Duration.ofHours(12),
                List.of(
                    new AlertsConfig.Slack(
                        WebhookUrl.parse("https://hooks.slack.example/services/s1ackT0ken")),
                    new AlertsConfig.Webhook(
                        WebhookUrl.parse("http://127.0.0.1:9/x"),
                        List.of(WebhookSecret.parse(SECRET)),
                        false))));
    assertThat(c.toString()).doesNotContain("s1ackT0ken", "MfKQ9r8");
  }

  private static String lineOf(String text, Fault fault) {
    Integer line = fault.line();
    return line == null ? "" : text.lines().toList().get(line - 1);
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hub: {type: pubsub} | line 5: hub.project: missing; accepted is the id of a Google Cloud project",
        "hub: {type: pubsub, project: shop-data, partitions: 4} | line 5: hub.partitions: only with `type: kafka`",
        "hub: {project: shop-data} | line 5: hub.project: only with `type: pubsub`",
        "hub: {type: rabbit, project: shop-data} | line 5: hub.type: rabbit: accepted is `kafka` or `pubsub`",
        "hub: {type: pubsub, project: shop-data, retention: 1m} | line 5: hub: `retention` on Pub/Sub is from 10m to 31d",
        "hub: {type: pubsub, project: shop-data, topic_prefix: goog} | line 5: hub: `topic_prefix` on Pub/Sub begins with a letter, and not with `goog`",
        "hub: {type: pubsub, project: shop-data, state: 'gs://B'} | line 5: hub.state: gs://B: accepted is `gs://BUCKET/PREFIX`, or a folder",
        "hub: {type: pubsub, project: shop-data, publish: {max_messages: 2000}} | line 5: hub.publish.max_messages: 2000: accepted is a number from 1 to 1000",
        "hub: {type: pubsub, project: shop-data, publish: {max_request: 1000, max_message: 2000}} | line 5: hub.publish: requests of 1000 messages and 1000 bytes, messages of 2000 bytes, flush PT1S, 4 threads",
        "privacy: {undecided: hide} | line 5: privacy.undecided: hide: accepted is `mask` or `pass`",
        "privacy: {columns: {'**.A': {method: hash}}} | line 5: privacy.keyset: columns are masked by keys: `renkei keys create FILE` writes them, and `keyset: \"${file:FILE}\"` names them",
        "privacy: {keyset: k, columns: {'**.A': {method: hide}}} | line 5: privacy.columns.**.A.method: hide: accepted is `null` or `hash` or `tokenize` or `partial` or `truncate` or `drop` or `pass`",
        "privacy: {keyset: k, columns: {'**.A': {method: null}}} | line 5: privacy.columns.**.A.method: nothing: accepted is `null` or `hash` or `tokenize` or `partial` or `truncate` or `drop` or `pass`",
        "privacy: {keyset: k, columns: {'**.A': {method: truncate}}} | line 5: privacy.columns.**.A: `method: truncate` needs `to`: `year`, `month`, `day`, `hour`, or a power of ten",
        "privacy: {keyset: k, columns: {'**.A': {method: truncate, to: 50}}} | line 5: privacy.columns.**.A.to: 50: accepted is `year`, `month`, `day` or `hour`, or `10`, `100` and so on",
        "privacy: {keyset: k, columns: {'**.A': {method: hash, keep_last: 4}}} | line 5: privacy.columns.**.A: `keep_last` says more about `method: partial`, which these columns do not have",
        "privacy: {keyset: k, columns: {'**.A': {}}} | line 5: privacy.columns.**.A: neither `method` nor `policy_tag`: say what becomes of these columns",
        "privacy: {columns: {Email: {policy_tag: projects/p/locations/l/taxonomies/t/policyTags/n}}} | line 5: privacy.columns.Email: the name must be a pattern schema.table.column, `*` for any characters, `**` for all tables",
        "privacy: {columns: {'**.Email': {policy_tag: n}}} | line 5: privacy.columns.**.Email.policy_tag: n: accepted is the whole name of a policy tag, projects/P/locations/L/taxonomies/T/policyTags/N",
        "objectives: {lag_p99: soon} | line 5: objectives.lag_p99: soon: accepted is a duration from 1ms to 30d (units ms, s, m, h, d)",
        "alerts: {memory: 0.8} | line 5: alerts.memory: 0.8: accepted is a part as `1%` to `100%`",
        "alerts: {cpu: 101%} | line 5: alerts.cpu: 101%: accepted is a part as `1%` to `100%`",
        "alerts: {to: {slack: 'https://s.example/a', webhook: 'https://s.example/b'}} | line 5: alerts.to: a target is one of `slack` and `webhook`",
        "alerts: {to: [{}]} | line 5: alerts.to[0]: a target is one of `slack` and `webhook`",
        "alerts: {to: {slack: 'http://s.example/a'}} | line 5: alerts.to: a service on another machine is called by https; `plaintext: true` allows a webhook http",
        "verify: {every: 1s} | line 5: verify.every: 1s: accepted is a duration from 1m to 365d (units ms, s, m, h, d)",
        "sorce: {} | line 5: sorce: no such key; the nearest is `source`",
        "trackers: {mod: single} | line 5: trackers.mod: no such key; the nearest is `mode`",
        "trackers: {mode: singel} | line 5: trackers.mode: singel: accepted is `active_active` or `assigned` or `single`",
        "trackers: {mode: single, count: 2} | line 5: trackers: `mode: single` is one tracker: leave `count` out, or say `mode: active_active`",
        "trackers: {count: 1} | line 5: trackers: `mode: active_active` needs a `count` of 2 or more; one tracker is `mode: single`",
        "trackers: {buffer: 64MB} | line 5: trackers.buffer: 64MB: accepted is a size from 1MiB to 16GiB (units B, KiB, MiB, GiB)",
        "trackers: [1] | line 5: trackers: a list: accepted are keys with values",
        "trackers: {count: } | line 5: trackers.count: nothing: accepted is a number from 1 to 16",
        "tables: {defaults: {interval: 5}} | line 5: tables.defaults.interval: 5: accepted is a duration from 10ms to 1d (units ms, s, m, h, d)",
        "tables: {defaults: {interval: 0ms}} | line 5: tables.defaults.interval: 0ms: accepted is a duration from 10ms to 1d (units ms, s, m, h, d)",
        "tables: {defaults: {reload_every: 1d}} | line 5: tables.defaults.reload_every: no such key here; it belongs to `tables.override.SCHEMA.TABLE`",
        "tables: {include: [orders]} | line 5: tables.include: orders: accepted is a pattern schema.table, `*` for any characters, for example \"dbo.*\"",
        "tables: {override: {Stock: {interval: 1s}}} | line 5: tables.override.Stock: the name must be a table as schema.table",
        "tables: {override: {dbo.A: {}, dbo.a: {}}} | line 5: tables.override.dbo.a: given twice; it stands in line 5 already",
        "tables: {include: [\"x.*\"], override: {dbo.A: {interval: 1s}}} | line 5: tables.override.dbo.A: `include` and `exclude` leave this table out, so its settings would do nothing",
        "tables: {override: {dbo.A: {topic: a}}} | line 5: tables.override.dbo.A.topic: not in this build",
        "tables: {override: {dbo.A: {where: [a]}}} | line 5: tables.override.dbo.A.where: a list: accepted is a text",
        "tables: {defaults: {where: a}} | line 5: tables.defaults.where: no such key here; it belongs to `tables.override.SCHEMA.TABLE` or `features.NAME`",
        "name: again | line 5: name: given twice; it stands in line 2 already",
        "hub: {bootstrap_servers: [embedded, \"k:9\"]} | line 5: hub: `bootstrap_servers` is either `embedded` or a list of servers",
        "hub: {bootstrap_servers: k1} | line 5: hub.bootstrap_servers: k1: accepted is `embedded`, or servers as host:port",
        "hub: {properties: {a: [1]}} | line 5: hub.properties.a: a list: accepted is a text",
        "warehouses: {w: {type: bigquery, dataset: d}} | line 5: warehouses.w.project: missing; accepted is the id of a Google Cloud project",
        "warehouses: {w: {type: bigquery, project: shop-data, dataset: d, path: x}} | line 5: warehouses.w.path: only with `type: duckdb`",
        "warehouses: {w: {type: bigquery, project: shop-data, dataset: d, by: bean}} | line 5: warehouses.w.by: bean: accepted is `loader` or `beam`",
        "pipelines: {dedupe: perhaps} | line 5: pipelines.dedupe: perhaps: accepted is `true` or `false`",
        "pipelines: {dataflow: {workers: 9, max_workers: 3}} | line 5: pipelines.dataflow: `workers` is 9, more than `max_workers`, 3",
        "pipelines: {dataflow: {temp: /tmp}} | line 5: pipelines.dataflow.temp: /tmp: accepted is `gs://BUCKET/PREFIX`",
        "pipelines: {filter: {changetrack_type: I}} | line 5: pipelines: `filter` by `changetrack_type`: a message is let pass by its `table_name` and its `source` alone",
        "pipelines: {flink: {master: here}} | line 5: pipelines.flink.master: here: accepted is host:port",
        "warehouses: {w: {type: bigquery, project: shop-data, dataset: d, table: T}} | line 5: warehouses.w.table: T: accepted is a name with `{table}` in it",
        "warehouses: {w: {type: bigquery, project: shop-data, dataset: d, endpoint: {rest: 'http://a'}}} | line 5: warehouses.w: `endpoint` needs both `rest` and `storage`",
        "warehouses: {a: {type: bigquery, project: shop-data, dataset: d}, b: {type: bigquery, project: shop-data, dataset: d}} | line 5: warehouses.b.dataset: another warehouse has this dataset; each needs one of its own",
        "warehouses: {w: {type: duckdb, path: a, from: masked}} | line 1: privacy.keyset: columns are masked by keys: `renkei keys create FILE` writes them, and `keyset: \"${file:FILE}\"` names them",
        "warehouses: {w: {type: duckdb, path: a, from: events}} | line 5: warehouses.w.from: events: accepted is `hub` or `masked`",
        "warehouses: {w: {type: duckdb}} | line 5: warehouses.w.path: missing; accepted is a path; a relative one starts from the folder of this file",
        "warehouses: {a: {type: duckdb, path: x}, b: {type: duckdb, path: ./x}} | line 5: warehouses.b.path: another warehouse has this path; each needs a file of its own",
        "warehouses: {'a b': {type: duckdb, path: x}} | line 5: warehouses.a b: the name must be a name of letters, digits, `-` and `_`, up to 64",
        "rules: {r: {from: stock, when: a, to: log}} | line 5: rules.r.from: stock: accepted is a table as schema.table, or a pattern with `*`",
        "rules: {r: {from: dbo.S, when: a, throttle: 5m, to: log}} | line 5: rules.r.throttle: 5m: accepted is N/duration, for example `1/10m`",
        "rules: {r: {from: dbo.S, when: a, throttle: 0/5m, to: log}} | line 5: rules.r.throttle: 0/5m: accepted is N/duration, for example `1/10m`",
        "rules: {r: {from: dbo.S, when: a, to: lag}} | line 5: rules.r.to: lag: accepted are keys with values",
        "rules: {r: {from: dbo.S, when: a, to: [log, {log: true}]}} | line 5: rules.r: `to` names a target twice",
        "rules: {r: {from: dbo.S, when: a, to: {log: false}}} | line 5: rules.r.to: a target is one of `webhook`, `topic` and `log: true`",
        "rules: {r: {from: dbo.S, when: a, to: {topic: t, log: true}}} | line 5: rules.r.to: a target is one of `webhook`, `topic` and `log: true`",
        "rules: {r: {from: dbo.S, when: a, to: [log, {topic: hub}]}} | line 5: rules.r.to[1]: `topic: hub` is one of Renkei's own; give notifications another",
        "rules: {r: {from: dbo.S, when: a, to: {topik: t}}} | line 5: rules.r.to.topik: no such key; the nearest is `topic`",
        "rules: {r: {from: dbo.S, when: a, to: {webhook: 'ftp://hunter2', secret: MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}}} | line 5: rules.r.to.webhook: (hidden): accepted is an address https://HOST/PATH; http only for this machine or with `plaintext`",
        "rules: {r: {from: dbo.S, when: a, to: {topic: t, secret: MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}}} | line 5: rules.r.to: `secret` goes with `webhook`",
        "rules: {r: {from: dbo.S, when: a, to: {webhook: 'https://a/b'}}} | line 5: rules.r.to: a webhook needs a `secret`, by which its receiver knows who calls; `openssl rand -base64 32` makes one",
        "rules: {r: {from: dbo.S, when: a, to: {webhook: 'http://a/b', secret: MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}}} | line 5: rules.r.to: a webhook on another machine is called by https; `plaintext: true` allows http",
        "server: {listen: 8080} | line 5: server.listen: 8080: accepted is an address host:port, port 0 for any",
        "server: {listen: \"0.0.0.0:80\"} | line 5: server: listening on 0.0.0.0:80 lets other machines in: give a token, or listen on 127.0.0.1",
        "data_dir: \"${NOWHERE}\" | line 5: data_dir: environment variable NOWHERE is not set",
        "data_dir: \"${nowhere\" | line 5: data_dir: a reference without its closing brace; write $${ where ${ itself is meant",
        "data_dir: \"${a b}\" | line 5: data_dir: a reference is ${NAME} for an environment variable or ${file:PATH} for a file",
      })
  void oneFaultIsOneSentence(String line, String sentence) {
    assertThat(faults(SMALLEST + line + "\n", Map.of()))
        .extracting(Fault::toString)
        .containsExactly(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{host: h, database: d} | `authentication: sql` needs `username` and `password`",
        "{host: h, database: d, authentication: ntlm, username: u, password: p} | `authentication: ntlm` needs `domain`, `username` and `password`",
        "{host: h, database: d, authentication: kerberos, username: u} | `authentication: kerberos` takes both `username` and `password`, or none",
        "{host: h, database: d, domain: x, username: u, password: p} | `domain` belongs to `authentication: ntlm`",
        "{host: h, database: d, username: u, password: p, properties: {databaseName: x}} | property databaseName has a key of its own: say it as `database`",
      })
  void aLoginIsWhole(String sqlserver, String sentence) {
    assertThat(faults("version: 1\nname: shop\nsource: {sqlserver: " + sqlserver + "}\n", Map.of()))
        .extracting(Fault::toString)
        .containsExactly("line 3: source.sqlserver: " + sentence);
  }

  @Test
  void aRuleHasDefaultsAndAnyNumberOfTargets() throws Exception {
    Configuration c =
        load(
            SMALLEST
                + """
                rules:
                  short: {from: dbo.Stock, when: row.A == 1, to: log}
                  long:
                    from: [dbo.Stock, "sales.*"]
                    when: "row.A == 1 && before.A > 1"
                    throttle: 3/10m
                    include: [A, B]
                    max_age: 7d
                    to:
                      - {webhook: "https://notify.example/a?token=hunter2", secret: [%s, %s], timeout: 2s, retries: 3}
                      - {webhook: "http://127.0.0.1:9/a", secret: %s}
                      - {topic: low-stock}
                      - log
                """
                    .formatted(SECRET, SECRET.substring(6).toLowerCase(Locale.ROOT), SECRET));

    WebhookSecret secret = WebhookSecret.parse(SECRET);
    WebhookSecret other = WebhookSecret.parse(SECRET.substring(6).toLowerCase(Locale.ROOT));
    assertThat(c.rules())
        .containsExactly(
            new RuleConfig(
                "short",
                List.of(new TablePattern("dbo.Stock")),
                "row.A == 1",
                null,
                List.of(),
                Duration.ofHours(1),
                List.of(new RuleConfig.Log())),
            new RuleConfig(
                "long",
                List.of(new TablePattern("dbo.Stock"), new TablePattern("sales.*")),
                "row.A == 1 && before.A > 1",
                new RuleConfig.Throttle(3, Duration.ofMinutes(10)),
                List.of("A", "B"),
                Duration.ofDays(7),
                List.of(
                    new RuleConfig.Webhook(
                        WebhookUrl.parse("https://notify.example/a?token=hunter2"),
                        List.of(secret, other),
                        false,
                        Duration.ofSeconds(2),
                        3),
                    new RuleConfig.Webhook(
                        WebhookUrl.parse("http://127.0.0.1:9/a"),
                        List.of(secret),
                        false,
                        Duration.ofSeconds(10),
                        10),
                    new RuleConfig.Topic("low-stock"),
                    new RuleConfig.Log())));
    assertThat(c.toString())
        .contains("https://notify.example/(hidden)")
        .doesNotContain("hunter2")
        .doesNotContain(SECRET);
  }

  @Test
  void aWebhooksSecretIsNotShownWhereItIsWrong() {
    assertThat(
            faults(
                SMALLEST
                    + "rules: {r: {from: dbo.S, when: a, to: {webhook: 'https://a/b', secret: [hunter2, %s]}}}\n"
                        .formatted(SECRET),
                Map.of()))
        .extracting(Fault::toString)
        .containsExactly(
            "line 5: rules.r.to.secret: (hidden): accepted is 24 to 64 bytes in Base64, with or without `whsec_` before them, best as ${NAME} or ${file:PATH}");
  }

  @Test
  void kerberosNeedsNoPassword() throws Exception {
    Configuration c =
        load(
            "version: 1\nname: s\nsource: {sqlserver: {host: h, database: d, authentication: kerberos}}\n");

    assertThat(c.source().sqlserver().password()).isNull();
  }

  @Test
  void allFaultsAreReportedTogetherInTheOrderOfTheFile() {
    ConfigurationException thrown =
        refused(
            """
            version: 2
            nam: shop
            source:
              sqlserver:
                port: 70000
                password: ""
            tables:
              defaults:
                batch_size: many
            rules:
              last: {}
            """,
            Map.of());

    assertThat(thrown)
        .hasMessage(
            folder.resolve("renkei.yaml")
                + """
                : 11 faults
                  line 1: version: 2: accepted is 1
                  line 1: name: missing; accepted is a name of letters, digits, `-` and `_`, up to 64
                  line 2: nam: no such key; the nearest is `name`
                  line 4: source.sqlserver.host: missing; accepted is a text
                  line 4: source.sqlserver.database: missing; accepted is a text
                  line 5: source.sqlserver.port: 70000: accepted is a number from 1 to 65535
                  line 6: source.sqlserver.password: (hidden): accepted is a text, best as ${NAME} or ${file:PATH}
                  line 9: tables.defaults.batch_size: many: accepted is a number from 1 to 1000000
                  line 11: rules.last.when: missing; accepted is a text
                  line 11: rules.last.from: missing; accepted is a table
                  line 11: rules.last.to: missing; accepted is a target""");
  }

  @Test
  void neitherSecretsNorWhatReferencesStandForAreEverShown() throws Exception {
    Files.writeString(folder.resolve("port"), "hunter2");
    ConfigurationException thrown =
        refused(
            """
            version: "${SECRET}"
            name: "${SECRET} !"
            source:
              sqlserver: {host: h, port: "${file:port}", database: d, username: u, password: [hunter2], properties: {p: {hunter2: 1}}}
            server: {token: {a: hunter2}}
            """,
            Map.of("SECRET", "hunter2"));

    assertThat(thrown).message().doesNotContain("hunter2").contains("${file:port}");

    Configuration c =
        load(
            SMALLEST
                + "hub: {properties: {sasl.jaas.config: hunter2}}\nserver: {token: hunter2}\n");
    assertThat(c.toString()).doesNotContain("hunter2").contains("(hidden)", "sasl.jaas.config");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version: 1\n name: hunter2\n",
        "version: [1\nname: hunter2\n",
        "password: \"hunter2\nname: x",
        "password: @hunter2\n",
        "a: *hunter2\n",
        "--- 1\n--- hunter2\n",
        "password: 'hunter2' x\n",
        "\t- hunter2\n",
      })
  void whatIsNoYamlIsRefusedWithItsLineAndUnquoted(String text) {
    List<Fault> faults = faults(text, Map.of());

    assertThat(faults).hasSize(1);
    assertThat(faults.get(0).line()).isBetween(1, 3);
    assertThat(faults.get(0).toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n"})
  void anEmptyFileLacksWhatIsRequired(String text) {
    assertThat(faults(text, Map.of()))
        .extracting(Fault::key)
        .containsExactly("version", "name", "source.sqlserver.host", "source.sqlserver.database");
  }

  @Test
  void aFileThatIsNotThereIsSaidSo() {
    assertThatThrownBy(() -> Configuration.load(folder.resolve("none.yaml"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            folder.resolve("none.yaml")
                + ": 1 fault\n  no such file; `renkei init` writes one for a database");
  }

  @Test
  void whatAReferenceStandsForIsNotLookedAtAgain() throws Exception {
    Configuration c =
        load(SMALLEST.replace("hunter2", "\"a$${B}${A}\""), Map.of("A", "${B}$1\\", "B", "wrong"));

    Secret password = c.source().sqlserver().password();
    assertThat(password == null ? null : password.reveal()).isEqualTo("a${B}${B}$1\\");
  }

  @ParameterizedTest
  @CsvSource({
    "{mode: assigned}, 2",
    "'{mode: assigned, count: 1}', 1",
    "'{mode: assigned, count: 5}', 5"
  })
  void trackersThatShareTheTablesMayBeAnyNumber(String trackers, int count) throws Exception {
    assertThat(load(SMALLEST + "trackers: " + trackers + "\n", Map.of()).trackers())
        .isEqualTo(new TrackersConfig(TrackersConfig.Mode.ASSIGNED, count, 4, 64 << 20));
  }

  @Test
  void refusedValuesOfRecordsAreCallersMistakes() {
    assertThatThrownBy(() -> new TrackersConfig(TrackersConfig.Mode.SINGLE, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ListenAddress("h", 70000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WarehouseConfig.DuckDb("w", true, Path.of("relative")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyKeyIsDescribedOnceInItsSection() {
    assertThat(Keys.ROOT.entries().stream().map(Entry::name).collect(Collectors.toSet()))
        .hasSameSizeAs(Keys.ROOT.entries());
    assertThat(Keys.ROOT.entries()).allSatisfy(e -> assertThat(e.description()).isNotEmpty());
  }

  private Configuration load(String yaml) throws Exception {
    return load(yaml, Map.of());
  }

  private Configuration load(String yaml, Map<String, String> environment) throws Exception {
    Path file = Files.writeString(folder.resolve("renkei.yaml"), yaml);
    return Configuration.load(file, environment);
  }

  private List<Fault> faults(String yaml, Map<String, String> environment) {
    return refused(yaml, environment).faults();
  }

  private ConfigurationException refused(String yaml, Map<String, String> environment) {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> load(yaml, environment));
    assertThat(thrown).as("refused").isNotNull();
    return thrown;
  }
}
