package dev.renkei.beam.warehouse;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageIds.SnapshotRowId;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.snapshot.RowHash;
import dev.renkei.steps.flow.FlowMessage;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;
import org.apache.beam.sdk.values.KV;

/** What happens to a table, by its name as {@code MessageIds.ofTable} writes it. */
public sealed interface SnapshotEvent extends Serializable {
  /**
   * A closing has arrived.
   *
   * @param partition the one that it was written for
   */
  record Closed(SnapshotClosed closing, int partition) implements SnapshotEvent {}

  /**
   * A row is durable, or was set aside.
   *
   * @param hash of its id
   */
  record Arrived(Sequence stamp, Chunk chunk, long hash) implements SnapshotEvent {}

  /**
   * So many distinct rows of one attempt at a chunk have arrived.
   *
   * @param since when the first has
   */
  record Counted(Sequence stamp, Chunk chunk, long rows, Instant since) implements SnapshotEvent {}

  /** The table has changes; told now and then, so that old deletes are forgotten in time. */
  record Alive(TableName table) implements SnapshotEvent {}

  /** The row of a snapshot that has such an id; empty for another message. */
  static Optional<KV<String, SnapshotEvent>> rowOf(String messageId) {
    return SnapshotRowId.of(messageId)
        .map(
            id -> KV.of(id.table(), new Arrived(id.sequence(), id.chunk(), RowHash.of(messageId))));
  }

  static Optional<KV<String, SnapshotEvent>> rowOf(FlowMessage message) {
    String id = message.attributes().get(MessageAttributes.UNIQUE_ID);
    return id == null ? Optional.empty() : rowOf(id);
  }
}
