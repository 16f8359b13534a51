package dev.renkei.bench.source;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.schema.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A hub that throws everything away at once, and knows one cursor: costs nothing. */
public final class DiscardingHub implements HubPublisher, CursorStore, ClaimStore, SchemaStore {
  private final @Nullable Cursor start;
  private final Map<String, Claim> claims = new ConcurrentHashMap<>();

  /**
   * An empty hub.
   *
   * @param start a tracker's last cursor; null where none is known
   */
  public DiscardingHub(@Nullable Cursor start) {
    this.start = start;
  }

  @Override
  public Lane lane() {
    return new DiscardingLane();
  }

  @Override
  public int partitions() {
    return 1;
  }

  @Override
  public void close() {}

  private static final class DiscardingLane implements Lane {
    @Override
    public boolean publish(EncodedMessage message) {
      return true;
    }

    @Override
    public void publish(ControlMessage message) {}

    @Override
    public CompletableFuture<Void> advance(Cursor cursor) {
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public Collection<Cursor> cursors(String source, TableName table) {
    return start != null && start.table().equals(table) ? List.of(start) : List.of();
  }

  @Override
  public Collection<Cursor> cursors(String source) {
    return start == null ? List.of() : List.of(start);
  }

  @Override
  public Optional<Claim> holder(String subject) {
    return Optional.ofNullable(claims.get(subject));
  }

  @Override
  public Claim claim(String subject, String claimant, String content) {
    return claims.computeIfAbsent(subject, s -> new Claim(s, claimant, content));
  }

  @Override
  public void put(SchemaRecord schema) {}

  @Override
  public Optional<SchemaRecord> find(String schemaId) {
    return Optional.empty();
  }

  @Override
  public Collection<SchemaRecord> of(String source, TableName table) {
    return List.of();
  }
}
