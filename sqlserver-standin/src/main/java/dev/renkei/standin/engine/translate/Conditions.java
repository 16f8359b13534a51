package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import dev.renkei.standin.tsql.ast.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * Conditions, as H2's booleans.
 *
 * <p>Columns stay bare wherever H2 compares them as SQL Server does, so that their indexes are
 * used; it is the other side that is converted.
 */
final class Conditions {
  private final Expressions expressions;

  Conditions(Expressions expressions) {
    this.expressions = expressions;
  }

  static boolean isCondition(Expression e) {
    if (e instanceof Expression.Binary b) {
      return switch (b.operator()) {
        case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, AND, OR -> true;
        default -> false;
      };
    }
    return e instanceof Expression.Unary u && u.operator() == UnaryOperator.NOT
        || e instanceof Expression.IsNull
        || e instanceof Expression.Between
        || e instanceof Expression.Like
        || e instanceof Expression.InList
        || e instanceof Expression.InQuery
        || e instanceof Expression.Exists
        || e instanceof Expression.Quantified;
  }

  String condition(Expression e, Names names) throws SqlError {
    if (e instanceof Expression.Binary b && isCondition(b)) {
      return switch (b.operator()) {
        case AND -> "(" + condition(b.left(), names) + " AND " + condition(b.right(), names) + ")";
        case OR -> "(" + condition(b.left(), names) + " OR " + condition(b.right(), names) + ")";
        default -> compare(b.operator(), value(b.left(), names), value(b.right(), names));
      };
    }
    if (e instanceof Expression.Unary u && u.operator() == UnaryOperator.NOT) {
      return "(NOT " + condition(u.operand(), names) + ")";
    }
    if (e instanceof Expression.IsNull i) {
      return "(" + value(i.operand(), names).sql() + (i.negated() ? " IS NOT NULL)" : " IS NULL)");
    }
    if (e instanceof Expression.Between b) {
      return between(b, names);
    }
    if (e instanceof Expression.Like l) {
      return like(l, names);
    }
    if (e instanceof Expression.InList in) {
      return inList(in, names);
    }
    if (e instanceof Expression.InQuery in) {
      return inQuery(in, names);
    }
    if (e instanceof Expression.Exists x) {
      return expressions.queries.exists(x.query(), names);
    }
    if (e instanceof Expression.Quantified q) {
      return quantified(q, names);
    }
    throw new SqlError(
        4145,
        1,
        15,
        "An expression of non-boolean type specified in a context where a condition is expected.");
  }

  private Typed value(Expression e, Names names) throws SqlError {
    return expressions.value(e, names);
  }

  private String between(Expression.Between b, Names names) throws SqlError {
    Typed x = value(b.operand(), names);
    String low = compare(BinaryOperator.GREATER_OR_EQUAL, x, value(b.low(), names));
    String high = compare(BinaryOperator.LESS_OR_EQUAL, x, value(b.high(), names));
    return b.negated() ? "(NOT (" + low + " AND " + high + "))" : "(" + low + " AND " + high + ")";
  }

  // ---- comparison ----

  /** Two sides made comparable for H2. */
  private record Pair(String left, String right) {}

  String equal(Typed a, Typed b) throws SqlError {
    return compare(BinaryOperator.EQUAL, a, b);
  }

  String compare(BinaryOperator operator, Typed a, Typed b) throws SqlError {
    if (!a.isNull() && !b.isNull()) {
      Kind x = a.type().kind();
      Kind y = b.type().kind();
      if (isFiner(y) && x == DATETIME && a.column() != null && b.fixed()) {
        return compareDateTime(operator, a, b);
      }
      if (isFiner(x) && y == DATETIME && b.column() != null && a.fixed()) {
        return compareDateTime(reversed(operator), b, a);
      }
    }
    Pair pair = pair(operator, a, b);
    return "(" + pair.left + " " + symbol(operator) + " " + pair.right + ")";
  }

  private static boolean isFiner(Kind kind) {
    return kind == DATETIME2;
  }

  private static BinaryOperator reversed(BinaryOperator operator) {
    return switch (operator) {
      case LESS -> BinaryOperator.GREATER;
      case LESS_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
      case GREATER -> BinaryOperator.LESS;
      case GREATER_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
      default -> operator;
    };
  }

