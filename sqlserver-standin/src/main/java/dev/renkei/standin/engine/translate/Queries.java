package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TableSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Queries. Every result's columns are named {@code "c1"}, {@code "c2"}, ... in H2. */
final class Queries {
  private final Expressions expressions;
  private final Work work;
  final Sources sources;

  Queries(Expressions expressions) {
    this.expressions = expressions;
    this.work = expressions.work;
    this.sources = new Sources(expressions, this);
  }

  /** What a query gives. */
  record Relation(String sql, List<Column> columns) {}

  /** A column of a result; the name is empty where it has none. */
  record Column(
      String name,
      SqlType type,
      boolean nullable,
      boolean identity,
      boolean computed,
      Typed.Collation collation) {
    static Column of(String name, Typed t) {
      var column = t.column();
      return new Column(
          name,
          t.type(),
          t.nullable(),
          column != null && column.identity() != null,
          column != null && column.computed() != null,
          t.collation());
    }
  }

  /** A query whose rows the client or an INSERT takes, so it may be ordered. */
  Relation outermost(Query query, Names names) throws SqlError {
    return query(query, names, true);
  }

  /** A query inside another: it is ordered only to pick its first rows. */
  Relation subquery(Query query, Names names) throws SqlError {
    return query(query, names, false);
  }

  private Relation query(Query query, Names outer, boolean mayOrder) throws SqlError {
    Names names = outer.withCommons(query.with());
    if (!mayOrder && !query.orderBy().isEmpty() && query.offset() == null && !hasTop(query)) {
      throw new SqlError(
          1033,
          1,
          15,
          "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries,"
              + " and common table expressions, unless TOP, OFFSET or FOR XML is also specified.");
    }
    if (query.body() instanceof Query.Select select) {
      Selection s = select(select, names);
      String order = order(query, s, select);
      return new Relation(s.sql(s.items, order + limit(query, s.top, names)), s.columns());
    }
    if (query.body() instanceof Query.Nested nested
        && query.orderBy().isEmpty()
        && query.offset() == null) {
      return query(nested.query(), names, mayOrder);
    }
    SetOperations.Branch all = new SetOperations(this, work).branch(query.body(), names);
    List<SqlType> types = all.columns().stream().map(Column::type).toList();
    String order = orderOfSet(query, all.columns());
    return new Relation(all.sql(types) + order + limit(query, "", names), all.columns());
  }

  private static boolean hasTop(Query query) {
    return query.body() instanceof Query.Select s && s.top() != null;
  }

  /** {@code EXISTS (..)}, with no more columns than needed. */
  String exists(Query query, Names outer) throws SqlError {
    if (query.with().isEmpty()
        && query.body() instanceof Query.Select s
        && s.groupBy().isEmpty()
        && s.having() == null
        && s.top() == null
        && query.offset() == null
        && s.items().stream().noneMatch(Queries::mayAggregate)) {
      if (s.where() == null
          && s.from().size() == 1
          && s.from().get(0) instanceof TableSource.Changes changes) {
        return sources.changeTables.exists(changes);
      }
      FromClause from = sources.from(s.from(), outer);
      Names names = outer.with(from.sources());
      for (Query.SelectItem item : s.items()) {
        if (item instanceof Query.Item i) {
          expressions.value(i.expression(), names);
        }
      }
      StringBuilder sql = new StringBuilder("EXISTS (SELECT 1").append(from.sql());
      if (s.where() != null) {
        sql.append(" WHERE ").append(expressions.conditions.condition(s.where(), names));
      }
      return sql.append(")").toString();
    }
    return "EXISTS (" + subquery(query, outer).sql() + ")";
  }

  private static boolean mayAggregate(Query.SelectItem item) {
    return item instanceof Query.Item i && Grouping.aggregates(i.expression());
  }

  // ---- one SELECT ----

  /** FROM with what it brings into sight. */
  record FromClause(String sql, List<Source> sources) {}

  /** A SELECT, translated but for its ORDER BY. */
  final class Selection {
    final Names names;
    final List<Typed> items = new ArrayList<>();
    final List<String> labels = new ArrayList<>();
    final List<@Nullable Expression> written = new ArrayList<>();
    final List<String> variables = new ArrayList<>();
    String top = "";
    String distinct = "";
    String rest = "";

    Selection(Names names) {
      this.names = names;
    }

    List<Column> columns() {
      List<Column> result = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        result.add(Column.of(labels.get(i), items.get(i)));
      }
      return result;
    }

