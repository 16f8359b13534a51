package dev.renkei.acceptance.faults;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A subscription as bad as Pub/Sub may be: messages come in another order, some twice, some once
 * more much later, and some are given back so that they are delivered again.
 */
final class Disorder implements AcknowledgedSubscription {
  private static final int HELD = 200;

  private final AcknowledgedSubscription hub;
  private final Random random;
  private final List<Delivery> held = new ArrayList<>();
  private final Deque<HubRecord> old = new ArrayDeque<>();
  private final AtomicInteger copies = new AtomicInteger();
  private final AtomicInteger givenBack = new AtomicInteger();

  Disorder(AcknowledgedSubscription hub, long seed) {
    this.hub = hub;
    this.random = new Random(seed);
  }

  /** How many messages have been delivered that were delivered before. */
  int copies() {
    return copies.get();
  }

  /** How many messages were given back to be delivered again. */
  int givenBack() {
    return givenBack.get();
  }

  @Override
  public List<Delivery> poll(Duration atMost) throws HubException, InterruptedException {
    List<Delivery> arrived = hub.poll(atMost);
    for (Delivery delivery : arrived) {
      if (random.nextInt(20) == 0) {
        delivery.release();
        givenBack.incrementAndGet();
      } else {
        held.add(delivery);
      }
    }
    Collections.shuffle(held, random);
    int now = arrived.isEmpty() ? held.size() : Math.max(0, held.size() - random.nextInt(HELD));
    List<Delivery> passed = new ArrayList<>(held.subList(0, now));
    held.subList(0, now).clear();
    for (Delivery delivery : List.copyOf(passed)) {
      if (random.nextInt(10) == 0) {
        passed.add(random.nextInt(passed.size() + 1), new Copy(delivery.message()));
        copies.incrementAndGet();
      }
      remember(delivery.message());
    }
    if (!old.isEmpty() && random.nextInt(3) == 0) {
      passed.add(new Copy(old.removeFirst()));
      copies.incrementAndGet();
    }
    return passed;
  }

  private void remember(HubRecord message) {
    if (random.nextInt(10) == 0) {
      old.addLast(message);
    }
  }

  /** Delivered before: nobody waits for its acknowledgement. */
  private record Copy(HubRecord message) implements Delivery {
    @Override
    public void acknowledge() {}

    @Override
    public void release() {}
  }

  @Override
  public void seek(Instant from) throws HubException, InterruptedException {
    hub.seek(from);
  }

  @Override
  public boolean takeBeginning() throws HubException, InterruptedException {
    return hub.takeBeginning();
  }

  @Override
  public Optional<Instant> markedAt(String mark) throws HubException, InterruptedException {
    return hub.markedAt(mark);
  }

  @Override
  public void seekToMark(String mark) throws HubException, InterruptedException {
    hub.seekToMark(mark);
  }

  @Override
  public String streamId() {
    return hub.streamId();
  }

  @Override
  public void close() {
    held.forEach(Delivery::release);
    hub.close();
  }
}
