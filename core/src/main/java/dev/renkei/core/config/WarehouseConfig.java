package dev.renkei.core.config;

import java.nio.file.Path;

/** A warehouse that the hub is loaded into. */
public sealed interface WarehouseConfig permits WarehouseConfig.DuckDb {
  /** As configured. */
  String name();

  /** Whether it is loaded; one that is not keeps what it has. */
  boolean enabled();

  /**
   * The embedded warehouse.
   *
   * @param path absolute; its folder is made when it is opened
   */
  record DuckDb(String name, boolean enabled, Path path) implements WarehouseConfig {
    public DuckDb {
      if (name.isEmpty() || !path.isAbsolute()) {
        throw new IllegalArgumentException("warehouse '%s' at %s".formatted(name, path));
      }
    }
  }
}
