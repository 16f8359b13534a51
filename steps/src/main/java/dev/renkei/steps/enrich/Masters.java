package dev.renkei.steps.enrich;

import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.flow.TableMessages;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The masters' current schemas, asked for again now and then. Thread-safe. */
final class Masters {
  private static final long ABSENT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long PRESENT_NANOS = Duration.ofSeconds(30).toNanos();

  private final TableMessages messages;
  private final Map<TableName, Known> known = new ConcurrentHashMap<>();

  private record Known(@Nullable SchemaRecord schema, long askedNanos) {
    boolean isFresh(long now) {
      return now - askedNanos < (schema == null ? ABSENT_NANOS : PRESENT_NANOS);
    }
  }

  Masters(TableMessages messages) {
    this.messages = messages;
  }

  /** Null where no row of the table has come yet. */
  @Nullable SchemaRecord schema(TableName table) {
    long now = System.nanoTime();
    Known there = known.get(table);
    if (there == null || !there.isFresh(now)) {
      there = new Known(messages.current(table).orElse(null), now);
      known.put(table, there);
    }
    return there.schema();
  }
}
