package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.translate.Translator;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tsql.ast.ObjectName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One definition being carried out: with what, for whom, and where names are looked up.
 *
 * @param database the session's, as the catalog spells it
 */
record Work(
    Catalog catalog,
    ChangeTracking tracking,
    Translator translator,
    Connection h2,
    String database,
    String login) {

  void run(String... statements) throws SQLException {
    try (Statement statement = h2.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Whether a query gives any row. */
  boolean any(String query) throws SQLException {
    try (Statement statement = h2.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  // ---- names ----

  /** The database that a name means; 911 where there is none, 3906 where it is read-only. */
  Database databaseOf(ObjectName name) throws SqlError {
    return writable(name.database().isEmpty() ? database : name.database());
  }

  Database writable(String name) throws SqlError {
    Database found = catalog.database(name).orElseThrow(() -> Refusals.noDatabase(name));
    if (found.readableSecondary()) {
      throw Refusals.readOnly(found.name());
    }
    return found;
  }

  static String schemaOf(ObjectName name) {
    return name.schema().isEmpty() ? "dbo" : name.schema();
  }

  /**
   * The schema in which a new object is to be, spelled as it was made; 2760 where there is none.
   */
  String existingSchema(String databaseName, ObjectName name) throws SqlError {
    String wanted = schemaOf(name);
    return catalog.schemas(databaseName).stream()
        .filter(s -> s.equalsIgnoreCase(wanted))
        .findFirst()
        .orElseThrow(() -> Refusals.noSchema(wanted));
  }

  /** A user's table or view. */
  Optional<Table> find(ObjectName name) throws SqlError {
    Database in = databaseOf(name);
    return catalog
        .table(in.name(), schemaOf(name), name.name())
        .filter(t -> t.kind() != Table.TableKind.SYSTEM_VIEW);
  }

  /** A table that the login may alter; else the given error, which says "cannot find". */
  Table alterable(ObjectName name, int error) throws SqlError {
    Table table = find(name).orElseThrow(() -> Refusals.noObject(error, name.toString()));
    if (table.kind() != Table.TableKind.USER_TABLE || !may(Permission.ALTER, table)) {
      throw Refusals.noObject(error, name.toString());
    }
    return table;
  }

  /** 2714 where the name is taken by a table, a view or a constraint of the schema. */
  void requireFree(String databaseName, String schema, String name) throws SqlError {
    for (Table t : catalog.tables(databaseName)) {
      if (t.schema().equalsIgnoreCase(schema)
          && (t.name().equalsIgnoreCase(name) || Constraints.has(t, name))) {
        throw Refusals.exists(name);
      }
    }
  }

  // ---- rights ----

  boolean may(Permission permission, @Nullable Table table) {
    String in = table == null ? database : table.database();
    return catalog.rights().allowed(login, in, permission, table);
  }

  /** 262 where the login has neither the right nor ALTER on the database. */
  void require(Permission permission, String databaseName) throws SqlError {
    if (!catalog.rights().allowed(login, databaseName, permission, null)
        && !catalog.rights().allowed(login, databaseName, Permission.ALTER, null)) {
      throw Refusals.denied(permission.text(), databaseName);
    }
  }

  /** 15247 unless the login owns the database. */
  void requireOwner(String databaseName) throws SqlError {
    if (!catalog.rights().isMember(login, databaseName, "db_owner")) {
      throw Refusals.notAllowed();
    }
  }

  /** 15247 unless the login is sa. */
  void requireAdministrator() throws SqlError {
    if (!login.equalsIgnoreCase("sa")) {
      throw Refusals.notAllowed();
    }
  }

  static String quote(String name) {
    return H2Names.quote(name);
  }

  static String fullName(Table table) {
    return table.database() + "." + table.schema() + "." + table.name();
  }
}
