package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
 * @param shown all of it, without secrets
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
    AlertsConfig alerts,
    VerifyConfig verify,
    ServerConfig server,
    Shown shown) {
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
      SourceConfig source = SourceKeys.read(root, name, reading);
      TablesConfig tables = TableKeys.read(root, reading);
      Path dataDir = folder.resolve(root.get(Keys.DATA_DIR, Path.of("data"))).normalize();
      HubConfig hub = HubKeys.read(root, dataDir, folder, reading);
      TrackersConfig trackers = TrackerKeys.read(root, hub, reading);
      List<WarehouseConfig> warehouses = WarehouseKeys.read(root, folder, reading);
      PrivacyConfig privacy = PrivacyKeys.read(root, warehouses, reading);
      PipelinesConfig pipelines = PipelineKeys.read(root, reading);
      EventsConfig events = EventKeys.read(root, folder, tables, reading);
      BigtableConfig bigtable = BigtableKeys.read(root, reading);
      List<FeatureConfig> features =
          FeatureKeys.read(root, BigtableKeys.isConfigured(root), reading);
      List<RuleConfig> rules = RuleKeys.read(root, reading);
      AlertsConfig alerts = AlertKeys.read(root, reading);
      VerifyConfig verify = VerifyKeys.read(root, reading);
      ServerConfig server = ServerKeys.read(root, reading);
      List<Fault> faults = reading.faults();
      if (!faults.isEmpty()
          || source == null
          || trackers == null
          || tables == null
          || hub == null
          || pipelines == null
          || events == null
          || alerts == null
          || verify == null
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
          alerts,
          verify,
          server,
          reading.shown());
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
  }
}
