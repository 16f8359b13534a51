package dev.renkei.loader.verify;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.source.SourceRows;
import dev.renkei.core.warehouse.Comparison;
import dev.renkei.core.warehouse.Comparison.Difference;
import dev.renkei.core.warehouse.Comparison.Kind;
import dev.renkei.core.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A source and a warehouse in memory, with nothing between them but an honest delivery: a row of
 * one number by a number. Something may happen at the source before and after each call.
 */
final class TwoSides implements SourceRows, Warehouse, Arrivals {
  private static final KeyFolding FOLDING = KeyFolding.of(Shop.SCHEMA);

  /** What the source has, by key; null for a deleted one. */
  private final Map<Integer, Written> source = new TreeMap<>();

  /** What the warehouse has; null for a deleted row. */
  final Map<Integer, Written> held = new TreeMap<>();

  final Map<Integer, Runnable> events = new HashMap<>();
  private final boolean eager;
  private long version = 1;
  private int moment;
  int closed;

  record Written(@Nullable Integer value, long version) {}

  /**
   * @param eager whether the delivery brings also what is newer than what is waited for
   */
  TwoSides(boolean eager) {
    this.eager = eager;
  }

  void put(int key, @Nullable Integer value) {
    source.put(key, new Written(value, ++version));
  }

  /** Delivers what was last written up to a version, once. */
  void deliver(long upTo) {
    source.forEach(
        (key, written) -> {
          Written before = held.get(key);
          boolean newer =
              before == null ? !delivered.contains(written) : before.version() < written.version();
          if (written.version() <= upTo && newer && delivered.add(written)) {
            held.put(key, written);
          }
        });
  }

  private final Set<Written> delivered = new HashSet<>();

  void deliverAll() {
    deliver(Long.MAX_VALUE);
  }

  /** Whether both sides have the same rows. */
  boolean isEqual() {
    return rows(source).equals(rows(held));
  }

  private static Map<Integer, Integer> rows(Map<Integer, Written> of) {
    Map<Integer, Integer> rows = new TreeMap<>();
    of.forEach(
        (key, written) -> {
          Integer value = written.value();
          if (value != null) {
            rows.put(key, value);
          }
        });
    return rows;
  }

  int moments() {
    return moment;
  }

  private void tick() {
    Runnable event = events.get(moment++);
    if (event != null) {
      event.run();
    }
  }

  static RowKey key(int id) {
    return FOLDING.fold(List.of(id));
  }

  private static int id(RowKey key) {
    return (Integer) FOLDING.unfold(key).get(0);
  }

  // ---- the source ----

  @Override
  public Standing look(TableName table) {
    tick();
    return new Standing(Shop.SCHEMA, Shop.record(Shop.SCHEMA).schemaId(), 7, 1, version);
  }

  @Override
  public <E extends Exception> void all(Standing table, Sink<E> sink)
      throws E, InterruptedException {
    tick();
    List<Integer> keys = new ArrayList<>(new TreeSet<>(source.keySet()));
    for (int key : keys) {
      read(key, sink);
      tick();
    }
  }

  private <E extends Exception> void read(int key, Sink<E> sink) throws E, InterruptedException {
    Written written = source.get(key);
    Integer value = written == null ? null : written.value();
    if (value != null) {
      Row row = new Row(Shop.SCHEMA, new Object[] {key, value});
      sink.take(List.of(new ReadRow(key(key), List.of(key), row)));
    }
  }

  @Override
  public <E extends Exception> void some(Standing table, Collection<RowKey> keys, Sink<E> sink)
      throws E, InterruptedException {
    tick();
    for (RowKey key : keys) {
      read(id(key), sink);
    }
    tick();
  }

  @Override
  public Set<RowKey> changed(Standing table, long after, Collection<RowKey> keys) {
    tick();
    Set<RowKey> changed = new HashSet<>();
    for (RowKey key : keys) {
      Written written = source.get(id(key));
      if (written != null && written.version() > after) {
        changed.add(key);
      }
    }
    return changed;
  }

  // ---- the way between ----

  @Override
  public Ground ground(Standing table) {
    return new Ground.Firm(1);
  }

  @Override
  public void await(Standing table, int epoch) {
    tick();
    deliver(eager ? Long.MAX_VALUE : table.version());
    tick();
  }

  // ---- the warehouse ----

  @Override
  public Comparison compare(SchemaRecord schema) {
    return new InMemory();
  }

  private final class InMemory implements Comparison {
    private final Map<Integer, Integer> read = new HashMap<>();
    private final TreeMap<String, Difference> found = new TreeMap<>();
    private boolean again;

    @Override
    public void add(List<Change> rows) {
      for (Change change : rows) {
        Row row = java.util.Objects.requireNonNull(change.row());
        read.put((Integer) row.value(0), (Integer) row.value(1));
      }
    }

    @Override
    public void compare() {
      Set<Integer> keys = new TreeSet<>(read.keySet());
      keys.addAll(held.keySet());
      Map<String, Difference> before = new TreeMap<>(found);
      found.clear();
      for (int id : keys) {
        RowKey key = key(id);
        if (!again || before.containsKey(key.folded())) {
          Written there = held.get(id);
          Integer here = read.get(id);
          Integer value = there == null ? null : there.value();
          if (here == null ? value != null : !here.equals(value)) {
            Kind kind =
                here == null
                    ? Kind.ONLY_IN_WAREHOUSE
                    : value == null ? Kind.MISSING : Kind.DIFFERENT;
            Sequence sequence = there == null ? null : new Sequence(1, there.version(), 0);
            found.put(key.folded(), new Difference(kind, key, sequence));
          }
        }
      }
      again = true;
      read.clear();
      tick();
    }

    @Override
    public List<Difference> differences(@Nullable RowKey after, int most) {
      return (after == null ? found : found.tailMap(after.folded(), false))
          .values().stream().limit(most).toList();
    }

    @Override
    public void leaveOut(Collection<RowKey> keys) {
      keys.forEach(key -> found.remove(key.folded()));
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Override
  public Map<Integer, Long> positions(String streamId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> streams() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void prepare(SchemaRecord schema) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sweep(Sweep sweep, String streamId, Map<Integer, Long> nextOffsets) {
    throw new UnsupportedOperationException();
  }

  @Override
  public QueryResult query(String sql, int maxRows) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
