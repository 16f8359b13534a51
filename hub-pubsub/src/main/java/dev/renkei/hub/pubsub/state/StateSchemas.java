package dev.renkei.hub.pubsub.state;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An object for each schema of a table, its id first in the name. What was read once is kept, since
 * a schema never changes under its id.
 */
public final class StateSchemas implements SchemaStore {
  private static final String FOLDER = "schemas/";

  private final StateStore store;
  private final Map<String, SchemaRecord> known = new ConcurrentHashMap<>();

  public StateSchemas(StateStore store) {
    this.store = store;
  }

  @Override
  public void put(SchemaRecord schema) throws HubException, InterruptedException {
    String name =
        FOLDER + schema.schemaId() + "." + tableName(schema.source(), schema.schema().table());
    if (known.containsKey(name)) {
      return;
    }
    if (store.write(name, SchemaCodec.write(schema), StateStore.ABSENT).isPresent()) {
      known.put(name, schema);
    } else {
      var unused = read(name);
    }
  }

  @Override
  public Optional<SchemaRecord> find(String schemaId) throws HubException, InterruptedException {
    for (SchemaRecord schema : known.values()) {
      if (schema.schemaId().equals(schemaId)) {
        return Optional.of(schema);
      }
    }
    for (StateStore.Listed listed : store.list(FOLDER + schemaId + ".", 1)) {
      return Optional.ofNullable(read(listed.name()));
    }
    return Optional.empty();
  }

  @Override
  public Collection<SchemaRecord> of(String source, TableName table)
      throws HubException, InterruptedException {
    String ending = "." + tableName(source, table);
    List<SchemaRecord> schemas = new ArrayList<>();
    for (StateStore.Listed listed : store.list(FOLDER, Integer.MAX_VALUE)) {
      if (listed.name().endsWith(ending)) {
        SchemaRecord schema = read(listed.name());
        if (schema != null) {
          schemas.add(schema);
        }
      }
    }
    return List.copyOf(schemas);
  }

  private static String tableName(String source, TableName table) {
    return ObjectName.of(source + "/" + table);
  }

  private @Nullable SchemaRecord read(String name) throws HubException, InterruptedException {
    SchemaRecord before = known.get(name);
    if (before != null) {
      return before;
    }
    Optional<StateStore.Entry> entry = store.read(name);
    if (entry.isEmpty()) {
      return null;
    }
    try {
      SchemaRecord schema = SchemaCodec.read(entry.get().content());
      known.put(name, schema);
      return schema;
    } catch (MessageException e) {
      throw Documents.unreadable(store, name, e);
    }
  }
}
