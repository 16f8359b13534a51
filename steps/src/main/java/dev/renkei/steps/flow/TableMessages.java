package dev.renkei.steps.flow;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a flow as changes of tables, and changes as messages. A schema is looked up when
 * a message first names it, and kept; one of the flow's own making is stored before the first
 * message that uses it is handed out.
 *
 * <p>Travels with the step that holds it; each copy opens the schemas when it first needs them, and
 * lets them go when it is released. Any number of threads may use one copy.
 *
 * <p>All methods throw {@link SchemasUnreachableException} where the schemas cannot be reached.
 */
public final class TableMessages implements Serializable {
  private static final long serialVersionUID = 1;

  private final String source;
  private final SchemaAccess access;
  private transient volatile @Nullable Copy copy;

  /** What a copy has open, and what it knows. */
  private record Copy(
      OpenSchemas schemas,
      MessageCodec codec,
      Map<String, SchemaRecord> known,
      Set<String> stored) {}

  /**
   * Messages of a source.
   *
   * @param source its configured name
   */
  public TableMessages(String source, SchemaAccess access) {
    this.source = source;
    this.access = access;
  }

  /** The configured name of the source. */
  public String source() {
    return source;
  }

  /** The attributes of a message. */
  public static MessageAttributes attributes(FlowMessage message) throws MessageException {
    return HeaderCodec.read(message.attributes()::get);
  }

  /**
   * Reads the change of a message that is none of control.
   *
   * @throws MessageException where it cannot be read, or its schema is not in the store's whole
   *     length (SEMANTICS 20): it goes to dead letters with this sentence
   */
  public Change read(MessageAttributes attributes, FlowMessage message) throws MessageException {
    return copy().codec().decode(attributes, message.payload(), schema(attributes).schema());
  }

  /** The schema that a message about a row names, as {@link #read} finds it. */
  public SchemaRecord schema(MessageAttributes attributes) throws MessageException {
    SchemaRecord known = copy().known().get(attributes.schemaId());
    if (known == null) {
      known =
          find(attributes.schemaId())
              .orElseThrow(
                  () ->
                      new MessageException(
                          "%s: schema %s is not in the schema store. Load the table again with `renkei reload %s`."
                              .formatted(
                                  attributes.table(), attributes.schemaId(), attributes.table())));
      copy().known().put(attributes.schemaId(), known);
    }
    if (!known.schema().table().equals(attributes.table())) {
      throw new MessageException(
          "%s: its schema is that of %s. Look for another writer in the topic."
              .formatted(attributes.table(), known.schema().table()));
    }
    return known;
  }

  /**
   * The current schema of a table: the one that was first seen last; empty where none is stored
   * yet. Reads the store to its end each time.
   */
  public Optional<SchemaRecord> current(TableName table) {
    try {
      return copy().schemas().store().of(source, table).stream()
          .max(Comparator.comparing(SchemaRecord::firstSeen));
    } catch (HubException e) {
      throw new SchemasUnreachableException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Optional<SchemaRecord> find(String schemaId) {
    try {
      return copy().schemas().store().find(schemaId);
    } catch (HubException e) {
      throw new SchemasUnreachableException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The current schema of a table, of those that are stored now. */
  public Optional<SchemaRecord> newest(TableName table) {
    try {
      return copy().schemas().store().of(source, table).stream()
          .max(Comparator.comparing(SchemaRecord::firstSeen));
    } catch (HubException e) {
      throw new SchemasUnreachableException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Makes the message of a change; its schema is stored when it returns.
   *
   * @param schema the one that {@code change.schemaId()} names
   * @throws IllegalArgumentException for a value that its column cannot hold
   */
  public FlowMessage write(Change change, TableSchema schema) {
    return message(encode(change, schema));
  }

  /** The same, for whoever changes the attributes. */
  public EncodedMessage encode(Change change, TableSchema schema) {
    store(change.schemaId(), schema, change.sequence());
    return copy().codec().encode(change, schema);
  }

  /** A message as flows hand it on. */
  public static FlowMessage message(EncodedMessage encoded) {
    Map<String, String> attributes = new HashMap<>();
    HeaderCodec.write(encoded.attributes(), attributes::put);
    return new FlowMessage(attributes, encoded.routingKey(), encoded.payload());
  }

  /**
   * Sees that a schema is stored; storing it again changes nothing.
   *
   * @param schemaId its {@link SchemaCodec#id}
   * @param firstSeen the sequence of the first row that uses it
   */
  public void store(String schemaId, TableSchema schema, Sequence firstSeen) {
    if (copy().stored().contains(schemaId)) {
      return;
    }
    if (!SchemaCodec.id(schema).equals(schemaId)) {
      throw new IllegalArgumentException(
          "%s: %s is not the id of this schema".formatted(schema.table(), schemaId));
    }
    try {
      copy().schemas().store().put(new SchemaRecord(source, schemaId, schema, firstSeen));
    } catch (HubException e) {
      throw new SchemasUnreachableException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    copy().stored().add(schemaId);
  }

  private Copy copy() {
    Copy open = copy;
    return open == null ? open() : open;
  }

  private synchronized Copy open() {
    Copy open = copy;
    if (open == null) {
      try {
        open =
            new Copy(
                access.open(),
                new MessageCodec(source),
                new ConcurrentHashMap<>(),
                ConcurrentHashMap.newKeySet());
      } catch (HubException e) {
        throw new SchemasUnreachableException(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      copy = open;
    }
    return open;
  }

  /** Lets go what this copy holds open; it is opened again when needed. */
  public synchronized void release() {
    Copy open = copy;
    copy = null;
    if (open != null) {
      open.schemas().close();
    }
  }

  private static SchemasUnreachableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new SchemasUnreachableException(e);
  }
}
