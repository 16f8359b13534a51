package dev.renkei.demo;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A subscription that loses the changes of one row: they are acknowledged, and nobody gets them.
 */
public final class PlantedDeliveryLoss implements AcknowledgedSubscription {
  private final AcknowledgedSubscription hub;
  private final LostRow lost;

  public PlantedDeliveryLoss(AcknowledgedSubscription hub, LostRow lost) {
    this.hub = hub;
    this.lost = lost;
  }

  @Override
  public List<Delivery> poll(Duration atMost) throws HubException, InterruptedException {
    List<Delivery> passed = new ArrayList<>();
    for (Delivery delivery : hub.poll(atMost)) {
      if (lost.takes(delivery.message())) {
        delivery.acknowledge();
      } else {
        passed.add(delivery);
      }
    }
    return passed;
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
    hub.close();
  }
}
