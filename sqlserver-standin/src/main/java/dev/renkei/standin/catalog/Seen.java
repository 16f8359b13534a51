package dev.renkei.standin.catalog;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.result.Row;
import org.h2.schema.Schema;
import org.h2.table.Table;
import org.h2.value.Value;
import org.h2.value.ValueInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of a system view sees: the definitions, from which database, in which H2
 * transaction.
 */
record Seen(Picture picture, DatabaseDefinition definition, SessionLocal session) {
  Database database() {
    return definition.database();
  }

  /** The tables and views of users. */
  Collection<dev.renkei.standin.catalog.Table> tables() {
    return definition.tables();
  }

  Stream<dev.renkei.standin.catalog.Table> tables(dev.renkei.standin.catalog.Table.TableKind kind) {
    return tables().stream().filter(t -> t.kind() == kind);
  }

  /** All databases of the instance, in order of their ids. */
  Stream<DatabaseDefinition> databases() {
    return picture.databases().values().stream()
        .sorted(java.util.Comparator.comparing(d -> d.database().id()));
  }

  /** How many rows a table has in the reader's transaction; 0 where it is gone. */
  long rowCount(dev.renkei.standin.catalog.Table table) {
    Table inH2 = h2Table(table.database(), table.schema(), table.name());
    return inH2 == null ? 0 : inH2.getRowCount(session);
  }

  /** The number that an identity column gives next; null where it is gone. */
  @Nullable Long nextIdentity(dev.renkei.standin.catalog.Table table, String column) {
    Table inH2 = h2Table(table.database(), table.schema(), table.name());
    if (inH2 == null || inH2.findColumn(column) == null) {
      return null;
    }
    org.h2.schema.Sequence sequence = inH2.findColumn(column).getSequence();
    return sequence == null ? null : sequence.getBaseValue();
  }

  /** All rows of one of a database's internal tables; columns in the order of their declaration. */
  Stream<Value[]> internal(String databaseName, String table) {
    Table inH2 = h2Table(databaseName, "$internal", table);
    if (inH2 == null) {
      return Stream.empty();
    }
    return rows(inH2.getScanIndex(session).find(session, null, null, false));
  }

  /** The rows of an internal table whose first column, its primary key, is this number. */
  Stream<Value[]> internal(String databaseName, String table, int key) {
    Table inH2 = h2Table(databaseName, "$internal", table);
    if (inH2 == null) {
      return Stream.empty();
    }
    Row bound = inH2.getTemplateRow();
    bound.setValue(0, ValueInteger.get(key));
    return rows(inH2.getPrimaryKey().find(session, bound, bound, false));
  }

  private static Stream<Value[]> rows(Cursor cursor) {
    List<Value[]> rows = new java.util.ArrayList<>();
    while (cursor.next()) {
      rows.add(cursor.get().getValueList().clone());
    }
    return rows.stream();
  }

  private @Nullable Table h2Table(String databaseName, String schema, String table) {
    Schema inH2 = session.getDatabase().findSchema(databaseName + "." + schema);
    return inH2 == null ? null : inH2.findTableOrView(session, table);
  }
}
