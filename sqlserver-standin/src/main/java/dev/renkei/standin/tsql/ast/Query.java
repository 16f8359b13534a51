package dev.renkei.standin.tsql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query expression with everything around it.
 *
 * @param with common table expressions
 * @param fetch from {@code OFFSET .. FETCH ..}
 */
public record Query(
    List<CommonTable> with,
    Body body,
    List<OrderItem> orderBy,
    @Nullable Expression offset,
    @Nullable Expression fetch) {
  public Query {
    with = List.copyOf(with);
    orderBy = List.copyOf(orderBy);
  }

  public record CommonTable(String name, List<String> columns, Query query) {
    public CommonTable {
      columns = List.copyOf(columns);
    }
  }

  public record OrderItem(Expression expression, boolean descending) {}

  /** What stands between WITH and ORDER BY. */
  public sealed interface Body {}

  public enum SetOperator {
    UNION,
    UNION_ALL,
    EXCEPT,
    INTERSECT
  }

  public record SetOperation(SetOperator operator, Body left, Body right) implements Body {}

  /** A query in brackets inside a set operation. */
  public record Nested(Query query) implements Body {}

  /**
   * One SELECT.
   *
   * @param into target of SELECT INTO
   * @param from comma-separated sources; empty without FROM
   */
  public record Select(
      boolean distinct,
      @Nullable Top top,
      List<SelectItem> items,
      @Nullable ObjectName into,
      List<TableSource> from,
      @Nullable Expression where,
      List<Expression> groupBy,
      @Nullable Expression having)
      implements Body {
    public Select {
      items = List.copyOf(items);
      from = List.copyOf(from);
      groupBy = List.copyOf(groupBy);
    }
  }

  public record Top(Expression count, boolean percent, boolean withTies) {}

  public sealed interface SelectItem {}

  /** {@code *} or {@code t.*}. */
  public record Star(List<String> qualifier) implements SelectItem {
    public Star {
      qualifier = List.copyOf(qualifier);
    }
  }

  /** An expression with its name; the name is null where none is given. */
  public record Item(Expression expression, @Nullable String alias) implements SelectItem {}

  /** {@code SELECT @x = ..}. */
  public record Assign(String variable, Expression expression) implements SelectItem {}
}
