package dev.renkei.standin.catalog;

import java.util.HashSet;
import java.util.List;
import org.h2.engine.Database;
import org.h2.engine.DbObject;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.index.Index;
import org.h2.result.Row;
import org.h2.result.SearchRow;
import org.h2.schema.Schema;
import org.h2.table.Table;
import org.h2.value.TypeInfo;
import org.h2.value.Value;
import org.h2.value.ValueBigint;
import org.jspecify.annotations.Nullable;

/**
 * {@code sys.dm_tran_commit_table} in H2: the rows of the internal commit table, streamed from its
 * own index as the reading transaction sees them, since there may be millions.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/change-tracking-sys-dm-tran-commit-table">
 *     sys.dm_tran_commit_table</a>
 */
final class CommitTable extends SystemTable {
  private static final String KEY = "commit_ts";

  private final Database h2;
  private final String internal;

  CommitTable(Schema schema, dev.renkei.standin.catalog.Table definition, Database h2) {
    super(
        schema,
        definition.name(),
        definition.columns().stream()
            .map(c -> column(c.name(), H2Types.typeInfo(c.sqlType())))
            .toList(),
        KEY);
    this.h2 = h2;
    this.internal = definition.database() + ".$internal";
  }

  private @Nullable Table source(@Nullable SessionLocal session) {
    Schema schema = h2.findSchema(internal);
    return schema == null ? null : schema.findTableOrView(session, "commit_table");
  }

  /** So that a statement's snapshot covers the table behind. */
  @Override
  public void addDependencies(HashSet<DbObject> dependencies) {
    super.addDependencies(dependencies);
    Table source = source(null);
    if (source != null) {
      source.addDependencies(dependencies);
    }
  }

  @Override
  public long getRowCountApproximation(SessionLocal session) {
    Table source = source(session);
    return source == null ? 0 : source.getRowCountApproximation(session);
  }

  @Override
  Cursor read(SessionLocal session, @Nullable Value low, @Nullable Value high) {
    Table source = source(session);
    if (source == null) {
      return new Empty();
    }
    int key = source.getColumn(KEY.toUpperCase(java.util.Locale.ROOT)).getColumnId();
    Index index = byKey(source, key);
    Cursor rows =
        index == null
            ? source.getScanIndex(session).find(session, null, null, false)
            : index.find(session, bound(source, key, low), bound(source, key, high), false);
    return new Commits(
        rows,
        List.of("COMMIT_TS", "XDES_ID", "COMMIT_TIME").stream()
            .mapToInt(c -> source.getColumn(c).getColumnId())
            .toArray());
  }

  private static @Nullable Index byKey(Table source, int key) {
    for (Index index : source.getIndexes()) {
      if (index.isFirstColumn(source.getColumn(key))) {
        return index;
      }
    }
    return null;
  }

  private static @Nullable SearchRow bound(Table source, int key, @Nullable Value value) {
    if (value == null) {
      return null;
    }
    Row row = source.getTemplateRow();
    row.setValue(key, value);
    return row;
  }

  /** Rows of the source in the shape of the view. */
  private final class Commits implements Cursor {
    private final Cursor source;
    private final int[] columns;

    Commits(Cursor source, int[] columns) {
      this.source = source;
      this.columns = columns;
    }

    @Override
    public Row get() {
      Row row = source.get();
      Value ts = row.getValue(columns[0]);
      Value time = row.getValue(columns[2]).convertTo(type(4));
      return Row.get(
          new Value[] {ts, row.getValue(columns[1]), ValueBigint.get(0), ts, time},
          Row.MEMORY_CALCULATE);
    }

    private TypeInfo type(int column) {
      return getColumn(column).getType();
    }

    @Override
    public SearchRow getSearchRow() {
      return get();
    }

    @Override
    public boolean next() {
      return source.next();
    }

    @Override
    public boolean previous() {
      throw refused();
    }
  }

  /** No rows. */
  private static final class Empty implements Cursor {
    @Override
    public Row get() {
      throw new IllegalStateException("no row");
    }

    @Override
    public SearchRow getSearchRow() {
      return get();
    }

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public boolean previous() {
      return false;
    }
  }
}
