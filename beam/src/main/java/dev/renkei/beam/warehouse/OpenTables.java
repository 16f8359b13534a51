package dev.renkei.beam.warehouse;

import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.PipelineTables;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The tables that this worker has open: one for all threads that encode, so that a schema is
 * prepared once, and one for those that sweep, which may take long. Closed by whoever lets go last.
 */
final class OpenTables {
  // Changed under its own lock.
  private static final Map<Key, OpenTables> OPEN = new ConcurrentHashMap<>();

  private final Key key;
  private final PipelineTables tables;
  private final Queue<String> gone = new ConcurrentLinkedQueue<>();
  private int users;

  /** What they are opened for. */
  enum Purpose {
    ENCODE,
    SWEEP
  }

  private record Key(WarehouseConfig.BigQuery warehouse, Duration retention, Purpose purpose) {}

  private OpenTables(Key key, PipelineTables tables) {
    this.key = key;
    this.tables = tables;
  }

  static OpenTables of(WarehousePlan plan, Purpose purpose) throws WarehouseException {
    synchronized (OPEN) {
      Key key = new Key(plan.warehouse(), plan.retention(), purpose);
      OpenTables open = OPEN.get(key);
      if (open == null) {
        open =
            new OpenTables(
                key,
                PipelineTables.open(
                    plan.warehouse(), BigQueryOptions.forRetention(plan.retention())));
        OPEN.put(key, open);
      }
      open.users++;
      return open;
    }
  }

  /** Some table is gone, whoever has this dataset open. Waits for nothing, from any thread. */
  static void noteGone(String project, String dataset, String table) {
    for (OpenTables open : OPEN.values()) {
      if (open.key.warehouse().project().equals(project)
          && open.key.warehouse().dataset().equals(dataset)) {
        open.gone.add(table);
      }
    }
  }

  /** What is gone is prepared again before the next row of it. */
  void forgetWhatIsGone() {
    for (String table = gone.poll(); table != null; table = gone.poll()) {
      tables.forget(table);
    }
  }

  PipelineTables tables() {
    return tables;
  }

  void release() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        OPEN.remove(key);
        tables.close();
      }
    }
  }
}
