package dev.renkei.core.message;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside the payload: enough to remove duplicates, filter and route without parsing it
 * ({@code docs/design.md}, "The message").
 *
 * @param uniqueId {@code message_unique_id}, at most 512 bytes in UTF-8
 * @param schemaId {@link #NO_SCHEMA} for a control message
 * @param contentHash 64 bits over the canonical row; 0 for a delete and for control messages
 * @param trace names the poll that read it, in logs; null where nobody has named it
 */
public record MessageAttributes(
    String uniqueId,
    TableName table,
    ChangeType type,
    Sequence sequence,
    String schemaId,
    String source,
    long contentHash,
    @Nullable Instant commitTime,
    @Nullable String trace) {
  private static final Pattern A_TRACE = Pattern.compile("[0-9a-f]{1,64}");

  /** Of a poll without a name. */
  public MessageAttributes(
      String uniqueId,
      TableName table,
      ChangeType type,
      Sequence sequence,
      String schemaId,
      String source,
      long contentHash,
      @Nullable Instant commitTime) {
    this(uniqueId, table, type, sequence, schemaId, source, contentHash, commitTime, null);
  }

  public MessageAttributes {
    if (uniqueId.isEmpty() || source.isEmpty() || schemaId.isEmpty()) {
      throw new IllegalArgumentException(table + ": a message without id, source or schema");
    }
  }

  /** The name of a poll as it arrived; null where there is none, or none that logs can show. */
  static @Nullable String trace(@Nullable String text) {
    return text != null && A_TRACE.matcher(text).matches() ? text : null;
  }

  /** What stands for the schema of a message without a row. */
  public static final String NO_SCHEMA = "none";

  public static final String UNIQUE_ID = "message_unique_id";
  public static final String TABLE_NAME = "table_name";
  public static final String TYPE = "changetrack_type";
  public static final String VERSION = "changetrack_ver";
  public static final String EPOCH = "epoch";
  public static final String SNAPSHOT = "snapshot";
  public static final String SCHEMA_ID = "schema_id";
  public static final String SOURCE = "source";
  public static final String CONTENT_HASH = "content_hash";
  public static final String COMMIT_TIME = "commit_time";
  public static final String TRACE = "trace_id";
}
