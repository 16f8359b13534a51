package dev.renkei.sqlserver;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorCodec;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A hub in memory: what a lane publishes shows with its next cursor, or whenever a few have
 * gathered; a failure throws away what does not show yet.
 */
final class MemoryHub implements HubPublisher, CursorStore, ClaimStore, SchemaStore {
  static final int PARTITIONS = 2;
  private static final int GATHERED = 100;

  private final List<EncodedMessage> shown = new ArrayList<>();
  private final Map<String, Cursor> cursors = new LinkedHashMap<>();
  private final Map<String, Claim> claims = new HashMap<>();
  private final Map<String, SchemaRecord> schemas = new LinkedHashMap<>();
  private long failAfter = Long.MAX_VALUE;
  private @Nullable Semaphore gate;
  private final List<EncodedMessage> aside = new ArrayList<>();
  private @Nullable String tooMuch;
  private int failAdvances;
  private long published;
  private @Nullable HubException dead;
  private int failures;

  /** The message after so many more fails, once, and with it all that its lane has not shown. */
  synchronized void failAfter(long messages) {
    failAfter = messages;
  }

  /** The next cursors that stand behind rows are lost with these, and only their future tells. */
  synchronized void failAdvances(int count) {
    failAdvances = count;
  }

  /** Messages with this text in them are set aside. */
  synchronized void setAside(String text) {
    tooMuch = text;
  }

  synchronized List<EncodedMessage> aside() {
    return List.copyOf(aside);
  }

  /** Lets only so many messages pass until the gate is opened: back-pressure. */
  synchronized Semaphore gate(int messages) {
    gate = new Semaphore(messages);
    return gate;
  }

  /** Nothing can be published any more. */
  synchronized void die(String why) {
    dead = new HubException(why);
  }

  @Override
  public synchronized Optional<HubException> failure() {
    return Optional.ofNullable(dead);
  }

  synchronized int failures() {
    return failures;
  }

  synchronized List<EncodedMessage> shown() {
    return List.copyOf(shown);
  }

  synchronized long published() {
    return published;
  }

  @Override
  public Lane lane() {
    return new MemoryLane();
  }

  @Override
  public int partitions() {
    return PARTITIONS;
  }

  @Override
  public void close() {}

  private final class MemoryLane implements Lane {
    private final List<EncodedMessage> pending = new ArrayList<>();
    private boolean broken;

    @Override
    public boolean publish(EncodedMessage message) throws HubException, InterruptedException {
      Semaphore held;
      synchronized (MemoryHub.this) {
        held = gate;
      }
      if (held != null) {
        held.acquire();
      }
      synchronized (MemoryHub.this) {
        if (--failAfter == 0) {
          failAfter = Long.MAX_VALUE;
          failures++;
          broken = true;
          pending.clear();
        }
        refuseIfBroken();
        if (tooMuch != null
            && new String(message.payload(), StandardCharsets.UTF_8).contains(tooMuch)) {
          aside.add(message);
          return false;
        }
        published++;
        pending.add(message);
        if (pending.size() >= GATHERED) {
          show();
        }
        return true;
      }
    }

    @Override
    public void publish(ControlMessage message) throws HubException, InterruptedException {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        publish(message.encode(partition));
      }
    }

    @Override
    public CompletableFuture<Void> advance(Cursor cursor) throws HubException {
      synchronized (MemoryHub.this) {
        refuseIfBroken();
        if (failAdvances > 0 && pending.size() > 1) {
          failAdvances--;
          failures++;
          pending.clear();
          return CompletableFuture.failedFuture(new HubException("aborted"));
        }
        show();
        cursors.put(
            cursor.tracker() + "/" + cursor.source() + "/" + cursor.table(),
            CursorCodec.read(CursorCodec.write(cursor)));
        return CompletableFuture.completedFuture(null);
      }
    }

    private void show() {
      shown.addAll(pending);
      pending.clear();
    }

    private void refuseIfBroken() throws HubException {
      if (dead != null) {
        throw dead;
      }
      if (broken) {
        throw new HubException("the hub lost it");
      }
    }
  }

  @Override
  public synchronized Collection<Cursor> cursors(String source, TableName table) {
    return cursors.values().stream()
        .filter(c -> c.source().equals(source) && c.table().equals(table))
        .toList();
  }

  @Override
  public synchronized Collection<Cursor> cursors(String source) {
    return cursors.values().stream().filter(c -> c.source().equals(source)).toList();
  }

  @Override
  public synchronized Claim claim(String subject, String claimant, String content) {
    return claims.computeIfAbsent(subject, s -> new Claim(s, claimant, content));
  }

  @Override
  public synchronized Optional<Claim> holder(String subject) {
    return Optional.ofNullable(claims.get(subject));
  }

  @Override
  public synchronized void put(SchemaRecord schema) {
    schemas.putIfAbsent(schema.schemaId(), schema);
  }

  @Override
  public synchronized Optional<SchemaRecord> find(String schemaId) {
    return Optional.ofNullable(schemas.get(schemaId));
  }

  @Override
  public synchronized Collection<SchemaRecord> of(String source, TableName table) {
    return schemas.values().stream().filter(s -> s.schema().table().equals(table)).toList();
  }
}
