package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From T-SQL's tree to H2's SQL. Thread-safe. */
public final class Translator {
  private final Catalog catalog;
  private final ChangeTracking tracking;

  public Translator(Catalog catalog, ChangeTracking tracking) {
    this.catalog = catalog;
    this.tracking = tracking;
  }

  /**
   * Translates a query or a change of rows: Select, Insert (but for INSERT .. EXECUTE), Update,
   * Delete, Merge.
   *
   * @throws SqlError 207, 208, 209, 4104 and their like for what does not exist or fit
   */
  public Translated translate(Statement statement, Scope scope) throws SqlError {
    Work work = new Work(catalog, tracking, scope, true);
    Expressions expressions = new Expressions(work);
    if (statement instanceof Statement.Select select) {
      Queries.Selected selected = expressions.queries.statement(select);
      return translated(
          work,
          selected.relation().sql(),
          selected.relation().columns(),
          Command.SELECT,
          null,
          null,
          null,
          selected.variables());
    }
    Change change;
    Expression context;
    if (statement instanceof Statement.Insert s) {
      change = new Inserts(expressions).insert(s);
      context = s.trackingContext();
    } else if (statement instanceof Statement.Update s) {
      change = new Updates(expressions).update(s);
      context = s.trackingContext();
    } else if (statement instanceof Statement.Delete s) {
      change = new Updates(expressions).delete(s);
      context = s.trackingContext();
    } else if (statement instanceof Statement.Merge s) {
      change = new Merges(expressions).merge(s);
      context = s.trackingContext();
    } else {
      throw new IllegalArgumentException("no query and no change: " + statement);
    }
    return translated(
        work,
        change.sql(),
        change.columns(),
        change.command(),
        change.target(),
        change.updatedColumns(),
        context == null ? null : expression(context, SqlType.varbinary(128), scope),
        List.of());
  }

  private static Translated translated(
      Work work,
      String sql,
      List<Queries.Column> columns,
      Command command,
      @Nullable Table target,
      java.util.@Nullable Set<String> updatedColumns,
      @Nullable TypedSql context,
      List<String> variables)
      throws SqlError {
    Work.Finished finished = work.finish(sql);
    return new Translated(
        finished.sql(),
        finished.bindings(),
        columns.stream()
            .map(
                c -> new ResultColumn(c.name(), c.type(), c.nullable(), c.identity(), c.computed()))
            .toList(),
        command,
        work.accesses(),
        target,
        updatedColumns,
        context,
        variables,
        work.touchesTables,
        work.tables);
  }

  /** A scalar expression, usable as {@code SELECT <sql>}; a condition becomes a BIT. */
  public TypedSql expression(Expression expression, Scope scope) throws SqlError {
    return scalar(expression, null, Names.NONE, new Work(catalog, tracking, scope, true));
  }

  /** As {@link #expression}, converted implicitly to a type, as in {@code SET @x = ..}. */
  public TypedSql expression(Expression expression, SqlType to, Scope scope) throws SqlError {
    return scalar(expression, to, Names.NONE, new Work(catalog, tracking, scope, true));
  }

  private static TypedSql scalar(Expression e, @Nullable SqlType to, Names names, Work work)
      throws SqlError {
    Expressions expressions = new Expressions(work);
    Typed value =
        Conditions.isCondition(e)
            ? Typed.fixed(expressions.conditions.condition(e, names), SqlType.BIT, true)
            : expressions.value(e, names);
    Typed result = to == null ? value : Casts.implicitly(value, to);
    Work.Finished finished = work.finish(Casts.settle(result).sql());
    return new TypedSql(finished.sql(), result.type(), finished.bindings());
  }

  /**
   * A type as written in a declaration.
   *
   * @param database where its alias types are
   * @throws SqlError 2715 for an unknown type, 131, 1001, 2716, 2750 for wrong arguments
   */
  public SqlType resolve(TypeName type, String database) throws SqlError {
    return TypeNames.resolve(catalog, type, database, 1);
  }

  /**
   * A computed column's expression, a CHECK condition (a boolean in H2) or a DEFAULT (no columns),
   * as H2 SQL over the columns of one table. Inserts evaluate defaults by {@link
   * Table.Column#defaultText} themselves, so H2 need not know them but to fill a new column.
   */
  public TypedSql columnExpression(
      Expression expression, List<Table.Column> columns, String database) throws SqlError {
    Work work = new Work(catalog, tracking, new Scope(database, "sa", Map.of()), false);
    List<Source.Field> fields =
        columns.stream().map(c -> new Source.Field(c.name(), Source.bareColumn(c))).toList();
    Names names = Names.NONE.with(List.of(Source.of("", "", fields)));
    return scalar(expression, null, names, work);
  }

  /** H2 SQL that converts a value as CAST does. */
  public String cast(String sql, SqlType from, SqlType to) throws SqlError {
    return Casts.settle(Casts.explicitly(Typed.fixed(sql, from, true), to)).sql();
  }
}
