package dev.renkei.demo;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A subscription that loses the changes of one row. */
public final class PlantedLoss implements HubSubscription {
  private final HubSubscription hub;
  private final LostRow lost;

  public PlantedLoss(HubSubscription hub, LostRow lost) {
    this.hub = hub;
    this.lost = lost;
  }

  @Override
  public List<HubRecord> poll(Duration atMost) throws HubException, InterruptedException {
    return hub.poll(atMost).stream().filter(record -> !lost.takes(record)).toList();
  }

  @Override
  public String streamId() {
    return hub.streamId();
  }

  @Override
  public int partitions() {
    return hub.partitions();
  }

  @Override
  public void seek(Map<Integer, Long> nextOffsets) throws HubException {
    hub.seek(nextOffsets);
  }

  @Override
  public void seekToTime(Instant time) throws HubException {
    hub.seekToTime(time);
  }

  @Override
  public Map<Integer, Long> nextOffsets() throws HubException {
    return hub.nextOffsets();
  }

  @Override
  public Map<Integer, Long> endOffsets() throws HubException {
    return hub.endOffsets();
  }

  @Override
  public void close() {
    hub.close();
  }
}
