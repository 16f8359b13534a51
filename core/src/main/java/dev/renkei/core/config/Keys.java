package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.Later;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.Only;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.config.SqlServerConfig.Authentication;
import dev.renkei.core.config.SqlServerConfig.Encryption;
import dev.renkei.core.config.TableSettings.OnHistoryLost;
import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.config.TrackersConfig.Mode;
import dev.renkei.core.schema.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of everything that may stand in a configuration: names, what is accepted, defaults,
 * what it is for. The order is that of the reference page.
 */
final class Keys {
  private Keys() {}

  static final ValueType<String> NAME_TYPE =
      ValueType.text(
          "a name of letters, digits, `-` and `_`, up to 64", "[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final ValueType<String> TEXT = ValueType.text("a text", "(?s).+");
  private static final ValueType<TablePattern> PATTERN =
      ValueType.of(
          TablePattern.class,
          "a pattern schema.table, `*` for any characters, for example \"dbo.*\"",
          TablePattern::new);
  private static final ValueType<TableName> TABLE =
      ValueType.of(TableName.class, "a table as schema.table", TableName::parse);

  static final ValueKey<Integer> VERSION =
      ValueKey.required("version", ValueType.number(1, 1), "The version of this file's form.");
  static final ValueKey<String> NAME =
      ValueKey.required(
          "name",
          NAME_TYPE,
          "What this installation is called; trackers and groups are named after it. Must not change later.");
  static final ValueKey<Path> DATA_DIR =
      ValueKey.of(
          "data_dir",
          ValueType.path(),
          "./data",
          "Where the embedded broker, the state of flows and local files lie.");

  static final ValueKey<String> HOST =
      ValueKey.required("host", TEXT, "The server; for an availability group, its listener.");
  static final ValueKey<Integer> PORT =
      ValueKey.of("port", ValueType.number(1, 65535), "1433", "The port of the server.");
  static final ValueKey<String> DATABASE = ValueKey.required("database", TEXT, "The database.");
  static final ValueKey<Encryption> ENCRYPT =
      ValueKey.of(
          "encrypt",
          ValueType.choice(Encryption.class),
          "true",
          "TLS; `strict` is TDS 8. What to trust is said by `properties` (`trustServerCertificate`, `trustStore`).");
  static final ValueKey<Authentication> AUTHENTICATION =
      ValueKey.of(
          "authentication",
          ValueType.choice(Authentication.class),
          "sql",
          "How to log in. `kerberos` without `username` uses the ticket of the process.");
  static final ValueKey<String> DOMAIN =
      ValueKey.optional("domain", TEXT, "The Windows domain, for `ntlm` only.");
  static final ValueKey<String> USERNAME = ValueKey.optional("username", TEXT, "The login.");
  static final ValueKey<Secret> PASSWORD =
      ValueKey.optional(
          "password", ValueType.secret("a text, best as ${NAME} or ${file:PATH}"), "Its password.");
  static final TextsKey DRIVER_PROPERTIES =
      new TextsKey("properties", "Handed on to mssql-jdbc as they are.");
  static final Group SQLSERVER =
      Group.of(
          "sqlserver",
          "The database whose changes are tracked.",
          HOST,
          PORT,
          DATABASE,
          ENCRYPT,
          AUTHENTICATION,
          DOMAIN,
          USERNAME,
          PASSWORD,
          DRIVER_PROPERTIES);

  static final ValueKey<String> SOURCE_NAME =
      ValueKey.optional(
          "name",
          NAME_TYPE,
          "Part of every message's id, never the server's own name: two routes to one database are one source. By default the installation's `name`.");
  static final ValueKey<Isolation> ISOLATION =
      ValueKey.of(
          "isolation",
          ValueType.choice(Isolation.class),
          "snapshot_or_fallback",
          "`snapshot` refuses a database that does not allow SNAPSHOT isolation; the fallback is READ COMMITTED with checks before and after each read.");
  static final ValueKey<Duration> MAX_TRANSACTION =
      ValueKey.of(
          "max_transaction",
          ValueType.duration("100ms", "1h"),
          "30s",
          "Back-pressure never keeps a snapshot open longer (tempdb); reading resumes after it.");
  static final ValueKey<Integer> MAX_ROWS_PER_SECOND =
      ValueKey.of(
          "max_rows_per_second",
          ValueType.number(1, 10_000_000),
          "20000",
          "Limit of snapshots; changes are not throttled.");
  static final ValueKey<Integer> LATE_COMMIT_OVERLAP =
      ValueKey.of(
          "late_commit_overlap",
          ValueType.number(0, 1_000_000),
          "1000",
          "So many versions are read again now and then; 0 for none.");
  static final ValueKey<Duration> LATE_COMMIT_GRACE =
      ValueKey.of(
          "late_commit_grace",
          ValueType.duration("0s", "10m"),
          "2s",
          "How old a version must be before a snapshot relies on it; only without SNAPSHOT isolation.");
  static final Group SOURCE =
      Group.of(
          "source",
          "Where changes come from.",
          SQLSERVER,
          SOURCE_NAME,
          ISOLATION,
          MAX_TRANSACTION,
          MAX_ROWS_PER_SECOND,
          LATE_COMMIT_OVERLAP,
          LATE_COMMIT_GRACE);

  static final ValueKey<Mode> MODE =
      ValueKey.of(
          "mode",
          ValueType.choice(Mode.class),
          "active_active",
          "`active_active`: every tracker reads every table, and duplicates are removed; `assigned`: each table is read by one of them, and those of a tracker that fails go to the others; `single`: one tracker.");
  static final ValueKey<Integer> COUNT =
      ValueKey.optional(
          "count",
          ValueType.number(1, 16),
          "How many trackers `up` runs. By default 2, with `mode: single` 1.");
  static final ValueKey<Integer> PARALLEL_TABLES =
      ValueKey.of(
          "parallel_tables",
          ValueType.number(1, 256),
          "4",
          "How many tables one tracker reads at a time.");
  static final ValueKey<Long> BUFFER =
      ValueKey.of(
          "buffer",
          ValueType.size("1MiB", "16GiB"),
          "64MiB",
          "What one tracker holds that the hub has not acknowledged; then it stops reading.");
  static final Group TRACKERS =
      Group.of("trackers", "Who reads the changes.", MODE, COUNT, PARALLEL_TABLES, BUFFER);

  static final ValueKey<Duration> INTERVAL =
      ValueKey.of(
          "interval", ValueType.duration("10ms", "1d"), "500ms", "How often a table is polled.");
  static final ValueKey<Start> START =
      ValueKey.of(
          "start",
          ValueType.choice(Start.class),
          "snapshot",
          "What a new table begins with: all its rows, or only changes from now on.");
  static final ValueKey<Integer> BATCH_SIZE =
      ValueKey.of(
          "batch_size",
          ValueType.number(1, 1_000_000),
          "5000",
          "Rows that are read and published together.");
  static final ValueKey<Duration> LOCK_TIMEOUT =
      ValueKey.of(
          "lock_timeout",
          ValueType.duration("1ms", "10m"),
          "5s",
          "How long a read waits for a lock before it is retried.");
  static final ValueKey<Integer> RETRY_MAX_TIMES =
      ValueKey.of(
          "retry_max_times",
          ValueType.number(1, 1000),
          "10",
          "Failures in a row before an alert; the table is tried again later.");
  static final ValueKey<OnHistoryLost> ON_HISTORY_LOST =
      ValueKey.of(
          "on_history_lost",
          ValueType.choice(OnHistoryLost.class),
          "reload",
          "What follows when the source no longer holds the changes since the cursor.");
  static final Group DEFAULTS =
      Group.of(
          "defaults",
          "Settings of all tables.",
          INTERVAL,
          START,
          BATCH_SIZE,
          LOCK_TIMEOUT,
          RETRY_MAX_TIMES,
          ON_HISTORY_LOST);

  static final ValueKey<Duration> OWN_INTERVAL = INTERVAL.withoutDefault();
  static final ValueKey<Start> OWN_START = START.withoutDefault();
  static final ValueKey<Integer> OWN_BATCH_SIZE = BATCH_SIZE.withoutDefault();
  static final ValueKey<Duration> OWN_LOCK_TIMEOUT = LOCK_TIMEOUT.withoutDefault();
  static final ValueKey<Integer> OWN_RETRY_MAX_TIMES = RETRY_MAX_TIMES.withoutDefault();
  static final ValueKey<OnHistoryLost> OWN_ON_HISTORY_LOST = ON_HISTORY_LOST.withoutDefault();
  static final ListKey<String> EXCLUDE_COLUMNS =
      new ListKey<>(
          "exclude_columns", TEXT, List.of(), "Columns that are never read from the source.");
  static final ValueKey<Duration> RELOAD_EVERY =
      ValueKey.optional(
          "reload_every",
          ValueType.duration("1s", "30d"),
          "How often a table without a primary key is loaded whole.");
  static final ValueKey<String> WHERE =
      ValueKey.optional(
          "where",
          TEXT,
          "Only rows for which this is true, in CEL (docs/expressions.md); one that leaves arrives as a delete.");
  static final Group OWN_SETTINGS =
      Group.of(
          "override",
          "Settings of one table; what is left out is as in `defaults`.",
          OWN_INTERVAL,
          OWN_START,
          OWN_BATCH_SIZE,
          OWN_LOCK_TIMEOUT,
          OWN_RETRY_MAX_TIMES,
          OWN_ON_HISTORY_LOST,
          EXCLUDE_COLUMNS,
          RELOAD_EVERY,
          WHERE,
          new Later("topic", "A hub topic of the table's own."));
  static final Named OVERRIDE =
      new Named("override", "SCHEMA.TABLE", TABLE, OWN_SETTINGS, "Settings of single tables.");

  static final ListKey<TablePattern> INCLUDE =
      new ListKey<>(
          "include",
          PATTERN,
          List.of("*.*"),
          "Tables to track; new ones that match join without a restart.");
  static final ListKey<TablePattern> EXCLUDE =
      new ListKey<>("exclude", PATTERN, List.of(), "Tables to leave out of these.");
  static final Group TABLES =
      Group.of(
          "tables", "Which tables are tracked, and how.", DEFAULTS, INCLUDE, EXCLUDE, OVERRIDE);

  enum HubType {
    KAFKA,
    PUBSUB
  }

  private static final String KAFKA = "kafka";
  private static final String PUBSUB = "pubsub";
  private static final ValueType<String> PROJECT_TYPE =
      ValueType.text("the id of a Google Cloud project", "[a-z][a-z0-9.:-]{2,60}[a-z0-9]");

  static final ValueKey<HubType> HUB_TYPE =
      ValueKey.of("type", ValueType.choice(HubType.class), KAFKA, "The hub's vendor.");
  static final ListKey<String> BOOTSTRAP_SERVERS =
      new ListKey<>(
          "bootstrap_servers",
          ValueType.text(
              "`embedded`, or servers as host:port",
              "embedded|[^,\\s]+:\\d{1,5}(,[^,\\s]+:\\d{1,5})*"),
          List.of("embedded"),
          "A cluster outside, or a broker inside this process.");
  static final ValueKey<String> TOPIC_PREFIX =
      ValueKey.of(
          "topic_prefix",
          ValueType.text("letters, digits, `.`, `-` and `_`, up to 100", "[A-Za-z0-9._-]{0,100}"),
          "renkei.",
          "What all topics begin with.");
  static final ValueKey<Integer> PARTITIONS =
      ValueKey.of(
          "partitions",
          ValueType.number(1, 1024),
          "4",
          "Partitions of the topics for changes, when they are made.");
  static final ValueKey<Duration> RETENTION =
      ValueKey.of(
          "retention",
          ValueType.duration("1m", "365d"),
          "7d",
          "How long the hub keeps messages for replay.");
  static final TextsKey HUB_PROPERTIES =
      new TextsKey("properties", "Handed on to Kafka's clients as they are.");
  static final ValueKey<String> PROJECT =
      ValueKey.required("project", PROJECT_TYPE, "The project of topics and subscriptions.");
  static final ValueKey<String> STATE =
      ValueKey.optional(
          "state",
          ValueType.text(
              "`gs://BUCKET/PREFIX`, or a folder",
              "gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?|(?!gs:).+"),
          "Where cursors, claims, schemas and dead letters are kept; in Cloud Storage for processes on several machines. By default the folder `hub-state` in `data_dir`.");
  static final ValueKey<Integer> MAX_MESSAGES =
      ValueKey.of(
          "max_messages", ValueType.number(1, 1000), "1000", "Messages in one request, at most.");
  static final ValueKey<Integer> MAX_REQUEST =
      ValueKey.of(
          "max_request",
          ValueType.number(1_000, 10_000_000),
          "9800000",
          "Bytes of one request, at most.");
  static final ValueKey<Integer> MAX_MESSAGE =
      ValueKey.of(
          "max_message",
          ValueType.number(1_000, 10_000_000),
          "4000000",
          "Bytes of one message with its attributes; one above it goes to the dead letters.");
  static final ValueKey<Duration> FLUSH =
      ValueKey.of(
          "flush",
          ValueType.duration("1ms", "1m"),
          "1s",
          "How long a request waits to be filled; where a cursor waits for it, it is sent at once.");
  static final ValueKey<Integer> THREADS =
      ValueKey.of("threads", ValueType.number(1, 64), "4", "Threads that send.");
  static final Group PUBLISH =
      Group.of(
          "publish",
          "How messages are sent to Pub/Sub.",
          MAX_MESSAGES,
          MAX_REQUEST,
          MAX_MESSAGE,
          FLUSH,
          THREADS);
  static final ValueKey<String> PUBSUB_ADDRESS =
      ValueKey.optional(
          "address",
          ValueType.text("host:port", "[^\\s/:]+:\\d{1,5}"),
          "Where Pub/Sub is reached, for example an endpoint of one region.");
  static final ValueKey<Boolean> PUBSUB_PLAINTEXT =
      ValueKey.of(
          "plaintext", ValueType.bool(), "false", "Without TLS and credentials, for an emulator.");
  static final Group PUBSUB_ENDPOINT =
      Group.of(
          "endpoint",
          "Another address than Google's own. Without one the environment variable `PUBSUB_EMULATOR_HOST` counts.",
          PUBSUB_ADDRESS,
          PUBSUB_PLAINTEXT);
  static final Group HUB =
      Group.of(
              "hub",
              "The durable, replayable stream of unique changes.",
              HUB_TYPE,
              new Only(KAFKA, BOOTSTRAP_SERVERS),
              new Only(PUBSUB, PROJECT),
              TOPIC_PREFIX,
              new Only(KAFKA, PARTITIONS),
              RETENTION,
              new Only(KAFKA, HUB_PROPERTIES),
              new Only(PUBSUB, STATE),
              new Only(PUBSUB, PUBLISH),
              new Only(PUBSUB, PUBSUB_ENDPOINT))
          .withKind(HUB_TYPE);

  static final ValueKey<String> POLICY_TAG =
      ValueKey.optional(
          "policy_tag",
          ValueType.text(
              "the whole name of a policy tag, projects/P/locations/L/taxonomies/T/policyTags/N",
              "projects/[^/]+/locations/[^/]+/taxonomies/[^/]+/policyTags/[^/]+"),
          "The policy tag of these columns in BigQuery: who may read them.");

  enum Method {
    NULL,
    HASH,
    TOKENIZE,
    PARTIAL,
    TRUNCATE,
    DROP,
    PASS
  }

  static final ValueKey<Method> METHOD =
      ValueKey.optional(
          "method",
          ValueType.choice(Method.class),
          "What becomes of them on the masked side. Key columns are hashed, tokenized or passed.");
  static final ValueKey<Boolean> KEYED =
      ValueKey.optional(
          "keyed",
          ValueType.bool(),
          "Of `hash`: `false` hashes without the key, so that whoever guesses a value can check it.");
  static final ValueKey<Integer> KEEP_FIRST =
      ValueKey.optional(
          "keep_first",
          ValueType.number(0, 1000),
          "Of `partial`: so many characters at the beginning are kept.");
  static final ValueKey<Integer> KEEP_LAST =
      ValueKey.optional(
          "keep_last",
          ValueType.number(0, 1000),
          "Of `partial`: so many characters at the end are kept.");
  static final ValueKey<String> CUT_TO =
      ValueKey.optional(
          "to",
          ValueType.text(
              "`year`, `month`, `day` or `hour`, or `10`, `100` and so on",
              "year|month|day|hour|10{1,18}"),
          "Of `truncate`: what dates and times are cut to, or the power of ten for numbers.");
  static final Group PRIVATE_COLUMN =
      Group.of(
          "columns",
          "How columns are protected.",
          METHOD,
          KEYED,
          KEEP_FIRST,
          KEEP_LAST,
          CUT_TO,
          POLICY_TAG);
  static final Named PRIVATE_COLUMNS =
      new Named(
          "columns",
          "SCHEMA.TABLE.COLUMN",
          ValueType.of(
              ColumnPattern.class,
              "a pattern schema.table.column, `*` for any characters, `**` for all tables",
              ColumnPattern::parse),
          PRIVATE_COLUMN,
          "Columns by their names; the first pattern that matches holds.");
  static final ValueKey<PrivacyConfig.Undecided> UNDECIDED =
      ValueKey.of(
          "undecided",
          ValueType.choice(PrivacyConfig.Undecided.class),
          "mask",
          "What becomes of columns to which no pattern gives a method, of whatever table: `mask` hashes those of the key and empties the others.");
  static final ValueKey<Secret> KEYSET =
      ValueKey.optional(
          "keyset",
          ValueType.secret("what `renkei keys create` writes, as ${file:PATH} or ${NAME}"),
          "The keys of masking; with `method` anywhere, or a warehouse `from: masked`, it must be there.");
  static final Group PRIVACY =
      Group.of(
          "privacy", "Which columns are protected, and how.", UNDECIDED, KEYSET, PRIVATE_COLUMNS);

  enum WarehouseType {
    DUCKDB,
    BIGQUERY
  }

  enum By {
    LOADER,
    BEAM
  }

  private static final String DUCKDB = "duckdb";
  private static final String BIGQUERY = "bigquery";

  static final ValueKey<WarehouseType> WAREHOUSE_TYPE =
      ValueKey.required("type", ValueType.choice(WarehouseType.class), "The warehouse's vendor.");
  static final ValueKey<Boolean> ENABLED =
      ValueKey.of("enabled", ValueType.bool(), "true", "`false` leaves it as it is.");
  static final ValueKey<Path> WAREHOUSE_PATH =
      ValueKey.required("path", ValueType.path(), "The file of the database.");
  static final ValueKey<WarehouseConfig.From> FROM =
      ValueKey.of(
          "from",
          ValueType.choice(WarehouseConfig.From.class),
          "hub",
          "The stream that is loaded: everything, or the masked side (docs/privacy.md).");
  static final ValueKey<By> BY =
      ValueKey.of(
          "by",
          ValueType.choice(By.class),
          "loader",
          "Who loads it: Renkei's own loader, or a pipeline on Beam (`renkei pipeline warehouse`).");
  static final ValueKey<String> WAREHOUSE_PROJECT =
      ValueKey.required("project", PROJECT_TYPE, "The project of the dataset.");
  static final ValueKey<String> DATASET =
      ValueKey.required(
          "dataset",
          ValueType.text("letters, digits and `_`", "[A-Za-z0-9_]{1,1024}"),
          "The dataset; it is made where it is missing.");
  static final ValueKey<String> LOCATION =
      ValueKey.of(
          "location",
          ValueType.text("a location, for example `US` or `asia-northeast1`", "[A-Za-z0-9-]{2,40}"),
          "US",
          "Where the dataset is made.");
  static final ValueKey<String> TABLE_NAME =
      ValueKey.of(
          "table",
          ValueType.text(
              "a name with `{table}` in it",
              "[^\\s`.{}]*(\\{schema\\}[^\\s`.{}]*)?\\{table\\}[^\\s`.{}]*"),
          "{schema}_{table}",
          "What a table is called there.");
  static final ValueKey<Duration> MAX_STALENESS =
      ValueKey.of(
          "max_staleness",
          ValueType.duration("0s", "1d"),
          "1m",
          "How old a read of current rows may be: a longer time makes reads cheaper.");
  static final ValueKey<Long> LOAD_JOBS_ABOVE =
      ValueKey.of(
          "load_jobs_above",
          ValueType.size("0B", "256MiB"),
          "32MiB",
          "A snapshot's rows for a change log are loaded by a job where there are so many bytes of them, and less is sent by the stream; `0B` sends all.");
  static final TextsKey LABELS =
      new TextsKey("labels", "Labels of the dataset and the tables that are made.");
  static final ValueKey<String> REST_ENDPOINT =
      ValueKey.optional(
          "rest",
          ValueType.text("an address https://HOST", "https?://[^\\s/]+/?"),
          "Of the REST interface.");
  static final ValueKey<String> STORAGE_ENDPOINT =
      ValueKey.optional(
          "storage",
          ValueType.text("host:port", "[^\\s/:]+:\\d{1,5}"),
          "Of the Storage Write interface.");
  static final ValueKey<Boolean> PLAINTEXT =
      ValueKey.of(
          "plaintext",
          ValueType.bool(),
          "false",
          "Without TLS and credentials, for a server of a trial on this machine.");
  static final Group ENDPOINT =
      Group.of(
          "endpoint",
          "Other addresses than Google's own, for example of private endpoints.",
          REST_ENDPOINT,
          STORAGE_ENDPOINT,
          PLAINTEXT);
  static final Group WAREHOUSE =
      Group.of(
              "warehouses",
              "A warehouse.",
              WAREHOUSE_TYPE,
              ENABLED,
              new Only(DUCKDB, WAREHOUSE_PATH),
              FROM,
              new Only(BIGQUERY, BY),
              new Only(BIGQUERY, WAREHOUSE_PROJECT),
              new Only(BIGQUERY, DATASET),
              new Only(BIGQUERY, LOCATION),
              new Only(BIGQUERY, TABLE_NAME),
              new Only(BIGQUERY, MAX_STALENESS),
              new Only(BIGQUERY, LOAD_JOBS_ABOVE),
              new Only(BIGQUERY, LABELS),
              new Only(BIGQUERY, ENDPOINT))
          .withKind(WAREHOUSE_TYPE);
  static final Named WAREHOUSES =
      new Named(
          "warehouses",
          "NAME",
          NAME_TYPE,
          WAREHOUSE,
          "What the hub is loaded into; none by default.");

  static final ValueKey<Boolean> PIPELINE_DEDUPE =
      ValueKey.of(
          "dedupe",
          ValueType.bool(),
          "false",
          "Duplicates are removed by `renkei pipeline dedupe`, not by `up`; on Pub/Sub, trackers then publish to the topic `raw`.");
  static final ValueKey<Boolean> PIPELINE_ENRICH =
      ValueKey.of(
          "enrich",
          ValueType.bool(),
          "false",
          "Events are joined by `renkei pipeline enrich`, as on Pub/Sub always, not by `up`.");
  static final ValueKey<Boolean> PIPELINE_RULES =
      ValueKey.of(
          "rules",
          ValueType.bool(),
          "false",
          "Rules are judged by `renkei pipeline rules`, as on Pub/Sub always; `up` then only delivers what fires.");
  static final TextsKey PIPELINE_FILTER =
      new TextsKey(
          "filter",
          "What dedupe lets pass, here and in `up`: values of `table_name` or `source`, several by commas. By default everything.");
  static final ValueKey<Boolean> PIPELINE_FEATURES =
      ValueKey.of(
          "features",
          ValueType.bool(),
          "false",
          "Features are computed by `renkei pipeline features`, not by `up`.");
  static final ValueKey<String> FLINK_MASTER =
      ValueKey.optional(
          "master",
          ValueType.text("host:port", "[^\\s/:]+:\\d{1,5}"),
          "The REST interface of the cluster's JobManager.");
  static final ValueKey<Integer> FLINK_PARALLELISM =
      ValueKey.optional(
          "parallelism",
          ValueType.number(1, 4096),
          "In how many parts a job runs. By default the cluster's own.");
  static final ValueKey<Duration> FLINK_CHECKPOINT =
      ValueKey.of(
          "checkpoint_interval",
          ValueType.duration("100ms", "1h"),
          "1s",
          "How often positions and state are made durable; what came since is repeated after a failure.");
  static final ValueKey<String> FLINK_STATE =
      ValueKey.optional(
          "state",
          ValueType.text("a URI, for example `file:///srv/flink`", "[a-z][a-z0-9+.-]*:.+"),
          "Where checkpoints lie, reached by all machines of the cluster. By default the cluster's own.");
  static final Group FLINK =
      Group.of(
          "flink",
          "A Flink cluster.",
          FLINK_MASTER,
          FLINK_PARALLELISM,
          FLINK_CHECKPOINT,
          FLINK_STATE);
  static final ValueKey<String> DATAFLOW_PROJECT =
      ValueKey.optional(
          "project", PROJECT_TYPE, "Where jobs run. By default the project of the hub on Pub/Sub.");
  static final ValueKey<String> REGION =
      ValueKey.optional(
          "region",
          ValueType.text("a region, for example `asia-northeast1`", "[a-z]+-[a-z]+[0-9]+"),
          "Where jobs run.");
  static final ValueKey<String> TEMP =
      ValueKey.optional(
          "temp",
          ValueType.text("`gs://BUCKET/PREFIX`", "gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?"),
          "For the files of jobs.");
  static final ValueKey<String> MACHINE_TYPE =
      ValueKey.of(
          "machine_type",
          ValueType.text("a type of Compute Engine's machines", "[a-z][a-z0-9-]{2,40}"),
          "n2-standard-2",
          "The machines of a job.");
  static final ValueKey<Integer> WORKERS =
      ValueKey.of("workers", ValueType.number(1, 1000), "1", "How many it starts with.");
  static final ValueKey<Integer> MAX_WORKERS =
      ValueKey.of("max_workers", ValueType.number(1, 1000), "5", "How many it has, at most.");
  static final ValueKey<Boolean> STREAMING_ENGINE =
      ValueKey.of(
          "streaming_engine",
          ValueType.bool(),
          "true",
          "State lies in Dataflow's service instead of on the machines' disks, which are then small.");
  static final ValueKey<PipelinesConfig.Dataflow.Autoscaling> AUTOSCALING =
      ValueKey.of(
          "autoscaling",
          ValueType.choice(PipelinesConfig.Dataflow.Autoscaling.class),
          "throughput_based",
          "How the number of machines follows the load.");
  static final ValueKey<String> SERVICE_ACCOUNT =
      ValueKey.optional(
          "service_account",
          ValueType.text("an e-mail address", "[^@\\s]+@[^@\\s]+"),
          "As whom the machines work. By default Compute Engine's account.");
  static final ValueKey<String> NETWORK = ValueKey.optional("network", TEXT, "Their network.");
  static final ValueKey<String> SUBNETWORK =
      ValueKey.optional("subnetwork", TEXT, "Their part of the network.");
  static final ValueKey<Boolean> PUBLIC_IPS =
      ValueKey.of("public_ips", ValueType.bool(), "true", "With addresses of the internet.");
  static final TextsKey JOB_LABELS = new TextsKey("labels", "Labels of jobs.");
  static final ValueKey<String> TEMPLATE =
      ValueKey.optional(
          "template",
          ValueType.text("`gs://BUCKET/FILE.json`", "gs://[a-z0-9][^\\s]*\\.json"),
          "A Flex Template made from this build; without one, jobs are submitted from this machine.");
  static final ValueKey<String> DATAFLOW_ENDPOINT =
      ValueKey.optional(
          "endpoint",
          ValueType.text("an address https://HOST", "https?://[^\\s/]+/?"),
          "Another address than Google's own; by `http:` without credentials, for a server of a trial on this machine.");
  static final Group DATAFLOW =
      Group.of(
          "dataflow",
          "Google's Dataflow.",
          DATAFLOW_PROJECT,
          REGION,
          TEMP,
          MACHINE_TYPE,
          WORKERS,
          MAX_WORKERS,
          STREAMING_ENGINE,
          AUTOSCALING,
          SERVICE_ACCOUNT,
          NETWORK,
          SUBNETWORK,
          PUBLIC_IPS,
          JOB_LABELS,
          TEMPLATE,
          DATAFLOW_ENDPOINT);
  static final Group PIPELINES =
      Group.of(
          "pipelines",
          "What runs on an engine outside (docs/beam.md), and where.",
          PIPELINE_DEDUPE,
          PIPELINE_ENRICH,
          PIPELINE_RULES,
          PIPELINE_FILTER,
          PIPELINE_FEATURES,
          FLINK,
          DATAFLOW);

  static final ValueKey<String> BIGTABLE_PROJECT =
      ValueKey.optional("project", PROJECT_TYPE, "The project of the instance.");
  static final ValueKey<String> INSTANCE =
      ValueKey.optional(
          "instance",
          ValueType.text("a name of lower-case letters, digits and `-`", "[a-z][a-z0-9-]{1,32}"),
          "The instance; it is not made.");
  static final ValueKey<String> BIGTABLE_TABLE =
      ValueKey.optional(
          "table",
          ValueType.text(
              "letters, digits, `_`, `.` and `-`, up to 50", "[_a-zA-Z0-9][-_.a-zA-Z0-9]{0,49}"),
          "The table; it is made where it is missing.");
  static final ValueKey<String> BIGTABLE_ADDRESS =
      ValueKey.optional(
          "address",
          ValueType.text("host:port", "[^\\s/:]+:\\d{1,5}"),
          "Where Bigtable is reached.");
  static final Group BIGTABLE_ENDPOINT =
      Group.of(
          "endpoint",
          "Another address than Google's own. Without one the environment variable `BIGTABLE_EMULATOR_HOST` counts.",
          BIGTABLE_ADDRESS,
          PUBSUB_PLAINTEXT);
  static final Group BIGTABLE =
      Group.of(
          "bigtable",
          "Where latest rows are kept for lookups (docs/bigtable.md), filled by `renkei pipeline latest`.",
          BIGTABLE_PROJECT,
          INSTANCE,
          BIGTABLE_TABLE,
          BIGTABLE_ENDPOINT);

  static final ValueKey<ListenAddress> LISTEN =
      ValueKey.of(
          "listen",
          ValueType.of(
              ListenAddress.class, "an address host:port, port 0 for any", ListenAddress::parse),
          "127.0.0.1:8080",
          "Where `status`, `query` and the like ask; not only loopback needs a `token`.");
  static final ValueKey<Secret> TOKEN =
      ValueKey.optional(
          "token",
          ValueType.secret("a text, best as ${NAME} or ${file:PATH}"),
          "What callers must present.");
  static final Group SERVER = Group.of("server", "The control endpoint.", LISTEN, TOKEN);

  static final Group ROOT =
      Group.of(
          "",
          "",
          VERSION,
          NAME,
          DATA_DIR,
          SOURCE,
          TRACKERS,
          TABLES,
          HUB,
          PRIVACY,
          WAREHOUSES,
          PIPELINES,
          EventKeys.EVENTS,
          EventKeys.COLLECTOR,
          BIGTABLE,
          FeatureKeys.FEATURES,
          RuleKeys.RULES,
          new Later("objectives", "What is alerted when it is missed."),
          new Later("alerts", "Who is told."),
          new Later("verify", "How often source and warehouse are compared."),
          SERVER);

  /** The paths of the sections that have a key of this name; the top's is empty. */
  static List<String> sectionsWith(String key) {
    List<String> sections = new ArrayList<>();
    collectSections(ROOT, "", key, sections);
    return sections;
  }

  private static void collectSections(Group group, String path, String key, List<String> found) {
    for (Entry inGroup : group.entries()) {
      Entry entry = inGroup instanceof Only only ? only.entry() : inGroup;
      String child = Reading.child(path, entry.name());
      if (entry.name().equals(key)) {
        found.add(path);
      }
      if (entry instanceof Group inside) {
        collectSections(inside, child, key, found);
      } else if (entry instanceof Named named) {
        collectSections(named.each(), child + "." + named.placeholder(), key, found);
      } else if (entry instanceof Groups groups) {
        collectSections(groups.each(), child, key, found);
      }
    }
  }
}
