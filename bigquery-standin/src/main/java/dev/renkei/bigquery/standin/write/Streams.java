package dev.renkei.bigquery.standin.write;

import com.google.cloud.bigquery.storage.v1.WriteStream;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.RowChange;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import dev.renkei.bigquery.standin.store.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All write streams by name. A table's default stream is there as long as the table is. */
final class Streams {
  private static final String DEFAULT = "/_default";

  private final Store store;
  private final Map<String, Stream> streams = new ConcurrentHashMap<>();

  Streams(Store store) {
    this.store = store;
  }

  Stream create(StoredTable table, WriteStream.Type type) {
    String name = table.name().path() + "/streams/s" + Long.toHexString(store.nextId());
    Stream stream = new Stream(name, table, type, State.NEW);
    streams.put(name, stream);
    store.saveStream(name, type + " " + stream.state.kept());
    return stream;
  }

  /**
   * @param given {@code .../_default} and {@code .../streams/_default} are the same stream
   * @throws ApiException when there is no such stream or no such table any more
   */
  Stream get(String given) {
    String name = given.replace("/streams/_default", DEFAULT);
    StoredTable table;
    try {
      table = store.table(TableName.ofPath(name));
    } catch (ApiException e) {
      throw e.code() == 404 ? missing(name) : e;
    }
    if (name.endsWith(DEFAULT)) {
      return new Stream(name, table, WriteStream.Type.COMMITTED, State.NEW);
    }
    Stream stream = streams.computeIfAbsent(name, n -> resumed(n, table));
    if (stream.table != table) {
      throw missing(name);
    }
    return stream;
  }

  private Stream resumed(String name, StoredTable table) {
    String kept = store.streams().get(name);
    if (kept == null) {
      throw missing(name);
    }
    String[] words = kept.split(" ");
    return new Stream(
        name,
        table,
        WriteStream.Type.valueOf(words[0]),
        new State(
            Long.parseLong(words[1]),
            Boolean.parseBoolean(words[2]),
            Boolean.parseBoolean(words[3])));
  }

  private static ApiException missing(String name) {
    return ApiException.notFound("Requested entity was not found. Entity: " + name);
  }

  private record State(long next, boolean finished, boolean committed) {
    static final State NEW = new State(0, false, false);

    String kept() {
      return next + " " + finished + " " + committed;
    }
  }

  /** One stream. Thread-safe; rows of a pending one live in memory until they are committed. */
  final class Stream {
    private final String name;
    private final StoredTable table;
    private final WriteStream.Type type;
    private final List<RowChange> pending = new ArrayList<>();
    private State state;

    private Stream(String name, StoredTable table, WriteStream.Type type, State state) {
      this.name = name;
      this.table = table;
      this.type = type;
      this.state = state;
    }

    String name() {
      return name;
    }

    StoredTable table() {
      return table;
    }

    WriteStream.Type type() {
      return type;
    }

    boolean isDefault() {
      return name.endsWith(DEFAULT);
    }

    synchronized boolean isFinished() {
      return state.finished();
    }

    synchronized boolean isCommitted() {
      return state.committed();
    }

    synchronized long next() {
      return state.next();
    }

    /**
     * @return the offset of the first of the rows
     */
    synchronized long append(List<RowChange> rows) {
      if (isDefault()) {
        table.append(rows, "");
        return 0;
      }
      long first = state.next();
      State after = new State(first + rows.size(), false, false);
      if (type == WriteStream.Type.PENDING) {
        pending.addAll(rows);
        keep(after);
      } else {
        table.append(rows, store.keepStream(name, type + " " + after.kept()));
        state = after;
      }
      return first;
    }

    synchronized long finish() {
      keep(new State(state.next(), true, state.committed()));
      return state.next();
    }

    synchronized void commit() {
      State after = new State(state.next(), true, true);
      table.append(pending, store.keepStream(name, type + " " + after.kept()));
      pending.clear();
      state = after;
    }

    private void keep(State after) {
      store.saveStream(name, type + " " + after.kept());
      state = after;
    }
  }
}
