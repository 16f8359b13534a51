package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TableSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** MERGE. */
final class Merges {
  private final Expressions expressions;
  private final Queries queries;
  private final Work work;
  private final Targets targets;

  Merges(Expressions expressions) {
    this.expressions = expressions;
    this.queries = expressions.queries;
    this.work = expressions.work;
    this.targets = new Targets(expressions);
  }

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
    Targets.stamping(table).ifPresent(sets::add);
    return "UPDATE SET " + String.join(", ", sets);
  }

  private String mergeInsert(Table table, Statement.MergeInsert i, Names names) throws SqlError {
    boolean explicit =
        work.scope.identityInsert() != null && work.scope.identityInsert() == table.objectId();
    List<Table.Column> columns = Inserts.insertColumns(table, i.columns(), explicit);
    if (columns.size() != i.values().size()) {
      throw Inserts.count(i.values().size() > columns.size(), i.columns().isEmpty(), true);
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
        Inserts.checkInsertable(column);
        values.add(targets.store(expressions.value(e, names), table, column));
      }
    }
    for (Table.Column c : table.columns()) {
      if (!columns.contains(c) && Targets.hasDefault(c)) {
        quoted.add(H2Names.quote(c.name()));
        values.add(targets.defaultOf(table, c));
      }
    }
    return "INSERT (" + String.join(", ", quoted) + ") VALUES (" + String.join(", ", values) + ")";
  }
}
