package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import java.util.stream.Collectors;

/** What operators name, looked up in the configuration. */
final class Named {
  private Named() {}

  /**
   * Refuses a table that no tracker follows.
   *
   * @throws IllegalArgumentException where the configuration leaves it out; the message goes to
   *     whoever named it
   */
  static void checkTracked(Configuration config, TableName table) {
    if (!config.matches(table)) {
      throw new IllegalArgumentException(
          "%s is not tracked: `tables.include` and `exclude` leave it out".formatted(table));
    }
  }

  /**
   * A warehouse.
   *
   * @throws IllegalArgumentException where none has this name; the message goes to whoever named it
   */
  static WarehouseConfig warehouse(Configuration config, String name) {
    return config.warehouses().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no warehouse '%s'; there are: %s"
                        .formatted(
                            name,
                            config.warehouses().stream()
                                .map(WarehouseConfig::name)
                                .collect(Collectors.joining(", ")))));
  }
}
