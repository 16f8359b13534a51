package dev.renkei.acceptance.faults;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import dev.renkei.hub.kafka.KafkaHub;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hub as a consumer does, and tells the longest pause between two changes of a busy
 * table: one that has changed at least every half second while it was looked at first.
 */
final class Freshness implements AutoCloseable {
  private static final Duration BUSY = Duration.ofMillis(500);

  /** With a machine that others use as well. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HubSubscription hub;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::read, "freshness");
  private final Map<TableName, Long> lastNanos = new HashMap<>();
  private final Map<TableName, Long> longestNanos = new HashMap<>();
  private boolean chosen;
  private @Nullable HubException failure;

  private Freshness(HubSubscription hub) {
    this.hub = hub;
  }

  /**
   * Looks which tables are busy, while this program writes.
   *
   * @throws AssertionError where it ends, or no table is busy within two minutes
   */
  static Freshness of(KafkaHub hub, Program writer) throws Exception {
    HubSubscription unique = hub.subscription(hub.hubTopic());
    unique.seek(unique.endOffsets());
    Freshness freshness = new Freshness(unique);
    freshness.thread.start();
    if (writer.awaitEnd(Duration.ofSeconds(1))) {
      throw new AssertionError(writer.lastWords());
    }
    long patient = System.nanoTime() + PATIENCE.toNanos();
    do {
      freshness.longestPause();
      if (writer.awaitEnd(Duration.ofSeconds(2)) || System.nanoTime() > patient) {
        throw new AssertionError("no table is busy; " + writer.lastWords());
      }
    } while (!freshness.keepBusyTables());
    return freshness;
  }

  /** False where none was busy of late. */
  private synchronized boolean keepBusyTables() {
    longestNanos.values().removeIf(pause -> pause > BUSY.toNanos());
    if (longestNanos.isEmpty()) {
      return false;
    }
    lastNanos.keySet().retainAll(longestNanos.keySet());
    chosen = true;
    return true;
  }

  private void read() {
    try {
      while (closing.getCount() > 0) {
        for (HubRecord record : hub.poll(Duration.ofMillis(100))) {
          MessageAttributes attributes = record.attributes();
          if (attributes != null) {
            arrived(attributes.table());
          }
        }
      }
    } catch (HubException e) {
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void arrived(TableName table) {
    long now = System.nanoTime();
    if (chosen && !lastNanos.containsKey(table)) {
      return;
    }
    Long last = lastNanos.put(table, now);
    longestNanos.merge(table, last == null ? 0 : now - last, Math::max);
  }

  private synchronized void failed(HubException e) {
    failure = e;
  }

  /** The longest pause of any busy table since this was asked last, also one that still lasts. */
  synchronized Duration longestPause() throws HubException {
    if (failure != null) {
      throw failure;
    }
    long now = System.nanoTime();
    long longest = 0;
    for (Map.Entry<TableName, Long> table : lastNanos.entrySet()) {
      longest =
          Math.max(
              longest,
              Math.max(now - table.getValue(), longestNanos.getOrDefault(table.getKey(), 0L)));
    }
    longestNanos.clear();
    return Duration.ofNanos(longest);
  }

  /** Whether something of every busy table has come since this moment. */
  synchronized boolean allSince(long nanos) {
    return lastNanos.values().stream().allMatch(last -> last - nanos > 0);
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join();
    hub.close();
  }
}
