package dev.renkei.cli;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.schema.TableName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A schema store that is read; what is put into it is remembered here alone. */
final class UnwrittenSchemas implements SchemaStore {
  private final SchemaStore store;
  private final Map<String, SchemaRecord> put = new HashMap<>();

  UnwrittenSchemas(SchemaStore store) {
    this.store = store;
  }

  @Override
  public void put(SchemaRecord schema) {
    put.putIfAbsent(schema.schemaId(), schema);
  }

  @Override
  public Optional<SchemaRecord> find(String schemaId) throws HubException, InterruptedException {
    SchemaRecord ours = put.get(schemaId);
    return ours == null ? store.find(schemaId) : Optional.of(ours);
  }

  @Override
  public Collection<SchemaRecord> of(String source, TableName table)
      throws HubException, InterruptedException {
    return store.of(source, table);
  }
}
