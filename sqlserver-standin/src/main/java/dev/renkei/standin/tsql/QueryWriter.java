package dev.renkei.standin.tsql;

import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Query.SetOperation;
import dev.renkei.standin.tsql.ast.Query.SetOperator;
import dev.renkei.standin.tsql.ast.TableSource;
import dev.renkei.standin.tsql.ast.TableSource.JoinKind;
import java.util.List;

/** Writes queries and what stands in FROM. */
final class QueryWriter extends ExpressionWriter {
  @Override
  void query(Query query) {
    if (!query.with().isEmpty()) {
      out.append("WITH ");
      joined(query.with(), this::commonTable);
      out.append(' ');
    }
    body(query.body());
    if (!query.orderBy().isEmpty()) {
      out.append(' ');
      orderBy(query.orderBy());
    }
    if (query.offset() != null) {
      out.append(" OFFSET ");
      expression(query.offset());
      out.append(" ROWS");
    }
    if (query.fetch() != null) {
      out.append(" FETCH NEXT ");
      expression(query.fetch());
      out.append(" ROWS ONLY");
    }
  }

  private void commonTable(Query.CommonTable table) {
    out.append(quoted(table.name()));
    if (!table.columns().isEmpty()) {
      out.append(' ');
      nameList(table.columns());
    }
    out.append(" AS (");
    query(table.query());
    out.append(')');
  }

  // ---- bodies ----

  private void body(Query.Body body) {
    if (body instanceof Query.Select select) {
      select(select);
    } else if (body instanceof Query.Nested nested) {
      out.append('(');
      query(nested.query());
      out.append(')');
    } else if (body instanceof SetOperation operation) {
      setOperation(operation);
    }
  }

  private void setOperation(SetOperation operation) {
    part(operation.left(), isTighter(operation.operator(), operation.left(), true));
    out.append(
        switch (operation.operator()) {
          case UNION -> " UNION ";
          case UNION_ALL -> " UNION ALL ";
          case EXCEPT -> " EXCEPT ";
          case INTERSECT -> " INTERSECT ";
        });
    part(operation.right(), isTighter(operation.operator(), operation.right(), false));
  }

  /** Whether a part of a set operation can stand there without brackets. */
  private static boolean isTighter(SetOperator operator, Query.Body part, boolean left) {
    if (!(part instanceof SetOperation inner)) {
      return true;
    }
    boolean innerIntersect = inner.operator() == SetOperator.INTERSECT;
    if (operator == SetOperator.INTERSECT) {
      return left && innerIntersect;
    }
    boolean sameUnionAll =
        operator == SetOperator.UNION_ALL && inner.operator() == SetOperator.UNION_ALL;
    return left || innerIntersect || sameUnionAll;
  }

  private void part(Query.Body body, boolean bare) {
    out.append(bare ? "" : "(");
    body(body);
    out.append(bare ? "" : ")");
  }

  private void select(Query.Select select) {
    out.append(select.distinct() ? "SELECT DISTINCT " : "SELECT ");
    if (select.top() != null) {
      top(select.top());
    }
    joined(select.items(), this::item);
    if (select.into() != null) {
      out.append(" INTO ");
      name(select.into().parts());
    }
    if (!select.from().isEmpty()) {
      out.append(" FROM ");
      joined(select.from(), this::source);
    }
    if (select.where() != null) {
      out.append(" WHERE ");
      expression(select.where());
    }
    if (!select.groupBy().isEmpty()) {
      out.append(" GROUP BY ");
      expressions(select.groupBy());
    }
    if (select.having() != null) {
      out.append(" HAVING ");
      expression(select.having());
    }
  }

  private void top(Query.Top top) {
    out.append("TOP (");
    expression(top.count());
    out.append(top.percent() ? ") PERCENT " : ") ").append(top.withTies() ? "WITH TIES " : "");
  }

  private void item(Query.SelectItem item) {
    if (item instanceof Query.Star star) {
      name(star.qualifier());
      out.append(star.qualifier().isEmpty() ? "*" : ".*");
    } else if (item instanceof Query.Assign assign) {
      out.append(assign.variable()).append(" = ");
      expression(assign.expression());
    } else if (item instanceof Query.Item plain) {
      expression(plain.expression());
      if (plain.alias() != null) {
        out.append(" AS ").append(alias(plain.alias()));
      }
    }
  }

  /** An alias; the empty one can only be written as a string. */
  private static String alias(String alias) {
    return alias.isEmpty() ? "''" : quoted(alias);
  }

  // ---- FROM ----

  private void source(TableSource source) {
    if (source instanceof TableSource.Join join) {
      join(join);
    } else if (source instanceof TableSource.Table table) {
      table(table);
    } else if (source instanceof TableSource.Derived derived) {
      out.append('(');
      query(derived.query());
      out.append(')');
      alias(derived.alias(), derived.columns());
    } else if (source instanceof TableSource.Values values) {
      out.append("(VALUES ");
      joined(values.rows(), this::row);
      out.append(')');
      alias(values.alias(), values.columns());
    } else if (source instanceof TableSource.Changes changes) {
      out.append("CHANGETABLE(CHANGES ");
      name(changes.table().parts());
      out.append(", ");
      expression(changes.since());
      out.append(')');
      alias(changes.alias(), changes.columns());
    } else if (source instanceof TableSource.RowVersion version) {
      out.append("CHANGETABLE(VERSION ");
      name(version.table().parts());
      out.append(", ");
      nameList(version.keys());
      out.append(", ");
      row(version.values());
      out.append(')');
      alias(version.alias(), version.columns());
    } else if (source instanceof TableSource.FunctionCall call) {
      function(call.name());
      row(call.arguments());
      alias(call.alias(), call.columns());
    }
  }

  private void table(TableSource.Table table) {
    name(table.name().parts());
    if (table.alias() != null) {
      out.append(" AS ").append(quoted(table.alias()));
    }
    if (!table.hints().isEmpty()) {
      out.append(" WITH (").append(String.join(", ", table.hints())).append(')');
    }
  }

  private void row(List<Expression> values) {
    out.append('(');
    expressions(values);
    out.append(')');
  }

  private void alias(String alias, List<String> columns) {
    out.append(" AS ").append(quoted(alias));
    if (!columns.isEmpty()) {
      out.append(' ');
      nameList(columns);
    }
  }

  private void join(TableSource.Join join) {
    source(join.left());
    out.append(words(join.kind()));
    boolean brackets = join.right() instanceof TableSource.Join;
    out.append(brackets ? "(" : "");
    source(join.right());
    out.append(brackets ? ")" : "");
    if (join.on() != null) {
      out.append(" ON ");
      expression(join.on());
    }
  }

  private static String words(JoinKind kind) {
    return switch (kind) {
      case INNER -> " INNER JOIN ";
      case LEFT -> " LEFT JOIN ";
      case RIGHT -> " RIGHT JOIN ";
      case FULL -> " FULL JOIN ";
      case CROSS -> " CROSS JOIN ";
      case CROSS_APPLY -> " CROSS APPLY ";
      case OUTER_APPLY -> " OUTER APPLY ";
    };
  }
}
