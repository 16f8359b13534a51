package dev.renkei.notifier;

import dev.renkei.core.change.RowKey;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A stream of notifications in memory, and the dead letters beside it. */
final class Mailbox implements Notifier.Stream, DeadLetters {
  private final List<HubRecord> all = new CopyOnWriteArrayList<>();
  private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
  private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
  private volatile int refusals;

  /** A notification of a rule for a row. */
  void put(String rule, String row, String id) {
    all.add(
        new HubRecord(
            0,
            all.size(),
            0,
            null,
            Map.of("rule", rule, "message_unique_id", id, "table_name", "dbo.Stock"),
            MessageIds.routingKey(
                "shop", new TableName("dbo", "Stock"), new RowKey("[\"" + row + "\"]")),
            "{\"id\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8)));
  }

  /** One with these attributes, for any row. */
  void put(Map<String, String> attributes) {
    all.add(
        new HubRecord(
            0, all.size(), 0, null, attributes, null, "{}".getBytes(StandardCharsets.UTF_8)));
  }

  /** So many dead letters are not taken. */
  void refuseLetters(int times) {
    refusals = times;
  }

  /** Offsets, each as often as it was acknowledged. */
  List<Long> acknowledged() {
    return acknowledged.stream().sorted().toList();
  }

  List<DeadLetter> letters() {
    return List.copyOf(letters);
  }

  @Override
  public String name() {
    return "renkei.notifications";
  }

  @Override
  public SharedReader reader(String reader) {
    return new Reader();
  }

  private final class Reader implements SharedReader {
    private int next;

    @Override
    public List<Delivery> poll(Duration atMost) throws InterruptedException {
      long end = System.nanoTime() + atMost.toNanos();
      while (next >= all.size() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      List<Delivery> deliveries = new ArrayList<>();
      while (next < all.size()) {
        deliveries.add(new Given(all.get(next++)));
      }
      return deliveries;
    }

    @Override
    public void close() {}
  }

  private final class Given implements Delivery {
    private final HubRecord message;

    Given(HubRecord message) {
      this.message = message;
    }

    @Override
    public HubRecord message() {
      return message;
    }

    @Override
    public void acknowledge() {
      acknowledged.add(message.offset());
    }

    @Override
    public void release() {}
  }

  @Override
  public synchronized void put(DeadLetter letter) throws HubException {
    if (refusals > 0) {
      refusals--;
      throw new HubException("not now");
    }
    letters.add(letter);
  }

  @Override
  public List<DeadLetter> newest(int atMost) {
    return letters();
  }
}
