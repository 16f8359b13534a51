package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.engine.functions.Errors;
import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Aggregates and window functions. */
final class Aggregates {
  private static final Set<String> WINDOWED =
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
          "ROW_NUMBER",
          "RANK",
          "DENSE_RANK",
          "NTILE",
          "LAG",
          "LEAD",
          "FIRST_VALUE",
          "LAST_VALUE",
          "CUME_DIST",
          "PERCENT_RANK");

  private Aggregates() {}

  static boolean isWindowed(String name) {
    return WINDOWED.contains(name);
  }

  static void register(Map<String, Function> functions) {
    functions.put("COUNT", s -> count(s, SqlType.INT));
    functions.put("COUNT_BIG", s -> count(s, SqlType.BIGINT));
    functions.put("SUM", Aggregates::sum);
    functions.put("AVG", Aggregates::average);
    functions.put("MIN", s -> extreme(s, "MIN"));
    functions.put("MAX", s -> extreme(s, "MAX"));
    functions.put("STDEV", s -> statistics(s, "STDDEV_SAMP"));
    functions.put("STDEVP", s -> statistics(s, "STDDEV_POP"));
    functions.put("VAR", s -> statistics(s, "VAR_SAMP"));
    functions.put("VARP", s -> statistics(s, "VAR_POP"));
    functions.put("STRING_AGG", Aggregates::stringAgg);
    functions.put("ROW_NUMBER", s -> ranking(s, "ROW_NUMBER()", SqlType.BIGINT, true));
    functions.put("RANK", s -> ranking(s, "RANK()", SqlType.BIGINT, true));
    functions.put("DENSE_RANK", s -> ranking(s, "DENSE_RANK()", SqlType.BIGINT, true));
    functions.put(
        "NTILE", s -> ranking(s, "NTILE(" + s.expect(1, 1).bigint(0) + ")", SqlType.BIGINT, true));
    functions.put("CUME_DIST", s -> ranking(s, "CUME_DIST()", SqlType.FLOAT, true));
    functions.put("PERCENT_RANK", s -> ranking(s, "PERCENT_RANK()", SqlType.FLOAT, true));
    functions.put("LAG", s -> neighbour(s, "LAG"));
    functions.put("LEAD", s -> neighbour(s, "LEAD"));
    functions.put("FIRST_VALUE", s -> edge(s, "FIRST_VALUE"));
    functions.put("LAST_VALUE", s -> edge(s, "LAST_VALUE"));
  }

  private static Typed result(String sql, SqlType type, boolean nullable, Typed... from) {
    Typed t = Typed.of(sql, type, nullable, from);
    return new Typed(sql, t.type(), nullable, t.collation(), false, false, null, null);
  }

  private static String distinct(CallSite s) throws SqlError {
    if (s.call().distinct() && s.call().window() != null) {
      throw new SqlError(10759, 1, 15, "Use of DISTINCT is not allowed with the OVER clause.");
    }
    return s.call().distinct() ? "DISTINCT " : "";
  }

  private static Typed count(CallSite s, SqlType type) throws SqlError {
    String inside;
    if (s.call().star()) {
      inside = "*";
    } else {
      s.expect(1, 1);
      Typed x = Casts.settle(s.argument(0));
      inside = distinct(s) + (x.isNull() ? Expressions.nullOf(SqlType.INT) : x.sql());
    }
    String sql = "COUNT(" + inside + ")" + over(s);
    return result(type.kind() == INT ? Casts.h2(sql, type) : sql, type, false);
  }

  private static Typed summand(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.argument(0);
    Kind kind = x.type().kind();
    if (kind == BIT || !Types.isNumber(kind) || x.isNull()) {
      throw Faults.error(
          8117,
          "Operand data type %s is invalid for %s operator.",
          x.isNull() ? "NULL" : Errors.name(x.type()),
          s.name().toLowerCase(Locale.ROOT));
    }
    return x;
  }

  private static SqlType sumType(SqlType type) {
    return switch (type.kind()) {
      case TINYINT, SMALLINT, INT -> SqlType.INT;
      case DECIMAL -> SqlType.decimal(38, type.scale());
      case MONEY, SMALLMONEY -> SqlType.MONEY;
      case REAL, FLOAT -> SqlType.FLOAT;
      default -> type;
    };
  }

  private static Typed sum(CallSite s) throws SqlError {
    Typed x = summand(s);
    SqlType type = sumType(x.type());
    return result(Casts.h2("SUM(" + distinct(s) + x.sql() + ")" + over(s), type), type, true, x);
  }

  /** Integers and decimals divide as SQL Server divides: cut off, not rounded. */
  private static Typed average(CallSite s) throws SqlError {
    Typed x = summand(s);
    String inside = "(" + distinct(s) + x.sql() + ")" + over(s);
    SqlType sum = sumType(x.type());
    if (sum.kind() == FLOAT) {
      return result(Casts.h2("AVG" + inside, sum), sum, true, x);
    }
    int scale = sum.kind() == DECIMAL ? Math.max(6, sum.scale()) : sum.kind() == MONEY ? 4 : 0;
    SqlType type = sum.kind() == DECIMAL ? SqlType.decimal(38, scale) : sum;
    String sql =
        Casts.function(
            "divide", "SUM" + inside, "NULLIF(COUNT" + inside + ", 0)", Integer.toString(scale));
    return result(Casts.h2(sql, type), type, true, x);
  }

  private static Typed extreme(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = Casts.settle(s.argument(0));
    Kind kind = x.type().kind();
    if (kind == BIT || Types.isLegacyLob(kind) || kind == XML || x.isNull()) {
      throw Faults.error(
          8117,
          "Operand data type %s is invalid for %s operator.",
          x.isNull() ? "NULL" : Errors.name(x.type()),
          function.toLowerCase(Locale.ROOT));
    }
    String sql = function + "(" + distinct(s) + x.sql() + ")" + over(s);
    Typed t = result(sql, x.type(), true, x);
    return t.isText() ? t.settledAs(sql) : t;
  }

  private static Typed statistics(CallSite s, String function) throws SqlError {
    Typed x = Casts.implicitly(summand(s), SqlType.FLOAT);
    String sql = function + "(" + distinct(s) + x.sql() + ")" + over(s);
    return result(Casts.h2(sql, SqlType.FLOAT), SqlType.FLOAT, true, x);
  }

  private static Typed stringAgg(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed x = s.text(0);
    Typed separator = s.text(1);
    boolean national = x.type().kind().isNational();
    SqlType type = Types.isLong(x.type()) ? Types.max(national) : Types.text(national, 8000);
    return result("LISTAGG(" + x.sql() + ", " + separator.sql() + ")", type, true, x);
  }

  // ---- OVER ----

  private static Typed ranking(CallSite s, String call, SqlType type, boolean ordered)
      throws SqlError {
    requireOver(s, ordered);
    return result(call + over(s), type, type.kind() != BIGINT);
  }

  private static void requireOver(CallSite s, boolean ordered) throws SqlError {
    Expression.Window window = s.call().window();
    if (window == null) {
      throw new SqlError(
          10753, 1, 15, "The function '%s' must have an OVER clause.".formatted(s.name()));
    }
    if (ordered && window.orderBy().isEmpty()) {
      throw new SqlError(
          4112,
          1,
          15,
          "The function '%s' must have an OVER clause with ORDER BY.".formatted(s.name()));
    }
  }

  private static Typed neighbour(CallSite s, String function) throws SqlError {
    s.expect(1, 3);
    requireOver(s, true);
    Typed x = s.argument(0);
    StringBuilder sql = new StringBuilder(function).append("(").append(x.sql());
    if (s.count() > 1) {
      if (!(s.call().arguments().get(1) instanceof Expression.NumberLiteral n)) {
        throw SqlError.refused(function + " with an offset that is not a constant");
      }
      sql.append(", ").append(n.value().toBigInteger());
    }
    boolean nullable = true;
    if (s.count() > 2) {
      Typed otherwise = Casts.implicitly(s.argument(2), x.type());
      sql.append(", ").append(otherwise.sql());
      nullable = x.nullable() || otherwise.nullable();
    }
    return result(sql.append(")").append(over(s)).toString(), x.type(), nullable, x);
  }

  private static Typed edge(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    requireOver(s, true);
    Typed x = s.argument(0);
    return result(function + "(" + x.sql() + ")" + over(s), x.type(), true, x);
  }

  private static String over(CallSite s) throws SqlError {
    Expression.Window window = s.call().window();
    if (window == null) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    if (!window.partitionBy().isEmpty()) {
      List<String> by = new ArrayList<>();
      for (Expression e : window.partitionBy()) {
        by.add(Casts.settle(s.expressions().value(e, s.names())).sql());
      }
      parts.add("PARTITION BY " + String.join(", ", by));
    }
    if (!window.orderBy().isEmpty()) {
      List<String> by = new ArrayList<>();
      for (Query.OrderItem item : window.orderBy()) {
        Typed key = Casts.settle(s.expressions().value(item.expression(), s.names()));
        by.add((key.isNull() ? "NULL" : key.sql()) + (item.descending() ? " DESC" : ""));
      }
      parts.add("ORDER BY " + String.join(", ", by));
    }
    if (window.frame() != null) {
      parts.add(window.frame());
    }
    return " OVER (" + String.join(" ", parts) + ")";
  }
}
