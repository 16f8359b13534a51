package dev.renkei.standin.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.engine.SessionLocal;
import org.h2.schema.Schema;
import org.h2.schema.SchemaObject;

/**
 * The system views of every database: their definitions, and the H2 tables behind them.
 *
 * <p>In H2 they are tables that are not stored, in the schemas {@code "db.sys"} and {@code
 * "db.INFORMATION_SCHEMA"} that are not stored either: making them costs next to nothing, and a
 * reopened instance always has those of its version. Unlike in SQL Server everyone sees all rows,
 * whatever rights one has on the objects.
 */
final class SystemViews {
  static final String SYS = "sys";
  static final String INFORMATION_SCHEMA = "INFORMATION_SCHEMA";

  /** System objects have negative ids, the same in every database. */
  private static final int FIRST_ID = -100;

  private static final List<SystemView<?>> VIEWS = new ArrayList<>();
  private static final Map<String, Integer> BY_NAME = new HashMap<>();

  static {
    List.of(
            ObjectViews.all(),
            ColumnViews.all(),
            KeyViews.all(),
            TrackingViews.all(),
            PrincipalViews.all(),
            InformationSchemaViews.all())
        .forEach(VIEWS::addAll);
    for (int i = 0; i < VIEWS.size(); i++) {
      BY_NAME.put(DatabaseDefinition.key(VIEWS.get(i).schema(), VIEWS.get(i).name()), i);
    }
  }

  private SystemViews() {}

  /** The definition of a system view, as part of a database. */
  static Optional<Table> table(String database, String schema, String name) {
    return Optional.ofNullable(BY_NAME.get(DatabaseDefinition.key(schema, name)))
        .map(i -> definition(database, i));
  }

  static List<Table> tables(String database) {
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < VIEWS.size(); i++) {
      tables.add(definition(database, i));
    }
    return tables;
  }

  private static Table definition(String database, int index) {
    return VIEWS.get(index).table(database, FIRST_ID - index);
  }

  /** Makes the H2 tables of a database's system views. */
  static void make(Connection connection, Catalog catalog, String database) throws SQLException {
    SessionLocal session = Instance.session(connection);
    Schema sys = schema(session, database, SYS);
    Schema informationSchema = schema(session, database, INFORMATION_SCHEMA);
    for (int i = 0; i < VIEWS.size(); i++) {
      SystemView<?> view = VIEWS.get(i);
      Schema schema = view.schema().equals(SYS) ? sys : informationSchema;
      Table definition = definition(database, i);
      schema.add(
          view == TrackingViews.COMMITS
              ? new CommitTable(schema, definition, session.getDatabase())
              : new PictureTable(schema, view, definition, catalog));
    }
    connection.commit();
  }

  private static Schema schema(SessionLocal session, String database, String name) {
    Schema schema =
        new Schema(
            session.getDatabase(),
            SystemTable.NOT_STORED,
            database + "." + name,
            session.getUser(),
            true);
    session.getDatabase().addDatabaseObject(session, schema);
    return schema;
  }

  /** Removes what {@link #make} made. */
  static void remove(Connection connection, String database) throws SQLException {
    SessionLocal session = Instance.session(connection);
    for (String name : List.of(SYS, INFORMATION_SCHEMA)) {
      Schema schema = session.getDatabase().findSchema(database + "." + name);
      if (schema != null) {
        for (SchemaObject table : List.copyOf(schema.getAllTablesAndViews(session))) {
          schema.remove(table);
        }
        session.getDatabase().removeDatabaseObject(session, schema);
      }
    }
    connection.commit();
  }
}
