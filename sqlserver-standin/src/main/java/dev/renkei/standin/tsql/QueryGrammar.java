package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Variable;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Query.Body;
import dev.renkei.standin.tsql.ast.Query.CommonTable;
import dev.renkei.standin.tsql.ast.Query.OrderItem;
import dev.renkei.standin.tsql.ast.Query.Select;
import dev.renkei.standin.tsql.ast.Query.SelectItem;
import dev.renkei.standin.tsql.ast.Query.SetOperation;
import dev.renkei.standin.tsql.ast.Query.SetOperator;
import dev.renkei.standin.tsql.ast.Query.Top;
import dev.renkei.standin.tsql.ast.TableSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SELECT with all that belongs to it, and common table expressions. */
abstract class QueryGrammar extends SourceGrammar {
  QueryGrammar(List<Token> tokens) {
    super(tokens);
  }

  // ---- whole queries ----

  /** A query that is a statement of its own, without its common tables and OPTION. */
  final Query query(List<CommonTable> with) throws SqlError {
    enter(40);
    Query query = ordered(with, setOperations(bodyPart()));
    leave(40);
    return query;
  }

  @Override
  final Query subquery() throws SqlError {
    return checkedSubquery(query(List.of()));
  }

  @Override
  final Query subqueryAfter(Query first) throws SqlError {
    enter(40);
    Query query = ordered(List.of(), setOperations(intersections(new Query.Nested(first))));
    leave(40);
    return checkedSubquery(query);
  }

  private Query checkedSubquery(Query query) throws SqlError {
    boolean sortedForNothing =
        !query.orderBy().isEmpty()
            && query.offset() == null
            && !(query.body() instanceof Select select && select.top() != null);
    if (sortedForNothing) {
      throw error(
          1033,
          "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries,"
              + " and common table expressions, unless TOP, OFFSET or FOR XML is also specified.");
    }
    return query;
  }

  private Query ordered(List<CommonTable> with, Body body) throws SqlError {
    List<OrderItem> order = is("ORDER") ? orderBy() : List.of();
    Expression offset = null;
    Expression fetch = null;
    if (!order.isEmpty() && accept("OFFSET")) {
      if (body instanceof Select select && select.top() != null) {
        throw error(10741, "A TOP can not be used in the same query or sub-query as a OFFSET.");
      }
      offset = value();
      rowOrRows();
      if (accept("FETCH")) {
        if (!accept("NEXT")) {
          expect("FIRST");
        }
        fetch = value();
        rowOrRows();
        expect("ONLY");
      }
    }
    if (is("FOR")) {
      throw peek(1).kind() == Kind.WORD ? refused("FOR " + peek(1).word()) : unexpected();
    }
    if (is("COMPUTE")) {
      throw refused("COMPUTE");
    }
    return new Query(with, body, order, offset, fetch);
  }

  private void rowOrRows() throws SqlError {
    if (!accept("ROW")) {
      expect("ROWS");
    }
  }

  @Override
  final List<OrderItem> orderBy() throws SqlError {
    expect("ORDER");
    expect("BY");
    List<OrderItem> items = new ArrayList<>();
    do {
      Expression expression = value();
      boolean descending = accept("DESC");
      if (!descending) {
        accept("ASC");
      }
      items.add(new OrderItem(expression, descending));
    } while (accept(","));
    return items;
  }

  /**
   * {@code WITH a AS (..), b (x, y) AS (..)}, from the first name on; the word WITH has been read.
   */
  final List<CommonTable> commonTables() throws SqlError {
    List<CommonTable> tables = new ArrayList<>();
    do {
      if (is("XMLNAMESPACES", "(")) {
        throw refused("WITH XMLNAMESPACES");
      }
      String name = name();
      List<String> columns = is("(") ? nameList() : List.of();
      expect("AS");
      expect("(");
      Query query = subquery();
      expect(")");
      tables.add(new CommonTable(name, columns, query));
    } while (accept(","));
    return tables;
  }

  // ---- set operations ----

  private Body setOperations(Body first) throws SqlError {
    Body left = first;
    int operations = 0;
    while (is("UNION") || is("EXCEPT")) {
      checkLength(++operations);
      left =
          is("UNION", "ALL")
              ? unionAll(left)
              : new SetOperation(
                  next().is("UNION") ? SetOperator.UNION : SetOperator.EXCEPT, left, bodyPart());
    }
    return left;
  }

  /**
   * A run of UNION ALL, taken whole and balanced: a query of a thousand parts, as someone who polls
   * many tables at once sends it, is then no deep tree.
   */
  private Body unionAll(Body first) throws SqlError {
    List<Body> parts = new ArrayList<>();
    parts.add(first);
    while (accept("UNION", "ALL")) {
      parts.add(bodyPart());
    }
    return balanced(parts);
  }

