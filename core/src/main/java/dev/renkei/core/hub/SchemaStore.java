package dev.renkei.core.hub;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.util.Collection;
import java.util.Optional;

/** Schemas by their hash, stored before the first row that uses them; never removed. */
public interface SchemaStore {
  /** Durable when it returns; storing a schema again changes nothing. */
  void put(SchemaRecord schema) throws HubException, InterruptedException;

  /** Reads the store to its end before it answers that there is none (SEMANTICS 20). */
  Optional<SchemaRecord> find(String schemaId) throws HubException, InterruptedException;

  Collection<SchemaRecord> of(String source, TableName table)
      throws HubException, InterruptedException;

  /**
   * A schema and where it was first seen; the highest is the current one.
   *
   * @param schemaId the hash of {@code schema}
   */
  record SchemaRecord(String source, String schemaId, TableSchema schema, Sequence firstSeen) {}
}
