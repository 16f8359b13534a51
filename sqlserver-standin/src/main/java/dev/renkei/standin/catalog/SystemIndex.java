package dev.renkei.standin.catalog;

import org.h2.command.query.AllColumnsForPlan;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.index.Index;
import org.h2.index.IndexType;
import org.h2.result.Row;
import org.h2.result.SearchRow;
import org.h2.result.SortOrder;
import org.h2.table.Column;
import org.h2.table.IndexColumn;
import org.h2.table.TableFilter;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/** How H2 reads a {@link SystemTable}: as a whole, or by its key. */
final class SystemIndex extends Index {
  private final SystemTable system;
  private final boolean scan;

  SystemIndex(SystemTable table, IndexColumn[] columns, boolean scan) {
    // As a hash index, so that H2 does not take its rows for sorted, in either direction.
    super(
        table,
        SystemTable.NOT_STORED,
        null,
        columns,
        0,
        IndexType.createNonUnique(false, true, false));
    this.system = table;
    this.scan = scan;
  }

  @Override
  public Cursor find(
      SessionLocal session, @Nullable SearchRow first, @Nullable SearchRow last, boolean reverse) {
    if (scan) {
      return system.read(session, null, null);
    }
    return system.read(session, bound(first), bound(last));
  }

  private @Nullable Value bound(@Nullable SearchRow row) {
    return row == null ? null : row.getValue(columnIds[0]);
  }

  @Override
  public double getCost(
      SessionLocal session,
      int[] masks,
      TableFilter[] filters,
      int filter,
      SortOrder sortOrder,
      AllColumnsForPlan allColumnsSet,
      boolean isSelectCommand) {
    long rows = system.getRowCountApproximation(session);
    return scan
        ? 10 * rows
        : getCostRangeIndex(
            masks, rows, filters, filter, null, false, allColumnsSet, isSelectCommand);
  }

  /** The scan uses no column. */
  @Override
  public int getColumnIndex(Column column) {
    return scan ? -1 : super.getColumnIndex(column);
  }

  @Override
  public boolean isFirstColumn(Column column) {
    return !scan && super.isFirstColumn(column);
  }

  @Override
  public void close(SessionLocal session) {}

  @Override
  public void add(SessionLocal session, Row row) {
    throw SystemTable.refused();
  }

  @Override
  public void remove(SessionLocal session, Row row) {
    throw SystemTable.refused();
  }

  @Override
  public void remove(SessionLocal session) {}

  @Override
  public void truncate(SessionLocal session) {
    throw SystemTable.refused();
  }

  @Override
  public boolean needRebuild() {
    return false;
  }

  @Override
  public long getRowCount(SessionLocal session) {
    return system.getRowCount(session);
  }

  @Override
  public long getRowCountApproximation(SessionLocal session) {
    return system.getRowCountApproximation(session);
  }

  @Override
  public String getPlanSQL() {
    return "system";
  }
}
