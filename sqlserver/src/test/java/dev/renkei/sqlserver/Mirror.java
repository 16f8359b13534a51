package dev.renkei.sqlserver;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A consumer as SEMANTICS 10 and 18 have it: by sequence, with tombstones and sweeps. */
final class Mirror {
  private record Known(Sequence sequence, @Nullable Row row) {}

  private final Map<String, Known> rows = new HashMap<>();
  private final Map<Sequence, Set<Integer>> closings = new HashMap<>();
  private Sequence floor = Sequence.ZERO;

  /** The rows of a table after all that the hub shows, by folded key. */
  static Map<String, Row> of(MemoryHub hub, String source, TableName table) throws Exception {
    Mirror mirror = new Mirror();
    MessageCodec codec = new MessageCodec(source);
    for (EncodedMessage message : hub.shown()) {
      if (!message.attributes().table().equals(table)) {
        continue;
      }
      if (message.attributes().type() == ChangeType.CONTROL) {
        mirror.close(ControlMessage.decode(message.attributes(), message.payload()));
      } else {
        var schema = hub.find(message.attributes().schemaId()).orElseThrow().schema();
        mirror.apply(codec.decode(message.attributes(), message.payload(), schema));
      }
    }
    Map<String, Row> present = new TreeMap<>();
    mirror.rows.forEach(
        (key, known) -> {
          if (known.row() != null) {
            present.put(key, known.row());
          }
        });
    return present;
  }

  private void apply(Change change) {
    if (change.sequence().compareTo(floor) < 0) {
      return;
    }
    Known known = rows.get(change.key().folded());
    if (known == null || change.sequence().compareTo(known.sequence()) > 0) {
      rows.put(change.key().folded(), new Known(change.sequence(), change.row()));
    }
  }

  private void close(ControlMessage.Addressed closing) {
    SnapshotClosed snapshot = (SnapshotClosed) closing.message();
    if (snapshot.part() != null) {
      return;
    }
    Set<Integer> arrived = closings.computeIfAbsent(snapshot.start(), s -> new HashSet<>());
    if (arrived.add(closing.partition()) && arrived.size() == snapshot.partitionCount()) {
      floor = snapshot.start();
      rows.replaceAll(
          (key, known) ->
              known.sequence().compareTo(snapshot.start()) < 0
                  ? new Known(snapshot.start(), null)
                  : known);
    }
  }
}