  private static Body balanced(List<Body> parts) {
    int size = parts.size();
    if (size == 1) {
      return parts.get(0);
    }
    int middle = (size + 1) / 2;
    return new SetOperation(
        SetOperator.UNION_ALL,
        balanced(parts.subList(0, middle)),
        balanced(parts.subList(middle, size)));
  }

  /** What UNION and EXCEPT join: selects, joined by INTERSECT, which binds more tightly. */
  private Body bodyPart() throws SqlError {
    return intersections(simpleBody());
  }

  private Body intersections(Body first) throws SqlError {
    Body left = first;
    int operations = 0;
    while (accept("INTERSECT")) {
      checkLength(++operations);
      left = new SetOperation(SetOperator.INTERSECT, left, simpleBody());
    }
    return left;
  }

  private Body simpleBody() throws SqlError {
    if (accept("(")) {
      Query query = query(List.of());
      expect(")");
      return new Query.Nested(query);
    }
    return select();
  }

  // ---- SELECT ----

  private Select select() throws SqlError {
    expect("SELECT");
    boolean distinct = accept("DISTINCT");
    if (!distinct) {
      accept("ALL");
    }
    Top top = top();
    List<SelectItem> items = selectItems();
    checkAssignments(items);
    ObjectName into = accept("INTO") ? objectName() : null;
    List<TableSource> from = from();
    Expression where = where();
    List<Expression> groupBy = groupBy();
    Expression having = accept("HAVING") ? condition() : null;
    return new Select(distinct, top, items, into, from, where, groupBy, having);
  }

  private void checkAssignments(List<SelectItem> items) throws SqlError {
    long assignments = items.stream().filter(Query.Assign.class::isInstance).count();
    if (assignments > 0 && assignments < items.size()) {
      throw error(
          141,
          "A SELECT statement that assigns a value to a variable must not be combined with"
              + " data-retrieval operations.");
    }
  }

  final @Nullable Expression where() throws SqlError {
    if (!accept("WHERE")) {
      return null;
    }
    if (is("CURRENT", "OF")) {
      throw refused("WHERE CURRENT OF (cursors)");
    }
    return condition();
  }

  /** {@code TOP n}, {@code TOP (n) PERCENT WITH TIES}; null without. */
  final @Nullable Top top() throws SqlError {
    if (!accept("TOP")) {
      return null;
    }
    Expression count;
    if (accept("(")) {
      count = value();
      expect(")");
    } else {
      if (!isKind(Kind.NUMBER)) {
        throw unexpected();
      }
      count = new Expression.NumberLiteral(new BigDecimal(next().text()));
    }
    boolean percent = accept("PERCENT");
    return new Top(count, percent, accept("WITH", "TIES"));
  }

  private List<Expression> groupBy() throws SqlError {
    if (!accept("GROUP")) {
      return List.of();
    }
    expect("BY");
    if (is("ALL") || is("ROLLUP", "(") || is("CUBE", "(") || is("GROUPING", "SETS")) {
      throw refused("GROUP BY " + (is("GROUPING") ? "GROUPING SETS" : peek().word()));
    }
    if (is("(", ")")) {
      throw refused("GROUP BY ()");
    }
    List<Expression> items = values();
    if (is("WITH", "ROLLUP") || is("WITH", "CUBE")) {
      throw refused("GROUP BY .. WITH " + peek(1).word());
    }
    return items;
  }

  // ---- the select list, also of OUTPUT ----

  final List<SelectItem> selectItems() throws SqlError {
    List<SelectItem> items = new ArrayList<>();
    do {
      items.add(selectItem());
    } while (accept(","));
    return items;
  }

  private SelectItem selectItem() throws SqlError {
    if (accept("*")) {
      return new Query.Star(List.of());
    }
    Token token = peek();
    Token following = peek(1);
    if (token.kind() == Kind.VARIABLE && isAssignment(following)) {
      String variable = next().text();
      return new Query.Assign(variable, assigned(new Variable(variable)));
    }
    if (following.is("=") && (token.isName() || token.isString())) {
      String alias = next().text();
      expect("=");
      return new Query.Item(value(), alias);
    }
    if (following.is(".") && isQualifiedStar()) {
      List<String> qualifier = new ArrayList<>();
      while (!accept("*")) {
        qualifier.add(is(".") ? "" : name());
        expect(".");
      }
      return new Query.Star(qualifier);
    }
    Expression value = value();
    return new Query.Item(value, itemAlias());
  }

  private static boolean isAssignment(Token token) {
    return switch (token.word()) {
      case "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=" -> true;
      default -> false;
    };
  }

  /** Whether {@code a.b.*} follows. */
  private boolean isQualifiedStar() {
    int ahead = 0;
    while (peek(ahead).isName() || peek(ahead).is(".")) {
      ahead++;
    }
    return peek(ahead).is("*") && peek(ahead - 1).is(".");
  }

  private @Nullable String itemAlias() throws SqlError {
    boolean marked = accept("AS");
    if (peek().isString()) {
      return next().text();
    }
    return marked || isName() ? name() : null;
  }
}
