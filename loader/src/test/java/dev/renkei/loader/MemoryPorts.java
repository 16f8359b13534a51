package dev.renkei.loader;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.schema.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a hub has beside its messages, in memory. */
final class MemoryPorts implements SchemaStore, CursorStore, DeadLetters {
  final List<SchemaRecord> schemas = new CopyOnWriteArrayList<>();
  final List<Cursor> cursors = new CopyOnWriteArrayList<>();
  final List<DeadLetter> letters = new CopyOnWriteArrayList<>();

  /** What was asked to be loaded again: a table, or all. */
  final List<String> reloads = new CopyOnWriteArrayList<>();

  HubPorts ports() {
    return new HubPorts(
        this,
        this,
        this,
        (table, reason) -> reloads.add((table == null ? "all" : table.toString()) + ": " + reason));
  }

  @Override
  public void put(SchemaRecord schema) {
    schemas.add(schema);
  }

  @Override
  public Optional<SchemaRecord> find(String schemaId) {
    return schemas.stream().filter(one -> one.schemaId().equals(schemaId)).findFirst();
  }

  @Override
  public Collection<SchemaRecord> of(String source, TableName table) {
    return schemas.stream()
        .filter(one -> one.source().equals(source) && one.schema().table().equals(table))
        .toList();
  }

  @Override
  public Collection<Cursor> cursors(String source, TableName table) {
    return cursors.stream().filter(one -> one.table().equals(table)).toList();
  }

  @Override
  public Collection<Cursor> cursors(String source) {
    return cursors.stream().filter(one -> one.source().equals(source)).toList();
  }

  @Override
  public void put(DeadLetter letter) {
    letters.add(letter);
  }

  @Override
  public List<DeadLetter> newest(int atMost) {
    return letters;
  }
}
