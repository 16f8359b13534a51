package dev.renkei.core.config;

import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.config.TrackersConfig.Mode;
import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the file says, checked ({@code docs/configuration.md}).
 *
 * @param name what this installation is called
 * @param dataDir absolute
 * @param privacy what the masked side may show
 * @param warehouses in the order of the file, each of a path of its own
 * @param events that clients send
 * @param rules in the order of the file
 * @param bigtable null where no rows are kept for lookups
 * @param features in the order of the file
 */
public record Configuration(
    String name,
    Path dataDir,
    SourceConfig source,
    TrackersConfig trackers,
    TablesConfig tables,
    HubConfig hub,
    PrivacyConfig privacy,
    List<WarehouseConfig> warehouses,
    PipelinesConfig pipelines,
    EventsConfig events,
    @Nullable BigtableConfig bigtable,
    List<FeatureConfig> features,
    List<RuleConfig> rules,
    ServerConfig server) {
  public Configuration {
    rules = List.copyOf(rules);
    warehouses = List.copyOf(warehouses);
    features = List.copyOf(features);
  }

  /** Whether the table is to be tracked. */
  public boolean matches(TableName table) {
    return tables.matches(table);
  }

  /** How the table is tracked. */
  public TableSettings settings(TableName table) {
    return tables.settings(table);
  }

  /**
   * Reads a file.
   *
   * @param environment what <code>${NAME}</code> refers to
   * @throws ConfigurationException with all faults, in the order of the file
   */
  public static Configuration load(Path file, Map<String, String> environment)
      throws ConfigurationException {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return new Loader(file, folder == null ? file.toAbsolutePath() : folder, environment).load();
  }

  /** Parses, reads section by section, and puts the sections together. */
  private static final class Loader {
    private static final String CLOUD_STORAGE = "gs://";

    private final Path file;
    private final Path folder;
    private final Reading reading;

    Loader(Path file, Path folder, Map<String, String> environment) {
      this.file = file;
      this.folder = folder;
      this.reading = new Reading(new References(environment, folder));
    }

    Configuration load() throws ConfigurationException {
      Values root = reading.read(Keys.ROOT, document(), "");
      String name = root.get(Keys.NAME, "");
      SqlServerConfig sqlserver =
          reading.make(root.get(Keys.SOURCE).get(Keys.SQLSERVER), Loader::sqlServer);
      SourceConfig source =
          sqlserver == null
              ? null
              : reading.make(root.get(Keys.SOURCE), v -> source(v, sqlserver, name));
      TrackersConfig trackers = reading.make(root.get(Keys.TRACKERS), Loader::trackers);
      TablesConfig tables = tables(root.get(Keys.TABLES));
      Path dataDir = folder.resolve(root.get(Keys.DATA_DIR, Path.of("data"))).normalize();
      HubConfig hub =
          reading.make(
              root.get(Keys.HUB),
              v -> hub(v, dataDir, root.get(Keys.PIPELINES).get(Keys.PIPELINE_DEDUPE, false)));
      refuseSharedTables(root, trackers, hub);
      List<WarehouseConfig> warehouses = warehouses(root);
      PrivacyConfig privacy = privacy(root.get(Keys.PRIVACY), warehouses);
      PipelinesConfig pipelines = reading.make(root.get(Keys.PIPELINES), this::pipelines);
      EventsConfig events = EventKeys.read(root, folder, tables, reading);
      BigtableConfig bigtable =
          isConfigured(root.get(Keys.BIGTABLE))
              ? reading.make(root.get(Keys.BIGTABLE), Loader::bigtable)
              : null;
      List<FeatureConfig> features =
          FeatureKeys.read(root, isConfigured(root.get(Keys.BIGTABLE)), reading);
      List<RuleConfig> rules = RuleKeys.read(root, reading);
      ServerConfig server =
          reading.make(
              root.get(Keys.SERVER), v -> new ServerConfig(v.get(Keys.LISTEN), v.find(Keys.TOKEN)));
      List<Fault> faults = reading.faults();
      if (!faults.isEmpty()
          || source == null
          || trackers == null
          || tables == null
          || hub == null
          || pipelines == null
          || events == null
          || server == null) {
        throw new ConfigurationException(file, faults);
      }
      return new Configuration(
          name,
          dataDir,
          source,
          trackers,
          tables,
          hub,
          privacy,
          warehouses,
          pipelines,
          events,
          bigtable,
          features,
          rules,
          server);
    }

    private YamlNode document() throws ConfigurationException {
      try {
        return YamlNode.parse(Files.readString(file));
      } catch (YamlNode.UnreadableException e) {
        throw unreadable(e.line(), String.valueOf(e.getMessage()));
      } catch (CharacterCodingException e) {
        throw unreadable(null, "not text in UTF-8");
      } catch (IOException e) {
        throw unreadable(
            null,
            Files.exists(file)
                ? "cannot be read"
                : "no such file; `renkei init` writes one for a database");
      }
    }

    private ConfigurationException unreadable(@Nullable Integer line, String problem) {
      return new ConfigurationException(file, List.of(new Fault("", line, null, problem)));
    }

    private static SqlServerConfig sqlServer(Values v) {
      return new SqlServerConfig(
          v.get(Keys.HOST),
          v.get(Keys.PORT),
          v.get(Keys.DATABASE),
          v.get(Keys.ENCRYPT),
          v.get(Keys.AUTHENTICATION),
          v.find(Keys.DOMAIN),
          v.find(Keys.USERNAME),
          v.find(Keys.PASSWORD),
          v.get(Keys.DRIVER_PROPERTIES));
    }

    private static SourceConfig source(Values v, SqlServerConfig sqlserver, String name) {
      Isolation isolation = v.get(Keys.ISOLATION);
      return new SourceConfig(
          sqlserver,
          v.get(Keys.SOURCE_NAME, name),
          isolation,
          v.get(Keys.MAX_TRANSACTION),
          v.get(Keys.MAX_ROWS_PER_SECOND),
          v.get(Keys.LATE_COMMIT_OVERLAP),
          v.get(Keys.LATE_COMMIT_GRACE));
    }

    private static TrackersConfig trackers(Values v) {
      Mode mode = v.get(Keys.MODE);
      return new TrackersConfig(
          mode,
          v.get(Keys.COUNT, mode == Mode.SINGLE ? 1 : 2),
          v.get(Keys.PARALLEL_TABLES),
          v.get(Keys.BUFFER));
    }

    private @Nullable TablesConfig tables(Values v) {
      TableSettings defaults = reading.make(v.get(Keys.DEFAULTS), Loader::defaults);
      if (defaults == null || !v.isSound()) {
        return null;
      }
      TablesConfig plain =
          new TablesConfig(defaults, v.get(Keys.INCLUDE), v.get(Keys.EXCLUDE), Map.of());
      Map<TableName, TableSettings> override = new LinkedHashMap<>();
      v.get(Keys.OVERRIDE)
          .forEach(
              (name, own) -> {
                TableName table = TableName.parse(name);
                if (!plain.matches(table)) {
                  String problem =
                      "`include` and `exclude` leave this table out, so its settings would do nothing";
                  reading.fault(own, own.path(), own.line(), null, problem);
                }
                TableSettings settings = reading.make(own, o -> overridden(o, defaults));
                if (settings != null) {
                  override.put(table, settings);
                }
              });
      return new TablesConfig(defaults, plain.include(), plain.exclude(), override);
    }

    private static TableSettings defaults(Values v) {
      return new TableSettings(
          v.get(Keys.INTERVAL),
          v.get(Keys.START),
          v.get(Keys.BATCH_SIZE),
          v.get(Keys.LOCK_TIMEOUT),
          v.get(Keys.RETRY_MAX_TIMES),
          v.get(Keys.ON_HISTORY_LOST),
          Set.of(),
          null,
          null);
    }

    private static TableSettings overridden(Values v, TableSettings defaults) {
      return new TableSettings(
          v.get(Keys.OWN_INTERVAL, defaults.interval()),
          v.get(Keys.OWN_START, defaults.start()),
          v.get(Keys.OWN_BATCH_SIZE, defaults.batchSize()),
          v.get(Keys.OWN_LOCK_TIMEOUT, defaults.lockTimeout()),
          v.get(Keys.OWN_RETRY_MAX_TIMES, defaults.retryMaxTimes()),
          v.get(Keys.OWN_ON_HISTORY_LOST, defaults.onHistoryLost()),
          new LinkedHashSet<>(v.get(Keys.EXCLUDE_COLUMNS)),
          v.find(Keys.RELOAD_EVERY),
          v.find(Keys.WHERE));
    }

    private HubConfig hub(Values v, Path dataDir, boolean dedupeByPipeline) {
      return v.get(Keys.HUB_TYPE) == Keys.HubType.PUBSUB
          ? pubSub(v, dataDir, dedupeByPipeline)
          : kafka(v);
    }

    private HubConfig pubSub(Values v, Path dataDir, boolean dedupeByPipeline) {
      HubConfig.PubSub.Publish publish = reading.make(v.get(Keys.PUBLISH), Loader::publish);
      return new HubConfig.PubSub(
          v.get(Keys.PROJECT),
          v.get(Keys.TOPIC_PREFIX),
          v.get(Keys.RETENTION),
          state(v, dataDir),
          publish == null ? HubConfig.PubSub.Publish.DEFAULT : publish,
          pubSubEndpoint(v.get(Keys.PUBSUB_ENDPOINT)),
          dedupeByPipeline);
    }

    private static HubConfig.PubSub.@Nullable Endpoint pubSubEndpoint(Values v) {
      String address = v.find(Keys.PUBSUB_ADDRESS);
      return address == null
          ? null
          : new HubConfig.PubSub.Endpoint(address, v.get(Keys.PUBSUB_PLAINTEXT));
    }

    private static HubConfig.PubSub.Publish publish(Values v) {
      return new HubConfig.PubSub.Publish(
          v.get(Keys.MAX_MESSAGES),
          v.get(Keys.MAX_REQUEST),
          v.get(Keys.MAX_MESSAGE),
          v.get(Keys.FLUSH),
          v.get(Keys.THREADS));
    }

    private HubConfig.PubSub.State state(Values v, Path dataDir) {
      String state = v.find(Keys.STATE);
      if (state == null) {
        return new HubConfig.PubSub.State.Directory(dataDir.resolve("hub-state"));
      }
      if (!state.startsWith(CLOUD_STORAGE)) {
        return new HubConfig.PubSub.State.Directory(folder.resolve(state).normalize());
      }
      String place = state.substring(CLOUD_STORAGE.length());
      int slash = place.indexOf('/');
      String prefix = slash < 0 ? "" : place.substring(slash + 1);
      return new HubConfig.PubSub.State.Bucket(
          slash < 0 ? place : place.substring(0, slash),
          prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }

    /** Tables are shared by a consumer group, which only Kafka has. */
    private void refuseSharedTables(
        Values root, @Nullable TrackersConfig trackers, @Nullable HubConfig hub) {
      if (trackers != null && hub instanceof HubConfig.PubSub && trackers.mode() == Mode.ASSIGNED) {
        Values section = root.get(Keys.TRACKERS);
        String problem =
            "only with `hub: {type: kafka}`; on Pub/Sub trackers are `active_active` or `single`";
        reading.fault(
            section, Reading.child(section.path(), "mode"), section.line(), "assigned", problem);
      }
    }

    private static HubConfig kafka(Values v) {
      List<String> servers =
          v.get(Keys.BOOTSTRAP_SERVERS).stream()
              .flatMap(text -> Arrays.stream(text.split(",")))
              .toList();
      boolean embedded = servers.contains("embedded");
      if ((embedded && servers.size() > 1) || servers.isEmpty()) {
        throw new IllegalArgumentException(
            "`bootstrap_servers` is either `embedded` or a list of servers");
      }
      return new HubConfig.Kafka(
          embedded ? List.of() : servers,
          v.get(Keys.TOPIC_PREFIX),
          v.get(Keys.PARTITIONS),
          v.get(Keys.RETENTION),
          v.get(Keys.HUB_PROPERTIES));
    }

    private List<WarehouseConfig> warehouses(Values root) {
      List<WarehouseConfig> warehouses = new ArrayList<>();
      Set<Object> places = new HashSet<>();
      List<WarehouseConfig.BigQuery.PolicyTag> tags = policyTags(root.get(Keys.PRIVACY));
      root.get(Keys.WAREHOUSES)
          .forEach(
              (name, v) -> {
                WarehouseConfig warehouse = reading.make(v, w -> warehouse(name, w, tags));
                if (warehouse != null) {
                  warehouses.add(warehouse);
                  refuseSharedPlace(v, warehouse, places);
                }
              });
      return warehouses;
    }

    private void refuseSharedPlace(Values v, WarehouseConfig warehouse, Set<Object> places) {
      if (warehouse instanceof WarehouseConfig.DuckDb duck && !places.add(duck.path())) {
        String problem = "another warehouse has this path; each needs a file of its own";
        reading.fault(v, Reading.child(v.path(), "path"), v.line(), null, problem);
      } else if (warehouse instanceof WarehouseConfig.BigQuery big
          && !places.add(List.of(big.project(), big.dataset()))) {
        String problem = "another warehouse has this dataset; each needs one of its own";
        reading.fault(v, Reading.child(v.path(), "dataset"), v.line(), null, problem);
      }
    }

    /** Whatever is masked needs the keyset: without it there is no masked side. */
    private PrivacyConfig privacy(Values v, List<WarehouseConfig> warehouses) {
      List<PrivacyConfig.Rule> rules = new ArrayList<>();
      v.get(Keys.PRIVATE_COLUMNS)
          .forEach(
              (pattern, column) -> {
                Optional<MaskMethod> method = reading.make(column, Loader::method);
                if (method != null && method.isPresent()) {
                  rules.add(new PrivacyConfig.Rule(new ColumnPattern(pattern), method.get()));
                }
              });
      Secret keyset = v.find(Keys.KEYSET);
      boolean wanted =
          warehouses.stream().anyMatch(w -> w.from() == WarehouseConfig.From.MASKED)
              || !rules.isEmpty();
      if (wanted && keyset == null && v.isSound()) {
        String problem =
            "columns are masked by keys: `renkei keys create FILE` writes them, and `keyset: \"${file:FILE}\"` names them";
        reading.fault(v, Reading.child(v.path(), "keyset"), v.line(), null, problem);
      }
      return new PrivacyConfig(
          new PrivacyConfig.Policy(v.get(Keys.UNDECIDED, PrivacyConfig.Undecided.MASK), rules),
          keyset);
    }

    /** Empty where the columns have no method. */
    private static Optional<MaskMethod> method(Values v) {
      Keys.Method method = v.find(Keys.METHOD);
      refuseUnless(method == Keys.Method.HASH, "keyed", v.find(Keys.KEYED), "hash");
      refuseUnless(method == Keys.Method.PARTIAL, "keep_first", v.find(Keys.KEEP_FIRST), "partial");
      refuseUnless(method == Keys.Method.PARTIAL, "keep_last", v.find(Keys.KEEP_LAST), "partial");
      refuseUnless(method == Keys.Method.TRUNCATE, "to", v.find(Keys.CUT_TO), "truncate");
      if (method == null) {
        if (v.find(Keys.POLICY_TAG) == null) {
          throw new IllegalArgumentException(
              "neither `method` nor `policy_tag`: say what becomes of these columns");
        }
        return Optional.empty();
      }
      return Optional.of(
          switch (method) {
            case NULL -> new MaskMethod.Null();
            case HASH -> new MaskMethod.Hash(v.get(Keys.KEYED, true));
            case TOKENIZE -> new MaskMethod.Tokenize();
            case PARTIAL ->
                new MaskMethod.Partial(v.get(Keys.KEEP_FIRST, 0), v.get(Keys.KEEP_LAST, 0));
            case TRUNCATE -> new MaskMethod.Truncate(cutTo(v.find(Keys.CUT_TO)));
            case DROP -> new MaskMethod.Drop();
            case PASS -> new MaskMethod.Pass();
          });
    }

    private static void refuseUnless(
        boolean allowed, String key, @Nullable Object given, String method) {
      if (given != null && !allowed) {
        throw new IllegalArgumentException(
            "`%s` says more about `method: %s`, which these columns do not have"
                .formatted(key, method));
      }
    }

    private static MaskMethod.Truncate.To cutTo(@Nullable String to) {
      if (to == null) {
        throw new IllegalArgumentException(
            "`method: truncate` needs `to`: `year`, `month`, `day`, `hour`, or a power of ten");
      }
      return to.startsWith("1")
          ? new MaskMethod.Truncate.Tens(to.length() - 1)
          : MaskMethod.Truncate.Unit.valueOf(to.toUpperCase(Locale.ROOT));
    }

    private static List<WarehouseConfig.BigQuery.PolicyTag> policyTags(Values privacy) {
      List<WarehouseConfig.BigQuery.PolicyTag> tags = new ArrayList<>();
      privacy
          .get(Keys.PRIVATE_COLUMNS)
          .forEach(
              (pattern, v) -> {
                String tag = v.find(Keys.POLICY_TAG);
                if (tag != null && v.isSound()) {
                  tags.add(new WarehouseConfig.BigQuery.PolicyTag(new ColumnPattern(pattern), tag));
                }
              });
      return tags;
    }

    private WarehouseConfig warehouse(
        String name, Values v, List<WarehouseConfig.BigQuery.PolicyTag> tags) {
      return v.get(Keys.WAREHOUSE_TYPE) == Keys.WarehouseType.BIGQUERY
          ? bigQuery(name, v, tags)
          : duckDb(name, v);
    }

    private WarehouseConfig.BigQuery bigQuery(
        String name, Values v, List<WarehouseConfig.BigQuery.PolicyTag> tags) {
      return new WarehouseConfig.BigQuery(
          name,
          v.get(Keys.ENABLED),
          v.get(Keys.WAREHOUSE_PROJECT),
          v.get(Keys.DATASET),
          v.get(Keys.LOCATION),
          v.get(Keys.TABLE_NAME),
          v.get(Keys.MAX_STALENESS),
          v.get(Keys.LOAD_JOBS_ABOVE),
          v.get(Keys.LABELS),
          v.get(Keys.FROM) == WarehouseConfig.From.MASKED ? List.of() : tags,
          endpoint(v.get(Keys.ENDPOINT)),
          v.get(Keys.BY) == Keys.By.BEAM,
          v.get(Keys.FROM));
    }

    private static WarehouseConfig.BigQuery.@Nullable Endpoint endpoint(Values v) {
      String rest = v.find(Keys.REST_ENDPOINT);
      String storage = v.find(Keys.STORAGE_ENDPOINT);
      if (rest == null && storage == null) {
        return null;
      }
      if (rest == null || storage == null) {
        throw new IllegalArgumentException("`endpoint` needs both `rest` and `storage`");
      }
      return new WarehouseConfig.BigQuery.Endpoint(rest, storage, v.get(Keys.PLAINTEXT));
    }

    private static boolean isConfigured(Values bigtable) {
      return !bigtable.isSound()
          || bigtable.find(Keys.BIGTABLE_PROJECT) != null
          || bigtable.find(Keys.INSTANCE) != null
          || bigtable.find(Keys.BIGTABLE_TABLE) != null;
    }

    private static BigtableConfig bigtable(Values v) {
      String project = v.find(Keys.BIGTABLE_PROJECT);
      String instance = v.find(Keys.INSTANCE);
      String table = v.find(Keys.BIGTABLE_TABLE);
      if (project == null || instance == null || table == null) {
        throw new IllegalArgumentException("`bigtable` needs `project`, `instance` and `table`");
      }
      return new BigtableConfig(
          project, instance, table, bigtableEndpoint(v.get(Keys.BIGTABLE_ENDPOINT)));
    }

    private static BigtableConfig.@Nullable Endpoint bigtableEndpoint(Values v) {
      String address = v.find(Keys.BIGTABLE_ADDRESS);
      return address == null
          ? null
          : new BigtableConfig.Endpoint(address, v.get(Keys.PUBSUB_PLAINTEXT));
    }

    private PipelinesConfig pipelines(Values v) {
      PipelinesConfig.Dataflow dataflow = reading.make(v.get(Keys.DATAFLOW), Loader::dataflow);
      return new PipelinesConfig(
          v.get(Keys.PIPELINE_DEDUPE),
          v.get(Keys.PIPELINE_ENRICH),
          v.get(Keys.PIPELINE_RULES),
          filter(v.get(Keys.PIPELINE_FILTER)),
          v.get(Keys.PIPELINE_FEATURES),
          flink(v.get(Keys.FLINK)),
          dataflow == null ? PipelinesConfig.NONE.dataflow() : dataflow);
    }

    private static Map<String, Set<String>> filter(Map<String, String> texts) {
      Map<String, Set<String>> filter = new LinkedHashMap<>();
      texts.forEach(
          (name, values) ->
              filter.put(name, Set.copyOf(Arrays.asList(values.strip().split("\\s*,\\s*")))));
      return filter;
    }

    private static PipelinesConfig.Flink flink(Values v) {
      return new PipelinesConfig.Flink(
          v.find(Keys.FLINK_MASTER),
          v.find(Keys.FLINK_PARALLELISM),
          v.get(Keys.FLINK_CHECKPOINT, PipelinesConfig.NONE.flink().checkpointInterval()),
          v.find(Keys.FLINK_STATE));
    }

    private static PipelinesConfig.Dataflow dataflow(Values v) {
      return new PipelinesConfig.Dataflow(
          v.find(Keys.DATAFLOW_PROJECT),
          v.find(Keys.REGION),
          v.find(Keys.TEMP),
          new PipelinesConfig.Dataflow.Workers(
              v.get(Keys.MACHINE_TYPE),
              v.get(Keys.WORKERS),
              v.get(Keys.MAX_WORKERS),
              v.get(Keys.AUTOSCALING)),
          v.get(Keys.STREAMING_ENGINE),
          new PipelinesConfig.Dataflow.Network(
              v.find(Keys.SERVICE_ACCOUNT),
              v.find(Keys.NETWORK),
              v.find(Keys.SUBNETWORK),
              v.get(Keys.PUBLIC_IPS)),
          v.get(Keys.JOB_LABELS),
          v.find(Keys.TEMPLATE),
          v.find(Keys.DATAFLOW_ENDPOINT));
    }

    private WarehouseConfig.DuckDb duckDb(String name, Values v) {
      Path path = folder.resolve(v.get(Keys.WAREHOUSE_PATH)).normalize();
      return new WarehouseConfig.DuckDb(name, v.get(Keys.ENABLED), path, v.get(Keys.FROM));
    }
  }
}
