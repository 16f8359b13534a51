package dev.renkei.cli;

import dev.renkei.cli.node.Warehouses;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.QueryAnswer;
import dev.renkei.server.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A warehouse that a command asks again and again: through the process that loads it on this
 * machine, else opened for so long.
 */
final class AskedWarehouse implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
  private static final int BUSY = 503;

  private final String name;
  private final @Nullable ControlClient loader;
  private final @Nullable Warehouse opened;

  private AskedWarehouse(String name, @Nullable ControlClient loader, @Nullable Warehouse opened) {
    this.name = name;
    this.loader = loader;
    this.opened = opened;
  }

  static AskedWarehouse of(WarehouseConfig warehouse, Configuration config)
      throws WarehouseException, IOException {
    Optional<RunFiles.Running> loader =
        RunFiles.living(config.dataDir()).stream()
            .filter(process -> process.roles().contains("load " + warehouse.name()))
            .findFirst();
    if (loader.isPresent()) {
      return new AskedWarehouse(
          warehouse.name(),
          new ControlClient(loader.get().url(), config.server().token(), PATIENCE),
          null);
    }
    if (warehouse instanceof WarehouseConfig.DuckDb duckDb && !Files.exists(duckDb.path())) {
      throw new WarehouseException(
          "%s is not there yet; `renkei up` makes and loads it.".formatted(duckDb.path()));
    }
    return new AskedWarehouse(warehouse.name(), null, Warehouses.openToAsk(warehouse, config));
  }

  /** At most so many rows come back. */
  QueryResult query(String sql, int maxRows) throws WarehouseException {
    if (opened != null) {
      return opened.query(sql, maxRows);
    }
    try {
      QueryAnswer answer = answered(sql, maxRows);
      return new QueryResult(answer.columns(), answer.types(), answer.rows(), answer.truncated());
    } catch (ControlException e) {
      throw new WarehouseException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WarehouseException("interrupted while warehouse %s was asked".formatted(name), e);
    }
  }

  /** Others may ask too, so that its process takes no further query for a while. */
  private QueryAnswer answered(String sql, int maxRows)
      throws ControlException, InterruptedException {
    ControlClient client = loader;
    if (client == null) {
      throw new IllegalStateException("neither loaded nor opened");
    }
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return client.query(sql, name, maxRows);
      } catch (ControlException.Refused e) {
        if (e.status() != BUSY || System.nanoTime() > until) {
          throw e;
        }
        TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
      }
    }
  }

  @Override
  public void close() throws WarehouseException {
    if (opened != null) {
      opened.close();
    }
  }
}
