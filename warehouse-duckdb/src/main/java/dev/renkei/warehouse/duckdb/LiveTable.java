package dev.renkei.warehouse.duckdb;

import dev.renkei.core.schema.TableSchema;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A table while the warehouse is open. What changes in it belongs to the writer. */
final class LiveTable {
  final Gate gate;
  private final Map<String, Binding> bindings = new HashMap<>();
  private final Map<String, TableSchema> schemas = new HashMap<>();
  private volatile StoredTable stored;
  private boolean staged;

  /** Rows that wait for a merge, and since when. */
  private final AtomicLong tailRows = new AtomicLong();

  private volatile long tailSinceNanos;

  LiveTable(StoredTable stored, Gate gate) {
    this.stored = stored;
    this.gate = gate;
  }

  StoredTable stored() {
    return stored;
  }

  void become(StoredTable widened) {
    stored = widened;
    bindings.clear();
    staged = false;
  }

  boolean knows(String schemaId) {
    return schemas.containsKey(schemaId);
  }

  void learn(String schemaId, TableSchema schema) {
    schemas.put(schemaId, schema);
  }

  /** For a schema that {@link #learn} was told. */
  Binding binding(String schemaId) {
    return bindings.computeIfAbsent(
        schemaId,
        id -> {
          TableSchema schema = schemas.get(id);
          if (schema == null) {
            throw new IllegalStateException(
                stored.name() + ": a change of a schema that was not prepared");
          }
          return new Binding(stored, schema);
        });
  }

  /** Whether the stage has to be made first; afterwards it counts as made. */
  boolean stageIsMissing() {
    boolean missing = !staged;
    staged = true;
    return missing;
  }

  void forgetStage() {
    staged = false;
  }

  /** From any thread. */
  void tailGrew(long rows) {
    if (tailRows.getAndAdd(rows) == 0) {
      tailSinceNanos = System.nanoTime();
    }
  }

  /** From any thread, after a merge took rows away. */
  void tailShrank(long rows) {
    tailRows.addAndGet(-rows);
    tailSinceNanos = System.nanoTime();
  }

  /** Whether so many rows wait for a merge, or any for so long. */
  boolean isMergeDue(long rows, Duration after) {
    long waiting = tailRows.get();
    return waiting >= rows || waiting > 0 && System.nanoTime() - tailSinceNanos >= after.toNanos();
  }
}
