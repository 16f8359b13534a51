package dev.renkei.warehouse.bigquery;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A table while the warehouse is open. Belongs to the writer. */
final class LiveTable {
  private final Map<String, TableSchema> schemas = new HashMap<>();
  private final Map<String, Binding> bindings = new HashMap<>();
  private StoredTable stored;
  private Set<String> keyColumns;
  private Sequence floor;
  private Sequence purged;
  private Outbox log;
  private Outbox upserts;

  /**
   * @param keyColumns the source's
   * @param floor what is below was swept (SEMANTICS 18)
   * @param purged deletes up to there are forgotten (SEMANTICS 11)
   */
  LiveTable(
      StoredTable stored,
      Set<String> keyColumns,
      Sequence floor,
      Sequence purged,
      Outbox log,
      Outbox upserts) {
    this.stored = stored;
    this.keyColumns = Set.copyOf(keyColumns);
    this.floor = floor;
    this.purged = purged;
    this.log = log;
    this.upserts = upserts;
  }

  StoredTable stored() {
    return stored;
  }

  Set<String> keyColumns() {
    return keyColumns;
  }

  Sequence floor() {
    return floor;
  }

  Sequence purged() {
    return purged;
  }

  Outbox log() {
    return log;
  }

  Outbox upserts() {
    return upserts;
  }

  /** Columns were added. */
  void become(StoredTable widened, Outbox widenedLog, Outbox widenedUpserts) {
    close();
    stored = widened;
    log = widenedLog;
    upserts = widenedUpserts;
    bindings.clear();
  }

  boolean knows(String schemaId) {
    return schemas.containsKey(schemaId);
  }

  void learn(String schemaId, TableSchema schema) {
    schemas.put(schemaId, schema);
  }

  void keyedBy(Set<String> columns) {
    keyColumns = Set.copyOf(columns);
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

  void raiseFloor(Sequence start) {
    floor = start.compareTo(floor) > 0 ? start : floor;
  }

  void raisePurged(Sequence sequence) {
    purged = sequence.compareTo(purged) > 0 ? sequence : purged;
  }

  /** Forgets what is under way. */
  void abandon() {
    log.abandon();
    upserts.abandon();
  }

  void close() {
    log.close();
    upserts.close();
  }
}
