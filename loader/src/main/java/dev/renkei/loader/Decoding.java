package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.loader.Tries.StoppedException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads messages, and prepares the warehouse for what their schemas need. Belongs to the loader's
 * thread.
 */
final class Decoding {
  private static final Logger log = LoggerFactory.getLogger(Decoding.class);

  private final SchemaStore schemas;
  private final Warehouse warehouse;
  private final Tries tries;
  private final String loader;
  private final Map<String, SchemaRecord> known = new HashMap<>();
  private final Map<String, MessageCodec> codecs = new HashMap<>();

  Decoding(SchemaStore schemas, Warehouse warehouse, Tries tries, String loader) {
    this.schemas = schemas;
    this.warehouse = warehouse;
    this.tries = tries;
    this.loader = loader;
  }

  static MessageAttributes attributes(HubRecord record) throws MessageException {
    MessageAttributes attributes = record.attributes();
    if (attributes == null) {
      throw new MessageException(unreadable(record));
    }
    return attributes;
  }

  /** The sentence of the headers' reader, read again from what it read. */
  private static String unreadable(HubRecord record) {
    try {
      HeaderCodec.read(record.rawAttributes()::get);
    } catch (MessageException e) {
      return String.valueOf(e.getMessage());
    }
    return "the message's attributes cannot be read.";
  }

  /** A message of a row, whose table the warehouse has from now on. */
  Change change(MessageAttributes attributes, byte[] payload)
      throws MessageException, InterruptedException, StoppedException {
    SchemaRecord schema = known.get(attributes.schemaId());
    if (schema == null) {
      schema = find(attributes);
      try {
        prepare(schema);
      } catch (SchemaRefusedException e) {
        throw new MessageException(String.valueOf(e.getMessage()));
      }
    }
    return codecs
        .computeIfAbsent(attributes.source(), MessageCodec::new)
        .decode(attributes, payload, schema.schema());
  }

  private SchemaRecord find(MessageAttributes attributes)
      throws MessageException, InterruptedException, StoppedException {
    Optional<SchemaRecord> found = tries.get("schema", () -> schemas.find(attributes.schemaId()));
    if (found.isEmpty()) {
      throw new MessageException(
          "%s: schema %s is not in the schema store. Load the table again with `renkei reload %s`."
              .formatted(attributes.table(), attributes.schemaId(), attributes.table()));
    }
    SchemaRecord schema = found.get();
    if (!schema.schema().table().equals(attributes.table())) {
      throw new MessageException(
          "%s: its schema is that of %s. Look for another writer in the topic."
              .formatted(attributes.table(), schema.schema().table()));
    }
    return schema;
  }

  /** So that a table without rows appears too. */
  void prepareNewest(String source, TableName table) throws InterruptedException, StoppedException {
    Optional<SchemaRecord> newest =
        tries.get("schema", () -> schemas.of(source, table)).stream()
            .max(Comparator.comparing(SchemaRecord::firstSeen));
    if (newest.isEmpty()) {
      return;
    }
    try {
      prepare(newest.get());
    } catch (SchemaRefusedException e) {
      log.atWarn()
          .addKeyValue("loader", loader)
          .addKeyValue("table", table)
          .log("table refused: " + e.getMessage());
    }
  }

  private void prepare(SchemaRecord schema)
      throws InterruptedException, StoppedException, SchemaRefusedException {
    if (known.containsKey(schema.schemaId())) {
      return;
    }
    tries.run("preparing", () -> warehouse.prepare(schema), SchemaRefusedException.class);
    known.put(schema.schemaId(), schema);
    log.atInfo()
        .addKeyValue("loader", loader)
        .addKeyValue("table", schema.schema().table())
        .addKeyValue("schemaId", schema.schemaId())
        .log("schema prepared");
  }
}