  /**
   * A datetime column beside a datetime2: SQL Server compares thirds of 10 ms exactly, so the
   * moment is moved to the neighbouring datetime, and the column's index can be used.
   */
  private static String compareDateTime(BinaryOperator operator, Typed column, Typed moment) {
    String floor = Casts.h2(Casts.function("datetimeFloor", moment.sql()), SqlType.DATETIME);
    String ceiling = Casts.h2(Casts.function("datetimeCeiling", moment.sql()), SqlType.DATETIME);
    String c = column.sql();
    return switch (operator) {
      case EQUAL -> "(" + c + " >= " + ceiling + " AND " + c + " <= " + floor + ")";
      case NOT_EQUAL -> "(" + c + " < " + ceiling + " OR " + c + " > " + floor + ")";
      case LESS -> "(" + c + " < " + ceiling + ")";
      case LESS_OR_EQUAL -> "(" + c + " <= " + floor + ")";
      case GREATER -> "(" + c + " > " + floor + ")";
      default -> "(" + c + " >= " + ceiling + ")";
    };
  }

  private static String symbol(BinaryOperator operator) {
    return switch (operator) {
      case EQUAL -> "=";
      case NOT_EQUAL -> "<>";
      case LESS -> "<";
      case LESS_OR_EQUAL -> "<=";
      case GREATER -> ">";
      default -> ">=";
    };
  }

  private static Pair pair(BinaryOperator operator, Typed a, Typed b) throws SqlError {
    if (a.isNull() && b.isNull()) {
      return new Pair("NULL", "NULL");
    }
    if (a.isNull() || b.isNull()) {
      SqlType type = (a.isNull() ? b : a).type();
      return new Pair(Casts.implicitly(a, type).sql(), Casts.implicitly(b, type).sql());
    }
    String operation = Arithmetic.name(operator);
    SqlType x = a.type();
    SqlType y = b.type();
    if (incomparable(x.kind()) || incomparable(y.kind())) {
      throw Faults.incompatible(x, y, operation);
    }
    if (x.kind().isText() && y.kind().isText()) {
      boolean sensitive = Expressions.sensitive(a, b, operation);
      return new Pair(Casts.settle(a, sensitive), Casts.settle(b, sensitive));
    }
    if (x.kind() == BIT || y.kind() == BIT) {
      Pair bits = bits(a, b);
      if (bits != null) {
        return bits;
      }
    }
    if (Types.isExact(x.kind()) && Types.isExact(y.kind())) {
      return new Pair(number(a), number(b));
    }
    if (x.kind().isBytes() && y.kind().isBytes()) {
      return new Pair(a.sql(), b.sql());
    }
    SqlType common = Types.common(x, y);
    return new Pair(operand(a, common), operand(b, common));
  }

  private static boolean incomparable(Kind kind) {
    return Types.isLegacyLob(kind) || kind == XML || kind == GEOGRAPHY || kind == GEOMETRY;
  }

  /** A bit beside a bit, or beside the constants 0 and 1. */
  private static @org.jspecify.annotations.Nullable Pair bits(Typed a, Typed b) {
    String left = asBit(a);
    String right = asBit(b);
    return left == null || right == null ? null : new Pair(left, right);
  }

  private static @org.jspecify.annotations.Nullable String asBit(Typed x) {
    if (x.type().kind() == BIT) {
      return x.sql();
    }
    if (x.literal() instanceof Expression.NumberLiteral n && n.value().scale() <= 0) {
      int value = n.value().signum();
      return value == 0
          ? "FALSE"
          : n.value().compareTo(java.math.BigDecimal.ONE) == 0 ? "TRUE" : null;
    }
    return null;
  }

  /** H2 compares exact numbers exactly; only bits are no numbers to it. */
  private static String number(Typed x) {
    return x.type().kind() == BIT ? Casts.h2(x.sql(), SqlType.INT) : x.sql();
  }

