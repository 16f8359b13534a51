package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement.CreateIndex;
import dev.renkei.standin.tsql.ast.Statement.CreateTable;
import dev.renkei.standin.tsql.ast.Statement.DropIndex;
import dev.renkei.standin.tsql.ast.Statement.DropTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.h2.api.ErrorCode;

/** CREATE TABLE, DROP TABLE, TRUNCATE TABLE, CREATE INDEX and DROP INDEX. */
final class Tables {
  private final Work work;
  private final H2Shape shape;

  Tables(Work work) {
    this.work = work;
    this.shape = new H2Shape(work.translator());
  }

  void create(CreateTable statement) throws SqlError, SQLException {
    if (statement.table().name().startsWith("#")) {
      throw SqlError.refused("temporary tables (" + statement.table().name() + ")");
    }
    ObjectName written = statement.table();
    Database database = work.databaseOf(written);
    work.require(Permission.CREATE_TABLE, database.name());
    String schema = work.existingSchema(database.name(), written);
    work.requireFree(database.name(), schema, written.name());
    TableBuilder builder = new TableBuilder(work, database.name(), schema, written.name());
    builder.add(statement.columns(), statement.constraints());
    Table table = builder.table();
    try {
      work.run(shape.createTable(table));
      for (Key key : table.otherKeys()) {
        work.run(shape.addKey(table, key).toArray(new String[0]));
      }
      for (Check check : table.checks()) {
        work.run(shape.addCheck(table, check));
      }
      for (ForeignKey key : table.foreignKeys()) {
        work.run(H2Shape.addForeignKey(table, key, target(table, key)));
      }
      work.catalog().putTable(table);
    } catch (SqlError | SQLException e) {
      work.run("DROP TABLE IF EXISTS " + table.h2Name());
      throw e;
    }
    new Views(work).mend();
  }

  private Table target(Table table, ForeignKey key) {
    return key.targetId() == table.objectId()
        ? table
        : work.catalog().table(key.targetId()).orElseThrow();
  }

  void drop(DropTable statement) throws SqlError, SQLException {
    for (ObjectName written : statement.tables()) {
      Optional<Table> found = work.find(written);
      if (found.isEmpty() && statement.ifExists()) {
        continue;
      }
      Table table = found.orElseThrow(() -> Refusals.cannotDrop("table", written.toString()));
      if (table.kind() == TableKind.VIEW) {
        throw Refusals.wrongKind("TABLE", written.toString(), "view", "DROP VIEW");
      }
      if (!work.may(Permission.ALTER, table)) {
        throw Refusals.cannotDrop("table", written.toString());
      }
      if (!referencing(table).isEmpty()) {
        throw Refusals.tableReferenced(written.toString());
      }
      work.catalog().removeTable(table);
      work.run("DROP TABLE IF EXISTS " + table.h2Name() + " CASCADE");
      work.tracking().dropped(table);
    }
  }

  /** Foreign keys of other tables that refer to this one. */
  private List<ForeignKey> referencing(Table table) {
    List<ForeignKey> keys = new ArrayList<>();
    for (Table other : work.catalog().tables(table.database())) {
      if (other.objectId() != table.objectId()) {
        other.foreignKeys().stream()
            .filter(k -> k.targetId() == table.objectId())
            .forEach(keys::add);
      }
    }
    return keys;
  }

  /**
   * Removes a key or index from H2; foreign keys that H2 checks by its index get one of their own.
   */
  void dropKey(Table table, Key key) throws SQLException {
    List<String> statements = H2Shape.dropKey(table, key);
    try {
      work.run(statements.toArray(new String[0]));
    } catch (SQLException e) {
      if (e.getErrorCode() != ErrorCode.INDEX_BELONGS_TO_CONSTRAINT_2) {
        throw e;
      }
      for (ForeignKey foreign : table.foreignKeys()) {
        work.run(H2Shape.dropConstraint(table, foreign.name()));
      }
      work.run(statements.toArray(new String[0]));
      for (ForeignKey foreign : table.foreignKeys()) {
        work.run(H2Shape.addForeignKey(table, foreign, target(table, foreign)));
      }
    }
  }

  /** Removes all rows; a key that the table has to itself does not matter. */
  void truncate(Table table) throws SqlError, SQLException {
    work.writable(table.database());
    if (!referencing(table).isEmpty()) {
      throw Refusals.truncateReferenced(table.schema() + "." + table.name());
    }
    List<ForeignKey> own =
        table.foreignKeys().stream().filter(k -> k.targetId() == table.objectId()).toList();
    for (ForeignKey key : own) {
      work.run(H2Shape.dropConstraint(table, key.name()));
    }
    try {
      work.run("TRUNCATE TABLE " + table.h2Name() + " RESTART IDENTITY");
    } finally {
      for (ForeignKey key : own) {
        work.run(H2Shape.addForeignKey(table, key, table));
      }
    }
    work.tracking().truncated(table);
  }

  // ---- indexes ----

  void createIndex(CreateIndex statement) throws SqlError, SQLException {
    Table table = work.alterable(statement.table(), 1088);
    TableBuilder builder = new TableBuilder(work, table);
    Key key =
        builder.addIndex(
            statement.name(), statement.unique(), false, statement.columns(), statement.included());
    try {
      work.run(shape.addKey(table, key).toArray(new String[0]));
    } catch (SQLException e) {
      if (Failures.isDuplicate(e)) {
        throw Refusals.duplicateKeys(table.schema() + "." + table.name(), key.name());
      }
      throw e;
    }
    work.catalog().putTable(builder.table());
  }

  void dropIndex(DropIndex statement) throws SqlError, SQLException {
    String full = statement.table() + "." + statement.name();
    Optional<Table> table = work.find(statement.table());
    Optional<Key> key =
        table
            .filter(t -> work.may(Permission.ALTER, t))
            .flatMap(t -> Constraints.key(t, statement.name()));
    if (key.isEmpty() && statement.ifExists()) {
      return;
    }
    if (table.isEmpty() || key.isEmpty()) {
      throw Refusals.cannotDrop("index", full);
    }
    if (key.get().constraint()) {
      throw Refusals.indexOfConstraint(full, key.get().primary());
    }
    dropKey(table.get(), key.get());
    TableBuilder builder = new TableBuilder(work, table.get());
    builder.removeKey(key.get());
    work.catalog().putTable(builder.table());
  }
}
