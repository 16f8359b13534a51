package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.H2Types;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Statement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * The table variables of one batch: temporary tables of the H2 session, gone when the batch is.
 *
 * <p>Columns have types and NOT NULL; keys, defaults and identities are refused. Unlike in SQL
 * Server, a rollback takes their rows too.
 */
final class TableVariables {
  private static final String DATABASE = "tempdb";
  private static final String SCHEMA = "dbo";

  private final Session session;
  private final Map<String, Table> tables = new HashMap<>();

  TableVariables(Session session) {
    this.session = session;
  }

  static boolean isVariable(Table table) {
    return table.name().startsWith("@");
  }

  /** By lower-case name with its at-sign, as a translation's scope wants them. */
  Map<String, Table> tables() {
    return tables;
  }

  void declare(Statement.DeclareTable declaration) throws SqlError, StatementCancelled {
    if (!declaration.constraints().isEmpty()) {
      throw SqlError.refused("constraints of table variables");
    }
    List<Table.Column> columns = new ArrayList<>();
    StringBuilder ddl = new StringBuilder();
    for (Statement.ColumnDefinition definition : declaration.columns()) {
      Table.Column column = column(columns.size() + 1, definition);
      columns.add(column);
      ddl.append(ddl.isEmpty() ? "" : ", ")
          .append(H2Names.quote(column.name()))
          .append(' ')
          .append(H2Types.declaration(column.sqlType()))
          .append(column.nullable() ? "" : " NOT NULL");
    }
    String name = declaration.name().toLowerCase(Locale.ROOT);
    Table table = table(name + "#" + session.nextTableVariable(), columns);
    run(
        "CREATE LOCAL TEMPORARY TABLE " + table.h2Name() + "(" + ddl + ") TRANSACTIONAL",
        List.of());
    tables.put(name, table);
  }

  private static Table table(String name, List<Table.Column> columns) {
    return new Table(
        -1, DATABASE, SCHEMA, name, Table.TableKind.USER_TABLE, columns, null, List.of(), 0);
  }

  private Table.Column column(int id, Statement.ColumnDefinition definition) throws SqlError {
    if (definition.type() == null
        || definition.identity() != null
        || definition.defaultValue() != null
        || !definition.constraints().isEmpty()) {
      throw SqlError.refused(
          "computed columns, identities, defaults and constraints of table variables");
    }
    SqlType type = session.translator().resolve(definition.type(), session.database());
    return new Table.Column(
        id,
        definition.name(),
        new Table.SqlColumnType(type, null),
        !Boolean.FALSE.equals(definition.nullable()),
        null,
        null,
        false,
        null,
        null);
  }

  /** Adds the rows that a procedure returned; returns their number. */
  long insert(String name, CapturedRows captured) throws SqlError, StatementCancelled {
    Table table = tables.get(name.toLowerCase(Locale.ROOT));
    if (table == null) {
      throw new SqlError(1087, 2, 15, "Must declare the table variable \"" + name + "\".");
    }
    List<ResultColumn> from = captured.columns();
    if (!captured.rows().isEmpty() && from.size() != table.columns().size()) {
      throw new SqlError(
          213, 7, 16, "Column name or number of supplied values does not match table definition.");
    }
    StringBuilder sql = new StringBuilder("INSERT INTO " + table.h2Name() + " VALUES(");
    for (int i = 0; i < from.size(); i++) {
      sql.append(i == 0 ? "" : ", ")
          .append(
              session
                  .translator()
                  .cast("?" + (i + 1), from.get(i).type(), table.columns().get(i).sqlType()));
    }
    for (List<@Nullable Object> row : captured.rows()) {
      List<Value> values = new ArrayList<>();
      for (int i = 0; i < from.size(); i++) {
        values.add(H2Values.toH2(row.get(i), from.get(i).type()));
      }
      run(sql + ")", values);
    }
    return captured.rows().size();
  }

  /** The batch is over. */
  void drop() throws StatementCancelled {
    try {
      for (Table table : tables.values()) {
        run("DROP TABLE IF EXISTS " + table.h2Name(), List.of());
      }
    } catch (SqlError e) {
      throw new IllegalStateException("a table variable cannot be dropped", e);
    } finally {
      tables.clear();
    }
  }

  private void run(String sql, List<Value> values) throws SqlError, StatementCancelled {
    try {
      session.h2().update(sql, values);
    } catch (SQLException e) {
      throw H2Errors.of(e);
    }
    session.transactions().leave();
  }
}
