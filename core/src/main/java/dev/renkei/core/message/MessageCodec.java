package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.TableSchema;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes of one source as messages, and back ({@code docs/design.md}, "The message").
 *
 * <p>Thread-safe; each thread has buffers of its own, which hold the largest message that it met,
 * up to a mebibyte in between.
 */
public final class MessageCodec {
  /** Sized for texts of a gibibyte: what a hub takes is the hub's to say. */
  static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .rootValueSeparator((String) null)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final String source;
  private final Map<String, SchemaPlan> plans = new ConcurrentHashMap<>();
  private final ThreadLocal<PayloadWriter> writers = ThreadLocal.withInitial(PayloadWriter::new);
  private final ThreadLocal<PollMemory> polls = ThreadLocal.withInitial(PollMemory::new);

  /**
   * @param source the configured name of the source, part of every id
   */
  public MessageCodec(String source) {
    if (source.isEmpty()) {
      throw new IllegalArgumentException("a source without a name");
    }
    this.source = source;
  }

  /**
   * Makes the message of a change.
   *
   * @param schema the schema that {@code change.schemaId()} names
   * @throws IllegalArgumentException for a change of another source, and for a value that its
   *     column cannot hold; the sentence names the column
   */
  public EncodedMessage encode(Change change, TableSchema schema) {
    if (!change.source().equals(source)) {
      throw new IllegalArgumentException(
          "a change of source %s given to the codec of %s".formatted(change.source(), source));
    }
    SchemaPlan plan = plan(change.schemaId(), schema);
    PayloadWriter writer = writers.get();
    PayloadWriter.Written written;
    try {
      written = writer.write(change, plan);
    } catch (RuntimeException e) {
      writers.remove(); // it stands in the middle of a payload
      throw e;
    }
    Change.Chunk chunk = change.chunk();
    String id =
        chunk == null
            ? MessageIds.ofChange(source, change.table(), change.sequence(), change.key())
            : MessageIds.ofSnapshotRow(
                source, change.table(), change.sequence(), chunk, change.key());
    MessageAttributes attributes =
        new MessageAttributes(
            id,
            change.table(),
            change.type(),
            change.sequence(),
            change.schemaId(),
            source,
            written.contentHash(),
            change.commitTime(),
            change.poll().trace());
    return new EncodedMessage(
        attributes, MessageIds.routingKey(source, change.table(), change.key()), written.payload());
  }

  /**
   * Reads a message. Columns may stand in any order, but there must be exactly those of the schema,
   * each with a value that its type can hold; attributes of later versions are passed over.
   *
   * @param schema the schema that {@code attributes.schemaId()} names
   */
  public Change decode(MessageAttributes attributes, byte[] payload, TableSchema schema)
      throws MessageException {
    if (!attributes.source().equals(source)) {
      throw new MessageException(
          "%s: a message of source %s read for source %s. Each source needs a configuration of its own."
              .formatted(attributes.table(), attributes.source(), source));
    }
    if (attributes.type() == ChangeType.CONTROL) {
      throw new MessageException(attributes.table() + ": a control message read as a change.");
    }
    SchemaPlan plan = plan(attributes.schemaId(), schema);
    return new PayloadReader(attributes, plan, polls.get()).read(payload);
  }

  /**
   * SHA-256 of a row in hex: what identifies it in a table without a key ({@link
   * TableSchema#KEYLESS_IDENTITY}).
   */
  public String rowHash(Row row, String schemaId) {
    PayloadWriter writer = writers.get();
    try {
      return HexFormat.of().formatHex(writer.digest(row, plan(schemaId, row.schema())));
    } catch (RuntimeException e) {
      writers.remove();
      throw e;
    }
  }

  private SchemaPlan plan(String schemaId, TableSchema schema) {
    SchemaPlan plan = plans.get(schemaId);
    if (plan == null) {
      plan = plans.computeIfAbsent(schemaId, id -> new SchemaPlan(schema));
    }
    if (!plan.schema().equals(schema)) {
      throw new IllegalArgumentException(
          "%s: schema %s is another one than before".formatted(schema.table(), schemaId));
    }
    return plan;
  }
}
