package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorCodec;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cursors of all trackers: an object for each tracker, written by its {@link CursorWriter} and
 * read again only where its generation is another one.
 */
public final class StateCursors implements CursorStore {
  static final String FOLDER = "cursors/";

  private final StateStore store;
  private final Map<String, Read> read = new HashMap<>();

  private record Read(long generation, List<Cursor> cursors) {}

  public StateCursors(StateStore store) {
    this.store = store;
  }

  static String name(String tracker) {
    return FOLDER + ObjectName.of(tracker);
  }

  @Override
  public Collection<Cursor> cursors(String source, TableName table)
      throws HubException, InterruptedException {
    return cursors(source).stream().filter(cursor -> cursor.table().equals(table)).toList();
  }

  @Override
  public synchronized Collection<Cursor> cursors(String source)
      throws HubException, InterruptedException {
    List<StateStore.Listed> trackers = store.list(FOLDER, Integer.MAX_VALUE);
    List<Cursor> cursors = new ArrayList<>();
    for (StateStore.Listed tracker : trackers) {
      for (Cursor cursor : of(tracker)) {
        if (cursor.source().equals(source)) {
          cursors.add(cursor);
        }
      }
    }
    return List.copyOf(cursors);
  }

  private List<Cursor> of(StateStore.Listed tracker) throws HubException, InterruptedException {
    Read before = read.get(tracker.name());
    if (before != null && before.generation() == tracker.generation()) {
      return before.cursors();
    }
    Optional<StateStore.Entry> entry = store.read(tracker.name());
    if (entry.isEmpty()) {
      return List.of();
    }
    List<Cursor> cursors = parse(store, tracker.name(), entry.get().content());
    read.put(tracker.name(), new Read(entry.get().generation(), cursors));
    return cursors;
  }

  static List<Cursor> parse(StateStore store, String name, byte[] content) throws HubException {
    List<Cursor> cursors = new ArrayList<>();
    try {
      for (JsonNode cursor : Documents.read(store, name, content).path("cursors")) {
        cursors.add(CursorCodec.read(Documents.bytes(cursor)));
      }
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw Documents.unreadable(store, name, e);
    }
    return cursors;
  }
}
