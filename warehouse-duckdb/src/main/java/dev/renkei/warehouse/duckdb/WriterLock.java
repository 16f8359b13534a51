package dev.renkei.warehouse.duckdb;

import dev.renkei.core.lock.ProcessLock;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.core.warehouse.WarehouseInUseException;
import java.io.IOException;
import java.nio.file.Path;

/** The right to be the one writer of a warehouse. */
final class WriterLock {
  private WriterLock() {}

  static ProcessLock take(Path database) throws WarehouseException {
    try {
      return ProcessLock.tryTake(database.resolveSibling(database.getFileName() + ".lock"))
          .orElseThrow(() -> inUse(database));
    } catch (IOException e) {
      throw new WarehouseException(
          "%s: the warehouse's folder cannot be used (%s). Check that it exists and may be written."
              .formatted(database, e.getMessage()),
          e);
    }
  }

  static WarehouseInUseException inUse(Path database) {
    return new WarehouseInUseException(
        "%s: another process writes this warehouse, and a DuckDB file has one. Ask that process with `renkei query`, or stop it first."
            .formatted(database));
  }
}