  private static String operand(Typed x, SqlType common) throws SqlError {
    Kind kind = x.type().kind();
    boolean same =
        switch (common.kind()) {
          case DATETIME2 -> kind == DATE || kind == SMALLDATETIME || kind == DATETIME2;
          case DATETIME -> kind == DATE || kind == SMALLDATETIME || kind == DATETIME;
          case SMALLDATETIME -> kind == DATE || kind == SMALLDATETIME;
          case FLOAT, REAL -> Types.isFloating(kind);
          default -> kind == common.kind();
        };
    if (same) {
      return x.sql();
    }
    return Casts.implicitly(x, common).sql();
  }

  // ---- IN, ANY, ALL ----

  private String inList(Expression.InList in, Names names) throws SqlError {
    Typed x = value(in.operand(), names);
    List<Typed> items = expressions.values(in.values(), names);
    List<String> rights = new ArrayList<>();
    String left = null;
    boolean alike = true;
    for (Typed item : items) {
      boolean moment =
          x.type().kind() == DATETIME && isFiner(item.type().kind())
              || item.type().kind() == DATETIME && isFiner(x.type().kind());
      Pair pair = pair(BinaryOperator.EQUAL, x, item);
      alike &= !moment && (left == null || left.equals(pair.left));
      left = pair.left;
      rights.add(pair.right);
    }
    if (alike) {
      return "(" + left + (in.negated() ? " NOT IN (" : " IN (") + String.join(", ", rights) + "))";
    }
    List<String> equals = new ArrayList<>();
    for (Typed item : items) {
      equals.add(equal(x, item));
    }
    String any = "(" + String.join(" OR ", equals) + ")";
    return in.negated() ? "(NOT " + any + ")" : any;
  }

  private String inQuery(Expression.InQuery in, Names names) throws SqlError {
    Typed x = value(in.operand(), names);
    Pair pair = withQuery(BinaryOperator.EQUAL, x, in.query(), names);
    return "(" + pair.left + (in.negated() ? " NOT IN (" : " IN (") + pair.right + "))";
  }

  private String quantified(Expression.Quantified q, Names names) throws SqlError {
    Typed x = value(q.left(), names);
    Pair pair = withQuery(q.operator(), x, q.query(), names);
    return "("
        + pair.left
        + " "
        + symbol(q.operator())
        + (q.all() ? " ALL(" : " ANY(")
        + pair.right
        + "))";
  }

  private Pair withQuery(BinaryOperator operator, Typed x, Query query, Names names)
      throws SqlError {
    Queries.Relation r = expressions.queries.subquery(query, names);
    if (r.columns().size() != 1) {
      throw Faults.error(
          116,
          "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.");
    }
    Queries.Column column = r.columns().get(0);
    String alias = expressions.work.alias("q");
    Typed inner =
        new Typed(
            alias + ".\"c1\"",
            column.type(),
            column.nullable(),
            Typed.Collation.COLUMN,
            true,
            false,
            null,
            null);
    Pair pair = pair(operator, x, inner);
    return pair.right.equals(inner.sql())
        ? new Pair(pair.left, r.sql())
        : new Pair(pair.left, "SELECT " + pair.right + " FROM (" + r.sql() + ") " + alias);
  }

  // ---- LIKE ----

  private String like(Expression.Like l, Names names) throws SqlError {
    Typed x = expressions.text(value(l.operand(), names));
    Typed p = expressions.text(value(l.pattern(), names));
    boolean sensitive = Expressions.sensitive(x, p, "like");
    boolean national = x.type().kind().isNational() || p.type().kind().isNational();
    String not = l.negated() ? " NOT" : "";
    if (l.escape() == null
        && p.literal() instanceof Expression.StringLiteral s
        && s.value().indexOf('[') < 0
        && (national || s.value().endsWith("%"))) {
      return "(" + Casts.settle(x, sensitive) + not + " LIKE " + p.sql() + " ESCAPE '')";
    }
    String escape = l.escape() == null ? "''" : expressions.text(value(l.escape(), names)).sql();
    String call =
        Casts.function(
            "like",
            x.sql(),
            p.sql(),
            escape,
            sensitive ? "TRUE" : "FALSE",
            national ? "FALSE" : "TRUE");
    return l.negated() ? "(NOT " + call + ")" : call;
  }
}
