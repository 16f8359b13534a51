package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TableSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE, DELETE and MERGE. */
final class Changes {
  private final Expressions expressions;
  private final Queries queries;
  private final Work work;
  private final Targets targets;

  Changes(Expressions expressions) {
    this.expressions = expressions;
    this.queries = expressions.queries;
    this.work = expressions.work;
    this.targets = new Targets(expressions);
  }

  /** A change, translated. */
  record Change(
      Command command,
      Table target,
      String sql,
      List<Queries.Column> columns,
      @Nullable Set<String> updatedColumns) {}

  // ---- INSERT ----

  Change insert(Statement.Insert s) throws SqlError {
    Table table = targets.table(s.table(), Permission.INSERT);
    Names names = Names.NONE.withCommons(s.with());
    boolean explicit =
        work.scope.identityInsert() != null && work.scope.identityInsert() == table.objectId();
    List<Table.Column> columns = insertColumns(table, s.columns(), explicit);
    List<Table.Column> all = new ArrayList<>(columns);
    List<String> added = new ArrayList<>();
    for (Table.Column c : table.columns()) {
      if (!columns.contains(c)
          && c.computed() == null
          && c.identity() == null
          && c.defaultText() != null) {
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
        if (c.computed() == null && c.identity() == null && c.sqlType().kind() != Kind.ROWVERSION) {
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
    return shown(Command.INSERT, table, sql, s.output(), true, false, null);
  }

  private static List<Table.Column> insertColumns(Table table, List<String> names, boolean explicit)
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

  private static SqlError count(boolean more, boolean noList, boolean values) {
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

  private static void checkInsertable(Table.Column column) throws SqlError {
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

  // ---- UPDATE ----

  Change update(Statement.Update s) throws SqlError {
    Names outer = Names.NONE.withCommons(s.with());
    if (s.assignments().stream().anyMatch(a -> a.variable() != null)) {
      throw SqlError.refused("UPDATE that assigns variables");
    }
    Targeted t = targeted(s.target(), s.from(), outer, Permission.UPDATE);
    Targets.checkOnce(s.assignments().stream().map(Statement.Assignment::column).toList());
    Set<String> updated = new LinkedHashSet<>();
    List<String> quoted = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Statement.Assignment a : s.assignments()) {
      Table.Column column = Targets.updatable(t.table, a.column());
      updated.add(column.name().toLowerCase(Locale.ROOT));
      quoted.add(H2Names.quote(column.name()));
      values.add(
          Targets.isDefault(a.expression())
              ? targets.defaultOf(t.table, column)
              : targets.store(expressions.value(a.expression(), t.names), t.table, column));
    }
    if (s.where() != null || !s.from().isEmpty() || reads(s)) {
      work.needs(t.table, Permission.SELECT);
    }
    String where =
        s.where() == null ? "" : " WHERE " + expressions.conditions.condition(s.where(), t.names);
    String top = s.top() == null ? "" : top(s.top(), outer);
    String sql;
    if (t.fromSql.isEmpty()) {
      List<String> sets = new ArrayList<>();
      for (int i = 0; i < quoted.size(); i++) {
        sets.add(quoted.get(i) + " = " + values.get(i));
      }
      Targets.stamps(t.table).forEach(stamp -> sets.add(stamp.getKey() + " = " + stamp.getValue()));
      sql =
          "UPDATE "
              + t.table.h2Name()
              + " "
              + t.source.h2Alias()
              + " SET "
              + String.join(", ", sets)
              + where
              + top;
    } else {
      sql = updateJoined(t, quoted, values, where, top);
    }
    return shown(Command.UPDATE, t.table, sql, s.output(), true, true, updated);
  }

  private static boolean reads(Statement.Update s) {
    return s.assignments().stream()
        .anyMatch(a -> Tree.any(a.expression(), e -> e instanceof Expression.Column));
  }

  /**
   * UPDATE .. FROM joins: the new values of each target row are computed first, then merged in by
   * row id. Where a row has several partners one of them is taken, as in SQL Server.
   */
  private String updateJoined(
      Targeted t, List<String> quoted, List<String> values, String where, String top) {
    String rowId = t.source.h2Alias() + "._ROWID_";
    StringBuilder inner = new StringBuilder("SELECT ").append(rowId).append(" AS \"rid\"");
    List<String> sets = new ArrayList<>();
    String from = work.alias("values");
    String to = work.alias("target");
    for (int i = 0; i < values.size(); i++) {
      inner.append(", ").append(values.get(i)).append(" AS \"v").append(i + 1).append('"');
      sets.add(quoted.get(i) + " = " + from + ".\"v" + (i + 1) + "\"");
    }
    Targets.stamps(t.table).forEach(stamp -> sets.add(stamp.getKey() + " = " + stamp.getValue()));
    inner
        .append(t.fromSql)
        .append(where)
        .append(" QUALIFY ROW_NUMBER() OVER (PARTITION BY ")
        .append(rowId)
        .append(") = 1")
        .append(top);
    return "MERGE INTO "
        + t.table.h2Name()
        + " "
        + to
        + " USING ("
        + inner
        + ") "
        + from
        + " ON "
        + to
        + "._ROWID_ = "
        + from
        + ".\"rid\" WHEN MATCHED THEN UPDATE SET "
        + String.join(", ", sets);
  }

  private String top(Query.Top top, Names names) throws SqlError {
    if (top.percent()) {
      throw SqlError.refused("TOP .. PERCENT in a statement that changes rows");
    }
    return queries.top(new Query.Top(top.count(), false, false), names);
  }

  /**
   * The table that UPDATE or DELETE changes and the sources around it.
   *
   * @param fromSql empty where the table stands alone
   */
  private record Targeted(Table table, Source source, String fromSql, Names names) {}

  private Targeted targeted(
      ObjectName target, List<TableSource> from, Names outer, Permission permission)
      throws SqlError {
    if (target.parts().size() == 1 && outer.common(target.name()).isPresent()) {
      throw SqlError.refused("changing rows through a common table expression");
    }
    if (from.isEmpty()) {
      Table table = targets.table(target, permission);
      Source source = Source.of(table, target.name(), false, work.alias(target.name()));
      return new Targeted(table, source, "", outer.with(List.of(source)));
    }
    Queries.FromClause clause = queries.sources.from(from, outer);
    Source source = find(target, clause.sources());
    if (source == null) {
      Table table = targets.table(target, permission);
      Source own = Source.of(table, target.name(), false, work.alias(target.name()));
      List<Source> all = new ArrayList<>(clause.sources());
      all.add(own);
      String sql = clause.sql() + ", " + table.h2Name() + " " + own.h2Alias();
      return new Targeted(table, own, sql, outer.with(all));
    }
    Table table = source.table();
    if (table == null) {
      throw SqlError.refused("changing rows of a derived table (" + target + ")");
    }
    targets.writable(table, permission);
    boolean alone = from.size() == 1 && from.get(0) instanceof TableSource.Table;
    if (from.stream().anyMatch(f -> f instanceof TableSource.Join j && hasFull(j))) {
      throw SqlError.refused("changing rows of a FULL JOIN");
    }
    return new Targeted(table, source, alone ? "" : clause.sql(), outer.with(clause.sources()));
  }

  private static boolean hasFull(TableSource source) {
    return source instanceof TableSource.Join j
        && (j.kind() == TableSource.JoinKind.FULL || hasFull(j.left()) || hasFull(j.right()));
  }

  private @Nullable Source find(ObjectName target, List<Source> sources) throws SqlError {
    if (target.parts().size() == 1) {
      for (Source s : sources) {
        if (s.exposed().equalsIgnoreCase(target.name())) {
          return s;
        }
      }
    }
    String database = target.database().isEmpty() ? work.scope.database() : target.database();
    String schema = target.schema().isEmpty() ? "dbo" : target.schema();
    List<Source> same = new ArrayList<>();
    for (Source s : sources) {
      Table table = s.table();
      if (table != null
          && table.name().equalsIgnoreCase(target.name())
          && table.schema().equalsIgnoreCase(schema)
          && table.database().equalsIgnoreCase(database)) {
        same.add(s);
      }
    }
    if (same.size() > 1) {
      throw Faults.error(8154, "The table '%s' is ambiguous.", target);
    }
    return same.isEmpty() ? null : same.get(0);
  }

  // ---- DELETE ----

  Change delete(Statement.Delete s) throws SqlError {
    Names outer = Names.NONE.withCommons(s.with());
    Targeted t = targeted(s.target(), s.from(), outer, Permission.DELETE);
    if (s.where() != null || !s.from().isEmpty()) {
      work.needs(t.table, Permission.SELECT);
    }
    String where =
        s.where() == null ? "" : " WHERE " + expressions.conditions.condition(s.where(), t.names);
    String top = s.top() == null ? "" : top(s.top(), outer);
    String sql;
    if (t.fromSql.isEmpty()) {
      sql = "DELETE FROM " + t.table.h2Name() + " " + t.source.h2Alias() + where + top;
    } else {
      String distinct = top.isEmpty() ? "" : "DISTINCT ";
      sql =
          "DELETE FROM "
              + t.table.h2Name()
              + " WHERE _ROWID_ IN (SELECT "
              + distinct
              + t.source.h2Alias()
              + "._ROWID_"
              + t.fromSql
              + where
              + top
              + ")";
    }
    return shown(Command.DELETE, t.table, sql, s.output(), false, true, null);
  }

  private Change shown(
      Command command,
      Table table,
      String sql,
      Statement.@Nullable Output output,
      boolean inserted,
      boolean deleted,
      @Nullable Set<String> updated)
      throws SqlError {
    if (output == null) {
      return new Change(command, table, sql, List.of(), updated);
    }
    work.needs(table, Permission.SELECT);
    Targets.Shown shown = targets.output(output, table, inserted, deleted);
    return new Change(command, table, Targets.around(shown, sql), shown.columns(), updated);
  }

  // ---- MERGE ----

  Change merge(Statement.Merge s) throws SqlError {
    Names outer = Names.NONE.withCommons(s.with());
    Table table = expressions.queries.sources.find(s.target());
    String exposed = s.alias() != null ? s.alias() : s.target().name();
    Queries.FromClause using = queries.sources.source(s.source(), outer);
    if (s.source() instanceof TableSource.Join) {
      throw SqlError.refused("MERGE with a join as its source");
    }
    Source target = Source.of(table, exposed, s.alias() != null, work.alias(exposed));
    List<Source> both = new ArrayList<>();
    both.add(target);
    both.addAll(using.sources());
    Names names = outer.with(both);
    Names sourceOnly = outer.with(using.sources());
    StringBuilder sql = new StringBuilder("MERGE INTO ");
    sql.append(table.h2Name()).append(' ').append(target.h2Alias());
    sql.append(" USING ").append(using.sql());
    sql.append(" ON ").append(expressions.conditions.condition(s.on(), names));
    Set<String> updated = new HashSet<>();
    boolean updates = false;
    for (Statement.MergeWhen when : s.whens()) {
      boolean matched = when.match() == Statement.MergeMatch.MATCHED;
      if (when.match() == Statement.MergeMatch.NOT_MATCHED_BY_SOURCE) {
        throw SqlError.refused("MERGE .. WHEN NOT MATCHED BY SOURCE");
      }
      Names sight = matched ? names : sourceOnly;
      sql.append(matched ? " WHEN MATCHED" : " WHEN NOT MATCHED");
      if (when.condition() != null) {
        sql.append(" AND ").append(expressions.conditions.condition(when.condition(), sight));
      }
      sql.append(" THEN ");
      if (when.action() instanceof Statement.MergeUpdate u) {
        updates = true;
        targets.writable(table, Permission.UPDATE);
        sql.append(mergeUpdate(table, u, sight, updated));
      } else if (when.action() instanceof Statement.MergeInsert i) {
        targets.writable(table, Permission.INSERT);
        sql.append(mergeInsert(table, i, sight));
      } else {
        targets.writable(table, Permission.DELETE);
        sql.append("DELETE");
      }
    }
    work.needs(table, Permission.SELECT);
    return new Change(Command.MERGE, table, sql.toString(), List.of(), updates ? updated : null);
  }

  private String mergeUpdate(Table table, Statement.MergeUpdate u, Names names, Set<String> updated)
      throws SqlError {
    Targets.checkOnce(u.assignments().stream().map(Statement.Assignment::column).toList());
    List<String> sets = new ArrayList<>();
    for (Statement.Assignment a : u.assignments()) {
      if (a.variable() != null) {
        throw SqlError.refused("MERGE that assigns variables");
      }
      Table.Column column = Targets.updatable(table, a.column());
      updated.add(column.name().toLowerCase(Locale.ROOT));
      String value =
          Targets.isDefault(a.expression())
              ? targets.defaultOf(table, column)
              : targets.store(expressions.value(a.expression(), names), table, column);
      sets.add(H2Names.quote(column.name()) + " = " + value);
    }
    Targets.stamps(table).forEach(stamp -> sets.add(stamp.getKey() + " = " + stamp.getValue()));
    return "UPDATE SET " + String.join(", ", sets);
  }

  private String mergeInsert(Table table, Statement.MergeInsert i, Names names) throws SqlError {
    boolean explicit =
        work.scope.identityInsert() != null && work.scope.identityInsert() == table.objectId();
    List<Table.Column> columns = insertColumns(table, i.columns(), explicit);
    if (columns.size() != i.values().size()) {
      throw count(i.values().size() > columns.size(), i.columns().isEmpty(), true);
    }
    List<String> quoted = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int n = 0; n < columns.size(); n++) {
      Table.Column column = columns.get(n);
      Expression e = i.values().get(n);
      quoted.add(H2Names.quote(column.name()));
      if (Targets.isDefault(e)) {
        values.add(targets.defaultOf(table, column));
      } else {
        checkInsertable(column);
        values.add(targets.store(expressions.value(e, names), table, column));
      }
    }
    for (Table.Column c : table.columns()) {
      if (!columns.contains(c)
          && c.computed() == null
          && c.identity() == null
          && c.defaultText() != null) {
        quoted.add(H2Names.quote(c.name()));
        values.add(targets.defaultOf(table, c));
      }
    }
    return "INSERT (" + String.join(", ", quoted) + ") VALUES (" + String.join(", ", values) + ")";
  }
}
