package dev.renkei.standin.catalog;

import org.h2.api.ErrorCode;
import org.h2.command.ddl.CreateTableData;
import org.h2.engine.SessionLocal;
import org.h2.index.Index;
import org.h2.index.IndexType;
import org.h2.message.DbException;
import org.h2.mvstore.db.MVTable;
import org.h2.mvstore.db.Store;
import org.h2.table.Column;
import org.h2.table.IndexColumn;
import org.jspecify.annotations.Nullable;

/** A table of H2 that gives text back as it was last written, also where it is read by an index. */
class ExactTable extends MVTable {
  ExactTable(CreateTableData data, Store store) {
    super(data, store);
  }

  @Override
  public Index addIndex(
      SessionLocal session,
      String name,
      int id,
      IndexColumn[] columns,
      int uniqueColumns,
      IndexType type,
      boolean create,
      @Nullable String comment) {
    if (!TextIndex.fits(columns, type)) {
      return super.addIndex(session, name, id, columns, uniqueColumns, type, create, comment);
    }
    IndexColumn[] prepared = prepared(columns, type);
    boolean ofSession = isTemporary() && !isGlobalTemporary();
    if (!ofSession) {
      getDatabase().lockMeta(session);
    }
    TextIndex index = new TextIndex(this, id, name, prepared, uniqueColumns, type);
    try {
      index.build(session, getScanIndex(session));
    } catch (DbException e) {
      getSchema().freeUniqueName(name);
      index.remove(session);
      throw e;
    }
    index.setTemporary(isTemporary());
    if (getId() != 0 && index.getCreateSQL() != null) {
      index.setComment(comment);
      if (ofSession) {
        session.addLocalTempTableIndex(index);
      } else {
        getDatabase().addSchemaObject(session, index);
      }
    }
    getIndexes().add(index);
    setModified();
    return index;
  }

  /** As H2 prepares the columns of its own indexes: no NULL in a key, and NULL in its place. */
  private IndexColumn[] prepared(IndexColumn[] columns, IndexType type) {
    IndexColumn[] prepared = columns.clone();
    for (int i = 0; i < prepared.length; i++) {
      Column column = prepared[i].column;
      if (!type.isPrimaryKey()) {
        IndexColumn ordered =
            new IndexColumn(
                prepared[i].columnName,
                getDatabase()
                    .getDefaultNullOrdering()
                    .addExplicitNullOrdering(prepared[i].sortType));
        ordered.column = column;
        prepared[i] = ordered;
      } else if (column.isNullable()) {
        throw DbException.get(ErrorCode.COLUMN_MUST_NOT_BE_NULLABLE_1, column.getName());
      } else {
        column.setPrimaryKey(true);
      }
    }
    return prepared;
  }
}
