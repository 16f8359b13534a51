package dev.renkei.hub.kafka;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorCodec;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Cursors of all trackers, from the compacted topic that publishers write in their transactions.
 */
final class KafkaCursors implements CursorStore, AutoCloseable {
  private final CompactedTopic topic;
  private final Map<String, Cursor> newest = new HashMap<>();

  KafkaCursors(KafkaSettings settings, Topics topics) {
    this.topic = new CompactedTopic(settings, topics.cursors(), this::remember);
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    newest.put(new String(record.key(), StandardCharsets.UTF_8), CursorCodec.read(record.value()));
  }

  @Override
  public synchronized Collection<Cursor> cursors(String source, TableName table)
      throws HubException {
    return cursors(source).stream().filter(cursor -> cursor.table().equals(table)).toList();
  }

  @Override
  public synchronized Collection<Cursor> cursors(String source) throws HubException {
    topic.readToEnd();
    return List.copyOf(
        newest.values().stream().filter(cursor -> cursor.source().equals(source)).toList());
  }

  @Override
  public void close() {
    topic.close();
  }
}