    String sql(List<Typed> shown, String end) {
      StringBuilder sql = new StringBuilder("SELECT ").append(distinct);
      for (int i = 0; i < shown.size(); i++) {
        sql.append(i == 0 ? "" : ", ").append(shown.get(i).sql());
        sql.append(" AS \"c").append(i + 1).append('"');
      }
      return sql.append(rest).append(end).toString();
    }
  }

  Selection select(Query.Select s, Names outer) throws SqlError {
    if (s.into() != null) {
      throw SqlError.refused("SELECT INTO");
    }
    FromClause from = sources.from(s.from(), outer);
    Selection result = new Selection(outer.with(from.sources()));
    Names names = result.names;
    StringBuilder rest = new StringBuilder(from.sql());
    if (s.where() != null) {
      rest.append(" WHERE ").append(expressions.conditions.condition(s.where(), names));
    }
    List<Typed> groups = new ArrayList<>();
    for (Expression g : s.groupBy()) {
      groups.add(Casts.settle(expressions.value(g, names)));
    }
    for (Query.SelectItem item : s.items()) {
      add(result, item, s);
    }
    if (!result.variables.isEmpty() && result.variables.size() != result.items.size()) {
      throw new SqlError(
          141,
          1,
          15,
          "A SELECT statement that assigns a value to a variable must not be combined with"
              + " data-retrieval operations.");
    }
    Grouping.check(s, groups, expressions, names, result.written);
    if (!groups.isEmpty()) {
      rest.append(" GROUP BY ");
      rest.append(String.join(", ", groups.stream().map(Typed::sql).toList()));
    }
    if (s.having() != null) {
      rest.append(" HAVING ").append(expressions.conditions.condition(s.having(), names));
    }
    result.rest = rest.toString();
    result.distinct = s.distinct() ? "DISTINCT " : "";
    if (s.top() != null) {
      result.top = top(s.top(), outer);
    }
    return result;
  }

  private void add(Selection s, Query.SelectItem item, Query.Select select) throws SqlError {
    if (item instanceof Query.Star star) {
      if (s.names.sources().isEmpty()) {
        throw Faults.error(263, "Must specify table to select from.");
      }
      for (Source source : s.names.star(star.qualifier(), work.scope.database())) {
        for (Source.Field field : source.columns()) {
          s.items.add(source.use(field));
          s.labels.add(field.name());
          s.written.add(new Expression.Column(List.of(source.exposed()), field.name()));
        }
      }
    } else if (item instanceof Query.Item i) {
      s.items.add(Casts.settle(expressions.value(i.expression(), s.names)));
      s.labels.add(label(i));
      s.written.add(i.expression());
    } else if (item instanceof Query.Assign a) {
      assign(s, a, select);
    }
  }

  private static String label(Query.Item item) {
    if (item.alias() != null) {
      return item.alias();
    }
    return item.expression() instanceof Expression.Column c ? c.name() : "";
  }

  private void assign(Selection s, Query.Assign a, Query.Select select) throws SqlError {
    String name = a.variable().toLowerCase(Locale.ROOT);
    SqlType type = work.scope.variables().get(name);
    if (type == null) {
      throw Faults.undeclared(a.variable());
    }
    if (!select.from().isEmpty() && (mentions(a, a.variable()) || mentionsAny(a, s.variables))) {
      throw SqlError.refused(
          "SELECT "
              + a.variable()
              + " = .. with a variable that the same SELECT assigns row by row");
    }
    Typed value = Casts.implicitly(expressions.value(a.expression(), s.names), type);
    s.items.add(value);
    s.labels.add("");
    s.written.add(a.expression());
    s.variables.add(name);
    if (select.from().isEmpty()) {
      expressions.assign(name, value);
    }
  }

  private static boolean mentions(Query.Assign a, String variable) {
    return Tree.any(
        a.expression(),
        e -> e instanceof Expression.Variable v && v.name().equalsIgnoreCase(variable));
  }

  private static boolean mentionsAny(Query.Assign a, List<String> variables) {
    return variables.stream().anyMatch(v -> mentions(a, v));
  }

  // ---- TOP, ORDER BY, OFFSET ----

  String top(Query.Top top, Names names) throws SqlError {
    String ties = top.withTies() ? " ROWS WITH TIES" : " ROWS ONLY";
    if (top.percent()) {
      Typed share = Casts.implicitly(expressions.value(top.count(), names), SqlType.FLOAT);
      if (!(top.count() instanceof Expression.NumberLiteral n)
          || n.value().stripTrailingZeros().scale() > 0) {
        throw SqlError.refused(
            "TOP with a share that is not a whole number: " + share.type().declaration());
      }
      return " FETCH FIRST " + n.value().toBigInteger() + " PERCENT" + ties;
    }
    return " FETCH FIRST " + count(top.count(), names, 1060, "TOP or FETCH") + ties;
  }

  private String count(Expression e, Names names, int error, String clause) throws SqlError {
    if (e instanceof Expression.NumberLiteral n) {
      BigDecimal value = n.value();
      if (value.signum() < 0 || value.scale() > 0) {
        throw new SqlError(
            error,
            1,
            15,
            "The number of rows provided for a %s clauses row count parameter must be an integer."
                .formatted(clause));
      }
      return value.toBigInteger().toString();
    }
    return Casts.implicitly(expressions.value(e, names), SqlType.BIGINT).sql();
  }

  private String limit(Query query, String top, Names names) throws SqlError {
    if (query.offset() == null) {
      return top;
    }
    if (!top.isEmpty()) {
      throw new SqlError(
          10741, 1, 15, "A TOP can not be used in the same query or sub-query as a OFFSET.");
    }
    String offset = " OFFSET " + count(query.offset(), names, 10742, "OFFSET") + " ROWS";
    return query.fetch() == null
        ? offset
        : offset + " FETCH NEXT " + count(query.fetch(), names, 10744, "FETCH") + " ROWS ONLY";
  }

  private String order(Query query, Selection s, Query.Select select) throws SqlError {
    List<String> parts = new ArrayList<>();
    for (Query.OrderItem item : query.orderBy()) {
      String key = orderKey(item.expression(), s, select);
      if (!key.isEmpty()) {
        parts.add(key + (item.descending() ? " DESC" : ""));
      }
    }
    return parts.isEmpty() ? "" : " ORDER BY " + String.join(", ", parts);
  }

  /** The position of a column of the result where it is one; empty for a constant. */
  private String orderKey(Expression e, Selection s, Query.Select select) throws SqlError {
    Integer position = position(e, s.labels);
    if (position == null && e instanceof Expression.Column c && c.qualifier().isEmpty()) {
      List<Integer> named = new ArrayList<>();
      for (int i = 0; i < s.labels.size(); i++) {
        if (s.labels.get(i).equalsIgnoreCase(c.name())) {
          named.add(i);
        }
      }
      if (named.stream().map(i -> s.items.get(i).sql()).distinct().count() > 1) {
        throw Faults.ambiguous(c.name());
      }
      position = named.isEmpty() ? null : named.get(0) + 1;
    }
    if (position != null) {
      checkSortable(s.items.get(position - 1).type());
      return position.toString();
    }
    Typed key = Casts.settle(expressions.value(e, s.names));
    checkSortable(key.type());
    if (key.literal() != null) {
      throw new SqlError(
          408, 1, 15, "A constant expression was encountered in the ORDER BY list, position 1.");
    }
    for (int i = 0; i < s.items.size(); i++) {
      if (s.items.get(i).sql().equals(key.sql())) {
        return Integer.toString(i + 1);
      }
    }
    if (select.distinct()) {
      throw new SqlError(
          145,
          1,
          15,
          "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.");
    }
    return key.fixed() && key.column() == null && !isVolatile(e) ? "" : key.sql();
  }

  /** {@code ORDER BY (SELECT NULL)} and NEWID() are no constants. */
  private static boolean isVolatile(Expression e) {
    return Tree.any(e, x -> x instanceof Expression.Call || x instanceof Expression.Scalar);
  }

  private static void checkSortable(SqlType type) throws SqlError {
    if (Types.isLegacyLob(type.kind()) || type.kind() == dev.renkei.standin.sql.Kind.XML) {
      throw Faults.error(
          306,
          "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.");
    }
  }

  private static @Nullable Integer position(Expression e, List<String> labels) throws SqlError {
    if (e instanceof Expression.NumberLiteral n && n.value().scale() <= 0) {
      int position = n.value().intValue();
      if (position < 1 || position > labels.size()) {
        throw Faults.error(
            108,
            "The ORDER BY position number %d is out of range of the number of items in the select list.",
            position);
      }
      return position;
    }
    return null;
  }

  private String orderOfSet(Query query, List<Column> columns) throws SqlError {
    List<String> names = columns.stream().map(Column::name).toList();
    List<String> parts = new ArrayList<>();
    for (Query.OrderItem item : query.orderBy()) {
      Integer position = position(item.expression(), names);
      if (position == null && item.expression() instanceof Expression.Column c) {
        for (int i = 0; i < names.size() && position == null; i++) {
          position = names.get(i).equalsIgnoreCase(c.name()) ? (Integer) (i + 1) : null;
        }
      }
      if (position == null) {
        throw Faults.error(
            104,
            "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.");
      }
      parts.add(position + (item.descending() ? " DESC" : ""));
    }
    return parts.isEmpty() ? "" : " ORDER BY " + String.join(", ", parts);
  }

  /** A column of a derived table. */
  static Typed inner(String h2Alias, int position, Column column) {
    return new Typed(
        h2Alias + ".\"c" + position + "\"",
        column.type(),
        column.nullable(),
        column.collation() == Typed.Collation.EXPLICIT
            ? Typed.Collation.COLUMN
            : column.collation(),
        true,
        false,
        null,
        null);
  }

  /** For statements that are queries: with assigned variables, if any. */
  Selected statement(Statement.Select statement) throws SqlError {
    Query query = statement.query();
    if (query.body() instanceof Query.Select select
        && select.items().stream().anyMatch(Query.Assign.class::isInstance)) {
      Names names = Names.NONE.withCommons(query.with());
      Selection s = select(select, names);
      String order = order(query, s, select);
      Relation r = new Relation(s.sql(s.items, order + limit(query, s.top, names)), s.columns());
      return new Selected(r, s.variables);
    }
    return new Selected(outermost(query, Names.NONE), List.of());
  }

  record Selected(Relation relation, List<String> variables) {}
}
