package dev.renkei.standin.catalog;

import java.util.ArrayList;
import java.util.List;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.index.Index;
import org.h2.index.IndexType;
import org.h2.message.DbException;
import org.h2.result.Row;
import org.h2.schema.Schema;
import org.h2.table.Column;
import org.h2.table.IndexColumn;
import org.h2.table.TableType;
import org.h2.value.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * A system view in H2: a table that is not stored, whose rows are made when it is read.
 *
 * <p>H2 forgets it when it closes; the catalog makes it again.
 */
abstract class SystemTable extends org.h2.table.Table {
  /** The id of objects without a place in H2's stored definitions (-1 is H2's mark of the dead). */
  static final int NOT_STORED = -2;

  /** Guesses for the planner. */
  private static final long ROWS = 1000;

  private final List<Index> indexes = new ArrayList<>();

  SystemTable(Schema schema, String name, List<Column> columns, @Nullable String key) {
    super(schema, NOT_STORED, name, false, false);
    setColumns(columns.toArray(new Column[0]));
    indexes.add(new SystemIndex(this, IndexColumn.wrap(getColumns()), true));
    Column keyColumn = key == null ? null : findColumn(key);
    if (keyColumn != null) {
      indexes.add(new SystemIndex(this, IndexColumn.wrap(new Column[] {keyColumn}), false));
    }
  }

  static Column column(String name, TypeInfo type) {
    return new Column(name, type);
  }

  /**
   * Reads the rows.
   *
   * @param low the least value of the key to be read; null for no bound, or for a table without key
   * @param high the greatest
   */
  abstract Cursor read(
      SessionLocal session, org.h2.value.@Nullable Value low, org.h2.value.@Nullable Value high);

  @Override
  public Index getScanIndex(SessionLocal session) {
    return indexes.get(0);
  }

  @Override
  public List<Index> getIndexes() {
    return indexes;
  }

  /** Rows may differ at any time, so no result is kept. */
  @Override
  public long getMaxDataModificationId() {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  @Override
  public TableType getTableType() {
    return TableType.SYSTEM_TABLE;
  }

  @Override
  public boolean canGetRowCount(SessionLocal session) {
    return false;
  }

  @Override
  public long getRowCount(SessionLocal session) {
    return ROWS;
  }

  @Override
  public long getRowCountApproximation(SessionLocal session) {
    return ROWS;
  }

  @Override
  public boolean canDrop() {
    return false;
  }

  @Override
  public boolean isInsertable() {
    return false;
  }

  @Override
  public void close(SessionLocal session) {}

  @Override
  public void checkSupportAlter() {
    throw refused();
  }

  @Override
  public void checkRename() {
    throw refused();
  }

  @Override
  public Index addIndex(
      SessionLocal session,
      String indexName,
      int indexId,
      IndexColumn[] cols,
      int uniqueColumnCount,
      IndexType indexType,
      boolean create,
      String indexComment) {
    throw refused();
  }

  @Override
  public void addRow(SessionLocal session, Row row) {
    throw refused();
  }

  @Override
  public void removeRow(SessionLocal session, Row row) {
    throw refused();
  }

  @Override
  public long truncate(SessionLocal session) {
    throw refused();
  }

  @Override
  public @Nullable String getCreateSQL() {
    return null;
  }

  static DbException refused() {
    return DbException.getUnsupportedException("changing a system view");
  }
}
