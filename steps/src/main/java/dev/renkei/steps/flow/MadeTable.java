package dev.renkei.steps.flow;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableSchema;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table that a flow makes: its rows as changes, which {@link TableMessages} write. */
public final class MadeTable implements Serializable {
  private static final long serialVersionUID = 1;

  private final String source;
  private final TableSchema schema;
  private final String schemaId;
  private transient @Nullable KeyFolding folding;

  /**
   * A table of a source's flows.
   *
   * @param schema has a key
   */
  public MadeTable(String source, TableSchema schema) {
    if (schema.key().isEmpty()) {
      throw new IllegalArgumentException(schema.table() + ": a table that is made has a key");
    }
    this.source = source;
    this.schema = schema;
    this.schemaId = SchemaCodec.id(schema);
  }

  public TableSchema schema() {
    return schema;
  }

  public String schemaId() {
    return schemaId;
  }

  /**
   * A row as it is now.
   *
   * @param type {@link ChangeType#INSERT} or {@link ChangeType#UPDATE}
   * @param values in the order of the columns; given away
   * @param made when the flow made it
   * @param commitTime when what it tells came to be; null where that is not known
   */
  public Change row(
      ChangeType type,
      Sequence sequence,
      @Nullable Object[] values,
      Instant made,
      @Nullable Instant commitTime) {
    Row row = new Row(schema, values);
    return change(type, sequence, folding().keyValues(row), row, made, commitTime);
  }

  /**
   * A row that is gone.
   *
   * @param key in key order
   */
  public Change delete(
      Sequence sequence,
      List<? extends @Nullable Object> key,
      Instant made,
      @Nullable Instant commitTime) {
    return change(ChangeType.DELETE, sequence, key, null, made, commitTime);
  }

  private Change change(
      ChangeType type,
      Sequence sequence,
      List<? extends @Nullable Object> key,
      @Nullable Row row,
      Instant made,
      @Nullable Instant commitTime) {
    return new Change(
        source,
        schema.table(),
        type,
        sequence,
        schemaId,
        folding().fold(key),
        Collections.unmodifiableList(key),
        row,
        null,
        commitTime,
        new Change.Poll(made, made, Duration.ZERO));
  }

  private KeyFolding folding() {
    KeyFolding made = folding;
    if (made == null) {
      made = KeyFolding.of(schema);
      folding = made;
    }
    return made;
  }
}
