package dev.renkei.sqlserver;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.TableAssignment;
import dev.renkei.core.hub.TableAssignment.MovedException;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.schema.TableName;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Says which tracker has which table; what another one publishes of it is refused. */
final class SharedTables {
  private final Map<TableName, Share> shares = new HashMap<>();
  private final Map<String, Runnable> listeners = new HashMap<>();
  private long lastTerm;

  private record Share(String tracker, long term) {}

  /** Gives a table to a tracker; whoever has it has it no longer. */
  void give(TableName table, String tracker) {
    Map<String, Runnable> told;
    synchronized (this) {
      shares.put(table, new Share(tracker, ++lastTerm));
      told = Map.copyOf(listeners);
    }
    told.values().forEach(Runnable::run);
  }

  private synchronized OptionalLong term(TableName table, String tracker) {
    Share share = shares.get(table);
    return share == null || !share.tracker().equals(tracker)
        ? OptionalLong.empty()
        : OptionalLong.of(share.term());
  }

  /** A tracker's publisher into a hub. */
  HubPublisher publisher(String tracker, MemoryHub hub) {
    return new Sharing(tracker, hub);
  }

  private final class Sharing implements HubPublisher, TableAssignment {
    private final String tracker;
    private final MemoryHub hub;

    Sharing(String tracker, MemoryHub hub) {
      this.tracker = tracker;
      this.hub = hub;
    }

    @Override
    public TableAssignment assignment() {
      return this;
    }

    @Override
    public OptionalLong term(String source, TableName table) {
      return SharedTables.this.term(table, tracker);
    }

    @Override
    public boolean isExclusive() {
      return true;
    }

    @Override
    public void onChange(Runnable listener) {
      synchronized (SharedTables.this) {
        listeners.put(tracker, listener);
      }
    }

    @Override
    public Lane lane() {
      return new SharingLane(tracker, hub.lane());
    }

    @Override
    public int partitions() {
      return hub.partitions();
    }

    @Override
    public void close() {}
  }

  private final class SharingLane implements HubPublisher.Lane {
    private final String tracker;
    private final HubPublisher.Lane lane;
    private long term;

    SharingLane(String tracker, HubPublisher.Lane lane) {
      this.tracker = tracker;
      this.lane = lane;
    }

    private void check(TableName table) throws HubException {
      OptionalLong now = term(table, tracker);
      if (now.isEmpty() || (term != 0 && now.getAsLong() != term)) {
        throw new MovedException(table + ": another tracker has this table now");
      }
      term = now.getAsLong();
    }

    @Override
    public boolean publish(EncodedMessage message) throws HubException, InterruptedException {
      check(message.attributes().table());
      return lane.publish(message);
    }

    @Override
    public void publish(ControlMessage message) throws HubException, InterruptedException {
      check(message.encode(0).attributes().table());
      lane.publish(message);
    }

    @Override
    public CompletableFuture<Void> advance(Cursor cursor)
        throws HubException, InterruptedException {
      check(cursor.table());
      return lane.advance(cursor);
    }
  }
}
