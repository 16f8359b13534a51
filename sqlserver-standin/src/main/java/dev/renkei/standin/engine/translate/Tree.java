package dev.renkei.standin.engine.translate;

import dev.renkei.standin.tsql.ast.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Walks expressions, but not into subqueries. */
final class Tree {
  private Tree() {}

  static List<Expression> children(Expression e) {
    List<Expression> result = new ArrayList<>();
    if (e instanceof Expression.Unary u) {
      result.add(u.operand());
    } else if (e instanceof Expression.Binary b) {
      result.add(b.left());
      result.add(b.right());
    } else if (e instanceof Expression.Case c) {
      if (c.operand() != null) {
        result.add(c.operand());
      }
      for (Expression.When w : c.whens()) {
        result.add(w.condition());
        result.add(w.result());
      }
      if (c.otherwise() != null) {
        result.add(c.otherwise());
      }
    } else if (e instanceof Expression.Cast c) {
      result.add(c.operand());
    } else if (e instanceof Expression.Collate c) {
      result.add(c.operand());
    } else if (e instanceof Expression.Call c) {
      result.addAll(c.arguments());
      if (c.window() != null) {
        result.addAll(c.window().partitionBy());
        c.window().orderBy().forEach(o -> result.add(o.expression()));
      }
    } else if (e instanceof Expression.IsNull i) {
      result.add(i.operand());
    } else if (e instanceof Expression.Between b) {
      result.addAll(List.of(b.operand(), b.low(), b.high()));
    } else if (e instanceof Expression.Like l) {
      result.add(l.operand());
      result.add(l.pattern());
    } else if (e instanceof Expression.InList in) {
      result.add(in.operand());
      result.addAll(in.values());
    } else if (e instanceof Expression.InQuery in) {
      result.add(in.operand());
    } else if (e instanceof Expression.Quantified q) {
      result.add(q.left());
    }
    return result;
  }

  static boolean any(Expression e, Predicate<Expression> test) {
    return test.test(e) || children(e).stream().anyMatch(c -> any(c, test));
  }
}
