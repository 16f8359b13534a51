package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two trackers: one publishes new versions of new and of known keys, the other one publishes again
 * what the first has published, old and just now.
 */
final class RepeatingWriter {
  private static final int NEW_KEYS = 300;
  private static final int NEW_VERSIONS = 100;
  private static final int REPEATED = 250;
  private static final int RECENT = 2_000;

  /** So long between two rounds that the flow can follow. */
  private static final long PAUSE_MILLIS = 100;

  private final HubPublisher first;
  private final HubPublisher second;
  private final Random random;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "writer");
  private final List<EncodedMessage> published = new ArrayList<>();
  private final Map<String, List<Long>> versions = new HashMap<>();
  private int keys;
  private long version;
  private long repeated;
  private @Nullable Exception failure;

  RepeatingWriter(KafkaHub hub, Random random) throws HubException {
    this.first = hub.publisher("a", 16 << 20);
    this.second = hub.publisher("b", 16 << 20);
    this.random = random;
  }

  void start() {
    thread.start();
  }

  /** Ends with a message in each partition, behind everything else. */
  void finish() throws Exception {
    stopped.countDown();
    thread.join();
    if (failure != null) {
      throw failure;
    }
    HubPublisher.Lane lane = first.lane();
    lane.publish(
        new SnapshotClosed(
            ShopMessages.SOURCE, ShopMessages.STOCK, 1, 1, 1, first.partitions(), List.of()));
    advance(lane, "a");
    first.close();
    second.close();
  }

  /** What the hub must hold, by the row's key: each version once, in this order. */
  Map<String, List<Long>> expected() {
    return versions;
  }

  int keys() {
    return keys;
  }

  long repeated() {
    return repeated;
  }

  private void run() {
    HubPublisher.Lane news = first.lane();
    HubPublisher.Lane again = second.lane();
    try {
      do {
        publishNews(news);
        publishAgain(again);
      } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (Exception e) {
      failure = e;
    }
  }

  private void publishNews(HubPublisher.Lane lane) throws Exception {
    for (int i = 0; i < NEW_KEYS; i++) {
      publish(lane, keys++);
    }
    for (int i = 0; i < NEW_VERSIONS; i++) {
      publish(lane, random.nextInt(keys));
    }
    advance(lane, "a");
  }

  private void publish(HubPublisher.Lane lane, int product)
      throws HubException, InterruptedException {
    EncodedMessage message = ShopMessages.update(product, ++version, 1);
    lane.publish(message);
    published.add(message);
    versions
        .computeIfAbsent(
            new String(message.routingKey(), StandardCharsets.UTF_8), key -> new ArrayList<>(2))
        .add(version);
  }

  private void publishAgain(HubPublisher.Lane lane) throws Exception {
    int recent = Math.min(RECENT, published.size());
    for (int i = 0; i < REPEATED; i++) {
      int back = random.nextInt(i % 5 == 0 ? published.size() : recent);
      lane.publish(published.get(published.size() - 1 - back));
      repeated++;
    }
    advance(lane, "b");
  }

  private void advance(HubPublisher.Lane lane, String tracker)
      throws HubException, InterruptedException, ExecutionException {
    lane.advance(ShopMessages.cursor(tracker, version)).get();
  }
}
