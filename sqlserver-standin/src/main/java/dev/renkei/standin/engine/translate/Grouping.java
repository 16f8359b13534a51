package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which columns a grouped query may name. */
final class Grouping {
  private static final Set<String> AGGREGATES =
      Set.of(
          "COUNT",
          "COUNT_BIG",
          "SUM",
          "AVG",
          "MIN",
          "MAX",
          "STDEV",
          "STDEVP",
          "VAR",
          "VARP",
          "STRING_AGG");

  private Grouping() {}

  static boolean isAggregate(Expression e) {
    return e instanceof Expression.Call c
        && c.window() == null
        && c.name().parts().size() == 1
        && AGGREGATES.contains(c.name().name().toUpperCase(Locale.ROOT));
  }

  static boolean aggregates(Expression e) {
    return Tree.any(e, Grouping::isAggregate);
  }

  /**
   * Checks the select list and HAVING of a grouped query.
   *
   * @throws SqlError 8120 or 8121 for a column that is neither grouped nor aggregated
   */
  static void check(
      Query.Select s,
      List<Typed> groups,
      Expressions expressions,
      Names names,
      List<@Nullable Expression> items)
      throws SqlError {
    Expression having = s.having();
    boolean grouped = !groups.isEmpty() || having != null;
    for (Expression item : items) {
      grouped |= item != null && aggregates(item);
    }
    if (!grouped) {
      return;
    }
    for (Expression item : items) {
      if (item != null) {
        check(item, groups, expressions, names, 8120, "select list");
      }
    }
    if (having != null) {
      check(having, groups, expressions, names, 8121, "HAVING clause");
    }
  }

  private static void check(
      Expression e,
      List<Typed> groups,
      Expressions expressions,
      Names names,
      int error,
      String where)
      throws SqlError {
    if (isAggregate(e) || !Conditions.isCondition(e) && isGroup(e, groups, expressions, names)) {
      return;
    }
    if (e instanceof Expression.Column c) {
      String database = expressions.work.scope.database();
      boolean own = new Names(null, names.sources(), java.util.Map.of(), null).knows(c, database);
      if (own) {
        throw Faults.error(
            error,
            "Column '%s' is invalid in the %s because it is not contained in either an aggregate function or the GROUP BY clause.",
            c.qualifier().isEmpty() ? c.name() : String.join(".", c.qualifier()) + "." + c.name(),
            where);
      }
      return;
    }
    for (Expression child : Tree.children(e)) {
      check(child, groups, expressions, names, error, where);
    }
  }

  private static boolean isGroup(
      Expression e, List<Typed> groups, Expressions expressions, Names names) throws SqlError {
    if (groups.isEmpty() || e instanceof Expression.StringLiteral) {
      return false;
    }
    if (e instanceof Expression.Column c && !names.knows(c, expressions.work.scope.database())) {
      return false;
    }
    String sql = Casts.settle(expressions.value(e, names)).sql();
    return groups.stream().anyMatch(g -> g.sql().equals(sql));
  }
}
