package dev.renkei.demo;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subscription that loses the changes of one row: of the first one that it sees inserted or
 * updated after {@link #activate}, and everything of it from then on. The row's last version can
 * then not reach the warehouse, whatever happens to it later; its snapshot rows pass.
 */
public final class PlantedLoss implements HubSubscription {
  private final HubSubscription hub;
  private volatile boolean active;
  private volatile byte @Nullable [] lost;
  private volatile @Nullable Planted planted;

  public PlantedLoss(HubSubscription hub) {
    this.hub = hub;
  }

  /** From now on; any thread may say so. */
  public void activate() {
    active = true;
  }

  /** Whose changes are lost; empty before the first one was. */
  public Optional<Planted> planted() {
    return Optional.ofNullable(planted);
  }

  @Override
  public List<HubRecord> poll(Duration atMost) throws HubException, InterruptedException {
    List<HubRecord> records = hub.poll(atMost);
    if (!active) {
      return records;
    }
    List<HubRecord> passed = new ArrayList<>(records.size());
    for (HubRecord record : records) {
      if (!isLost(record)) {
        passed.add(record);
      }
    }
    return passed;
  }

  private boolean isLost(HubRecord record) {
    var attributes = record.attributes();
    byte[] key = record.routingKey();
    if (attributes == null || key == null) {
      return false;
    }
    ChangeType type = attributes.type();
    boolean upsert = type == ChangeType.INSERT || type == ChangeType.UPDATE;
    if (lost == null && upsert) {
      lost = key;
      planted = new Planted(attributes.table(), KeyText.ofRoutingKey(key));
    }
    return (upsert || type == ChangeType.DELETE) && Arrays.equals(key, lost);
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
