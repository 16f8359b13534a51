package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ValueKey;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code bigtable}, and what they make. */
final class BigtableKeys {
  private static final ValueKey<String> PROJECT =
      ValueKey.optional("project", CommonTypes.PROJECT, "The project of the instance.");
  private static final ValueKey<String> INSTANCE =
      ValueKey.optional(
          "instance",
          ValueType.text("a name of lower-case letters, digits and `-`", "[a-z][a-z0-9-]{1,32}"),
          "The instance; it is not made.");
  private static final ValueKey<String> TABLE =
      ValueKey.optional(
          "table",
          ValueType.text(
              "letters, digits, `_`, `.` and `-`, up to 50", "[_a-zA-Z0-9][-_.a-zA-Z0-9]{0,49}"),
          "The table; it is made where it is missing.");
  private static final ValueKey<String> ADDRESS =
      ValueKey.optional("address", CommonTypes.ADDRESS, "Where Bigtable is reached.");
  private static final Group ENDPOINT =
      Group.of(
          "endpoint",
          "Another address than Google's own. Without one the environment variable `BIGTABLE_EMULATOR_HOST` counts.",
          ADDRESS,
          HubKeys.PLAINTEXT);
  static final Group BIGTABLE =
      Group.of(
          "bigtable",
          "Where latest rows are kept for lookups (docs/bigtable.md), filled by `renkei pipeline latest`.",
          PROJECT,
          INSTANCE,
          TABLE,
          ENDPOINT);

  private BigtableKeys() {}

  /** The section; null where it is left out or has faults. */
  static @Nullable BigtableConfig read(Values root, Reading reading) {
    return isConfigured(root) ? reading.make(root.get(BIGTABLE), BigtableKeys::bigtable) : null;
  }

  /** Whether the file says anything of Bigtable. */
  static boolean isConfigured(Values root) {
    Values bigtable = root.get(BIGTABLE);
    return !bigtable.isSound()
        || bigtable.find(PROJECT) != null
        || bigtable.find(INSTANCE) != null
        || bigtable.find(TABLE) != null;
  }

  private static BigtableConfig bigtable(Values v) {
    String project = v.find(PROJECT);
    String instance = v.find(INSTANCE);
    String table = v.find(TABLE);
    if (project == null || instance == null || table == null) {
      throw new IllegalArgumentException("`bigtable` needs `project`, `instance` and `table`");
    }
    return new BigtableConfig(project, instance, table, bigtableEndpoint(v.get(ENDPOINT)));
  }

  private static BigtableConfig.@Nullable Endpoint bigtableEndpoint(Values v) {
    String address = v.find(ADDRESS);
    return address == null ? null : new BigtableConfig.Endpoint(address, v.get(HubKeys.PLAINTEXT));
  }
}
