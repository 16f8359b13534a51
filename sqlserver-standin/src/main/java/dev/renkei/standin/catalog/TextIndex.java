package dev.renkei.standin.catalog;

import java.util.Arrays;
import java.util.List;
import org.h2.command.query.AllColumnsForPlan;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.index.Index;
import org.h2.index.IndexType;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.db.MVIndex;
import org.h2.mvstore.db.MVSecondaryIndex;
import org.h2.mvstore.db.MVTable;
import org.h2.result.Row;
import org.h2.result.SearchRow;
import org.h2.result.SortOrder;
import org.h2.table.IndexColumn;
import org.h2.table.TableFilter;
import org.h2.value.DataType;
import org.h2.value.Value;
import org.h2.value.VersionedValue;

/**
 * An index over text that finds rows and leaves their values to the table.
 *
 * <p>Where H2 reads a column that an index has, it takes the value from the index; and an index
 * keeps the first of several values that compare equal, such as {@code abc} after an update to
 * {@code ABC}. That is right for H2's own text, where equal values are the same, and wrong under
 * {@link Collation}.
 */
final class TextIndex extends MVIndex<SearchRow, Value> {
  private final MVSecondaryIndex keys;

  TextIndex(
      MVTable table,
      int id,
      String name,
      IndexColumn[] columns,
      int uniqueColumns,
      IndexType type) {
    super(table, id, name, columns, uniqueColumns, type);
    keys = new MVSecondaryIndex(table.getDatabase(), table, id, name, columns, uniqueColumns, type);
  }

  /** Whether an index over these columns has text in it. */
  static boolean fits(IndexColumn[] columns, IndexType type) {
    return !type.isSpatial()
        && Arrays.stream(columns)
            .anyMatch(c -> DataType.isCharacterStringType(c.column.getType().getValueType()));
  }

  /** Fills a new index with the rows that are there. */
  void build(SessionLocal session, Index rows) {
    if (!needRebuild()) {
      return;
    }
    Cursor cursor = rows.find(session, null, null, false);
    while (cursor.next()) {
      add(session, cursor.get());
    }
  }

  @Override
  public Cursor find(SessionLocal session, SearchRow first, SearchRow last, boolean reverse) {
    return new RowCursor(keys.find(session, first, last, reverse));
  }

  @Override
  public boolean canFindNext() {
    return keys.canFindNext();
  }

  @Override
  public Cursor findNext(SessionLocal session, SearchRow higherThan, SearchRow last) {
    return new RowCursor(keys.findNext(session, higherThan, last));
  }

  /** Shows whole rows of the table. */
  private record RowCursor(Cursor keys) implements Cursor {
    @Override
    public Row get() {
      return keys.get();
    }

    @Override
    public SearchRow getSearchRow() {
      Row row = keys.get();
      return row != null ? row : keys.getSearchRow();
    }

    @Override
    public boolean next() {
      return keys.next();
    }

    @Override
    public boolean previous() {
      return keys.previous();
    }
  }

  @Override
  public Cursor findFirstOrLast(SessionLocal session, boolean first) {
    return keys.findFirstOrLast(session, first);
  }

  @Override
  public boolean canGetFirstOrLast() {
    return keys.canGetFirstOrLast();
  }

  @Override
  public void add(SessionLocal session, Row row) {
    keys.add(session, row);
  }

  @Override
  public void remove(SessionLocal session, Row row) {
    keys.remove(session, row);
  }

  @Override
  public void update(SessionLocal session, Row oldRow, Row newRow) {
    keys.update(session, oldRow, newRow);
  }

  @Override
  public double getCost(
      SessionLocal session,
      int[] masks,
      TableFilter[] filters,
      int filter,
      SortOrder sortOrder,
      AllColumnsForPlan allColumns,
      boolean isSelectCommand) {
    return keys.getCost(session, masks, filters, filter, sortOrder, allColumns, isSelectCommand);
  }

  @Override
  public void close(SessionLocal session) {
    keys.close(session);
  }

  @Override
  public void remove(SessionLocal session) {
    keys.remove(session);
  }

  @Override
  public void truncate(SessionLocal session) {
    keys.truncate(session);
  }

  @Override
  public boolean needRebuild() {
    return keys.needRebuild();
  }

  @Override
  public long getRowCount(SessionLocal session) {
    return keys.getRowCount(session);
  }

  @Override
  public long getRowCountApproximation(SessionLocal session) {
    return keys.getRowCountApproximation(session);
  }

  @Override
  public void addRowsToBuffer(List<Row> rows, String bufferName) {
    keys.addRowsToBuffer(rows, bufferName);
  }

  @Override
  public void addBufferedRows(List<String> bufferNames) {
    keys.addBufferedRows(bufferNames);
  }

  /** By this a statement's snapshot takes the index along. */
  @Override
  public MVMap<SearchRow, VersionedValue<Value>> getMVMap() {
    return keys.getMVMap();
  }
}
