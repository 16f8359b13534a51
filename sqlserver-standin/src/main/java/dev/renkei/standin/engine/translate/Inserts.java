package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.ArrayList;
import java.util.List;

/** INSERT. */
final class Inserts {
  private final Expressions expressions;
  private final Queries queries;
  private final Work work;
  private final Targets targets;

  Inserts(Expressions expressions) {
    this.expressions = expressions;
    this.queries = expressions.queries;
    this.work = expressions.work;
    this.targets = new Targets(expressions);
  }

  Change insert(Statement.Insert s) throws SqlError {
    Table table = targets.table(s.table(), Permission.INSERT);
    Names names = Names.NONE.withCommons(s.with());
    boolean explicit =
        work.scope.identityInsert() != null && work.scope.identityInsert() == table.objectId();
    List<Table.Column> columns = insertColumns(table, s.columns(), explicit);
    List<Table.Column> all = new ArrayList<>(columns);
    List<String> added = new ArrayList<>();
    for (Table.Column c : table.columns()) {
      if (!columns.contains(c) && Targets.hasDefault(c)) {
        all.add(c);
        added.add(targets.defaultOf(table, c));
      }
    }
    String values;
    if (s.source() instanceof Statement.InsertValues v) {
      values = values(table, columns, added, v, s.columns().isEmpty());
    } else if (s.source() instanceof Statement.InsertQuery q) {
      values = rows(table, columns, added, q.query(), names, s.columns().isEmpty());
    } else if (s.source() instanceof Statement.InsertDefaults) {
      all = new ArrayList<>();
      added = new ArrayList<>();
      for (Table.Column c : table.columns()) {
        if (c.computed() == null && c.identity() == null) {
          all.add(c);
          added.add(targets.defaultOf(table, c));
        }
      }
      values = added.isEmpty() ? "DEFAULT VALUES" : "VALUES (" + String.join(", ", added) + ")";
    } else {
      throw SqlError.refused("INSERT .. EXECUTE");
    }
    String list =
        all.isEmpty()
            ? " "
            : "("
                + String.join(", ", all.stream().map(c -> H2Names.quote(c.name())).toList())
                + ") ";
    String sql = "INSERT INTO " + table.h2Name() + list + values;
    return targets.shown(Command.INSERT, table, sql, s.output(), true, false, null);
  }

  /** The columns that an INSERT fills, as listed or all that can be. */
  static List<Table.Column> insertColumns(Table table, List<String> names, boolean explicit)
      throws SqlError {
    Table.Column identity =
        table.columns().stream().filter(c -> c.identity() != null).findFirst().orElse(null);
    if (names.isEmpty()) {
      if (explicit && identity != null) {
        throw Faults.error(
            8101,
            "An explicit value for the identity column in table '%s' can only be specified when a column list is used and IDENTITY_INSERT is ON.",
            table.name());
      }
      return table.columns().stream()
          .filter(c -> c.computed() == null && c.identity() == null)
          .toList();
    }
    Targets.checkOnce(names);
    List<Table.Column> result = new ArrayList<>();
    for (String name : names) {
      Table.Column column = Targets.column(table, name);
      if (column.computed() != null) {
        throw Targets.computed(column);
      }
      if (column.identity() != null && !explicit) {
        throw Faults.error(
            544,
            "Cannot insert explicit value for identity column in table '%s' when IDENTITY_INSERT is set to OFF.",
            table.name());
      }
      result.add(column);
    }
    if (explicit && identity != null && !result.contains(identity)) {
      throw Faults.error(
          545,
          "Explicit value must be specified for identity column in table '%s' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.",
          table.name());
    }
    return result;
  }

  private String values(
      Table table,
      List<Table.Column> columns,
      List<String> added,
      Statement.InsertValues v,
      boolean listed)
      throws SqlError {
    List<String> rows = new ArrayList<>();
    for (List<Expression> row : v.rows()) {
      if (row.size() != columns.size()) {
        throw count(row.size() > columns.size(), listed, true);
      }
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        cells.add(cell(table, columns.get(i), row.get(i)));
      }
      cells.addAll(added);
      rows.add("(" + String.join(", ", cells) + ")");
    }
    return "VALUES " + String.join(", ", rows);
  }

  /** The error of a list of values that is too long or too short. */
  static SqlError count(boolean more, boolean noList, boolean values) {
    if (noList) {
      return Faults.error(
          213, "Column name or number of supplied values does not match table definition.");
    }
    if (values) {
      return more
          ? Faults.error(
              110,
              "There are fewer columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.")
          : Faults.error(
              109,
              "There are more columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.");
    }
    return more
        ? Faults.error(
            121,
            "The select list for the INSERT statement contains more items than the insert list. The number of SELECT values must match the number of INSERT columns.")
        : Faults.error(
            120,
            "The select list for the INSERT statement contains fewer items than the insert list. The number of SELECT values must match the number of INSERT columns.");
  }

  private String cell(Table table, Table.Column column, Expression e) throws SqlError {
    if (Targets.isDefault(e)) {
      return targets.defaultOf(table, column);
    }
    checkInsertable(column);
    return targets.store(expressions.value(e, Names.NONE), table, column);
  }

  static void checkInsertable(Table.Column column) throws SqlError {
    if (column.sqlType().kind() == Kind.ROWVERSION) {
      throw Faults.error(
          273,
          "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.");
    }
  }

  private String rows(
      Table table,
      List<Table.Column> columns,
      List<String> added,
      Query query,
      Names names,
      boolean listed)
      throws SqlError {
    Queries.Relation r = queries.outermost(query, names);
    if (r.columns().size() != columns.size()) {
      throw count(r.columns().size() > columns.size(), listed, false);
    }
    String alias = work.alias("rows");
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      checkInsertable(columns.get(i));
      Typed t = Queries.inner(alias, i + 1, r.columns().get(i));
      cells.add(targets.store(t, table, columns.get(i)));
    }
    cells.addAll(added);
    return "SELECT " + String.join(", ", cells) + " FROM (" + r.sql() + ") " + alias;
  }
}
