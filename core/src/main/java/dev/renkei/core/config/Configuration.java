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
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the file says, checked ({@code docs/configuration.md}).
 *
 * @param name what this installation is called
 * @param dataDir absolute
 * @param warehouses in the order of the file, each of a path of its own
 */
public record Configuration(
    String name,
    Path dataDir,
    SourceConfig source,
    TrackersConfig trackers,
    TablesConfig tables,
    HubConfig hub,
    List<WarehouseConfig> warehouses,
    ServerConfig server) {
  public Configuration {
    warehouses = List.copyOf(warehouses);
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
      HubConfig hub = reading.make(root.get(Keys.HUB), Loader::kafka);
      List<WarehouseConfig> warehouses = warehouses(root);
      ServerConfig server =
          reading.make(
              root.get(Keys.SERVER), v -> new ServerConfig(v.get(Keys.LISTEN), v.find(Keys.TOKEN)));
      List<Fault> faults = reading.faults();
      if (!faults.isEmpty()
          || source == null
          || trackers == null
          || tables == null
          || hub == null
          || server == null) {
        throw new ConfigurationException(file, faults);
      }
      return new Configuration(
          name,
          folder.resolve(root.get(Keys.DATA_DIR)).normalize(),
          source,
          trackers,
          tables,
          hub,
          warehouses,
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
      Set<Path> paths = new HashSet<>();
      root.get(Keys.WAREHOUSES)
          .forEach(
              (name, v) -> {
                WarehouseConfig.DuckDb warehouse = reading.make(v, w -> duckDb(name, w));
                if (warehouse == null) {
                  return;
                }
                warehouses.add(warehouse);
                if (!paths.add(warehouse.path())) {
                  String problem = "another warehouse has this path; each needs a file of its own";
                  reading.fault(v, Reading.child(v.path(), "path"), v.line(), null, problem);
                }
              });
      return warehouses;
    }

    private WarehouseConfig.DuckDb duckDb(String name, Values v) {
      Path path = folder.resolve(v.get(Keys.WAREHOUSE_PATH)).normalize();
      return new WarehouseConfig.DuckDb(name, v.get(Keys.ENABLED), path);
    }
  }
}
