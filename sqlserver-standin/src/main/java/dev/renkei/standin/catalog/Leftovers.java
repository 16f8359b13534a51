package dev.renkei.standin.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.h2.engine.SessionLocal;
import org.h2.schema.Schema;
import org.h2.table.TableView;

/**
 * What a process that was killed in the middle of a definition has left: H2 tables and schemas that
 * the catalog does not know, and definitions without a table.
 *
 * <p>A definition counts once the catalog has it; so what only H2 has is removed, and what only the
 * catalog has was being dropped.
 */
final class Leftovers {
  private final Connection connection;
  private final Catalog catalog;

  Leftovers(Connection connection, Catalog catalog) {
    this.connection = connection;
    this.catalog = catalog;
  }

  void clear() throws SQLException {
    SessionLocal session = Instance.session(connection);
    List<String> statements = new ArrayList<>();
    for (Schema schema : session.getDatabase().getAllSchemasNoMeta()) {
      int point = schema.getName().lastIndexOf('.');
      if (point > 0) {
        String database = schema.getName().substring(0, point);
        statements.addAll(inSchema(schema, database, schema.getName().substring(point + 1)));
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    connection.commit();
    for (Database database : catalog.databases()) {
      for (Table table : catalog.tables(database.name())) {
        Schema schema = session.getDatabase().findSchema(table.database() + "." + table.schema());
        boolean exists = schema != null && schema.findTableOrView(session, table.name()) != null;
        if (table.kind() == Table.TableKind.USER_TABLE && !exists) {
          catalog.removeTable(table);
        }
      }
    }
  }

  private List<String> inSchema(Schema schema, String database, String name) {
    Optional<DatabaseDefinition> definition = catalog.definition(database);
    boolean internal = name.equals("$internal");
    if (definition.isEmpty() || (!internal && definition.get().schema(name).isEmpty())) {
      return List.of("DROP SCHEMA " + H2Names.quote(schema.getName()) + " CASCADE");
    }
    List<String> statements = new ArrayList<>();
    for (org.h2.table.Table table : schema.getAllTablesAndViews(null)) {
      if (!internal && definition.get().table(name, table.getName()).isEmpty()) {
        statements.add(
            "DROP %s IF EXISTS %s CASCADE"
                .formatted(
                    table instanceof TableView ? "VIEW" : "TABLE",
                    H2Names.table(database, name, table.getName())));
      }
    }
    return statements;
  }
}
