package dev.renkei.standin.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.result.Row;
import org.h2.result.SearchRow;
import org.h2.schema.Schema;
import org.h2.value.Value;
import org.h2.value.ValueInteger;
import org.h2.value.ValueNull;
import org.h2.value.ValueToObjectConverter;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SystemView} in H2. Rows that follow from definitions are kept until a definition
 * changes.
 */
final class PictureTable extends SystemTable {
  private final SystemView<?> view;
  private final Catalog catalog;
  private final String database;
  private final int key;
  private volatile @Nullable Kept kept;

  private record Kept(Picture picture, List<Row> rows, Map<Integer, List<Row>> byKey) {}

  PictureTable(Schema schema, SystemView<?> view, Table definition, Catalog catalog) {
    super(
        schema,
        view.name(),
        definition.columns().stream()
            .map(c -> column(c.name(), H2Types.typeInfo(c.sqlType())))
            .toList(),
        "object_id");
    this.view = view;
    this.catalog = catalog;
    this.database = definition.database();
    this.key = doesColumnExist("object_id") ? getColumn("object_id").getColumnId() : -1;
  }

  @Override
  Cursor read(SessionLocal session, @Nullable Value low, @Nullable Value high) {
    if (low != null && high != null && low.equals(high) && low != ValueNull.INSTANCE) {
      List<Row> live = view.isLive() ? liveRows(session, low.getInt()) : null;
      return new RowCursor(
          live == null ? rows(session).byKey().getOrDefault(low.getInt(), List.of()) : live);
    }
    return new RowCursor(rows(session).rows());
  }

  /** The rows of one object as they are now; null where only all can be read. */
  private @Nullable List<Row> liveRows(SessionLocal session, int objectId) {
    Picture picture = catalog.picture();
    DatabaseDefinition definition = definition(picture);
    if (definition == null) {
      return List.of();
    }
    var found = view.rows(new Seen(picture, definition, session), objectId);
    return found == null ? null : found.map(values -> row(session, values)).toList();
  }

  private @Nullable DatabaseDefinition definition(Picture picture) {
    return picture.databases().get(DatabaseDefinition.fold(database));
  }

  private Kept rows(SessionLocal session) {
    Picture picture = catalog.picture();
    Kept old = kept;
    if (old != null && old.picture() == picture && !view.isLive()) {
      return old;
    }
    Kept fresh = make(picture, session);
    if (!view.isLive()) {
      kept = fresh;
    }
    return fresh;
  }

  private Kept make(Picture picture, SessionLocal session) {
    List<Row> rows = new ArrayList<>();
    Map<Integer, List<Row>> byKey = new HashMap<>();
    DatabaseDefinition definition = definition(picture);
    if (definition != null) {
      view.rows(new Seen(picture, definition, session))
          .forEach(
              values -> {
                Row row = row(session, values);
                rows.add(row);
                if (key >= 0 && row.getValue(key) instanceof ValueInteger id) {
                  byKey.computeIfAbsent(id.getInt(), i -> new ArrayList<>()).add(row);
                }
              });
    }
    return new Kept(picture, rows, byKey);
  }

  private Row row(SessionLocal session, @Nullable Object[] values) {
    Value[] converted = new Value[values.length];
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      Value raw =
          value instanceof Value v
              ? v
              : value == null
                  ? ValueNull.INSTANCE
                  : ValueToObjectConverter.objectToValue(session, value, Value.UNKNOWN);
      converted[i] = raw.convertTo(getColumn(i).getType(), session);
    }
    return Row.get(converted, Row.MEMORY_CALCULATE);
  }

  /** Walks over rows that are there. */
  private static final class RowCursor implements Cursor {
    private final List<Row> rows;
    private int at = -1;

    RowCursor(List<Row> rows) {
      this.rows = rows;
    }

    @Override
    public Row get() {
      return rows.get(at);
    }

    @Override
    public SearchRow getSearchRow() {
      return get();
    }

    @Override
    public boolean next() {
      at++;
      return at < rows.size();
    }

    @Override
    public boolean previous() {
      throw refused();
    }
  }
}
