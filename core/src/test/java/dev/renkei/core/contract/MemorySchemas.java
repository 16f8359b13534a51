package dev.renkei.core.contract;

import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.schema.TableName;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Schemas in memory. Thread-safe. */
public final class MemorySchemas implements SchemaStore {
  private final Map<String, SchemaRecord> records = new ConcurrentHashMap<>();

  @Override
  public void put(SchemaRecord schema) {
    records.put(schema.schemaId(), schema);
  }

  @Override
  public Optional<SchemaRecord> find(String schemaId) {
    return Optional.ofNullable(records.get(schemaId));
  }

  @Override
  public Collection<SchemaRecord> of(String source, TableName table) {
    return records.values().stream()
        .filter(schema -> schema.source().equals(source) && schema.schema().table().equals(table))
        .toList();
  }
}
