package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TableSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** UPDATE and DELETE, with and without other tables in FROM. */
final class Updates {
  private final Expressions expressions;
  private final Queries queries;
  private final Work work;
  private final Targets targets;

  Updates(Expressions expressions) {
    this.expressions = expressions;
    this.queries = expressions.queries;
    this.work = expressions.work;
    this.targets = new Targets(expressions);
  }

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
      Targets.stamping(t.table).ifPresent(sets::add);
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
    return targets.shown(Command.UPDATE, t.table, sql, s.output(), true, true, updated);
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
    Targets.stamping(t.table).ifPresent(sets::add);
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
    return targets.shown(Command.DELETE, t.table, sql, s.output(), false, true, null);
  }
}
