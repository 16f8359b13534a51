package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.catalog.H2Types;
import dev.renkei.standin.engine.functions.TextFunctions;
import dev.renkei.standin.engine.translate.Typed.Collation;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Scalar expressions. Conditions are {@link Conditions}', functions {@link Calls}'. */
final class Expressions {
  final Work work;
  final Conditions conditions;
  final Queries queries;
  final Arithmetic arithmetic = new Arithmetic();
  private final Calls calls;

  /** Variables that the running SELECT has already assigned, with what it assigned. */
  private final java.util.Map<String, Typed> assigned = new java.util.HashMap<>();

  Expressions(Work work) {
    this.work = work;
    this.conditions = new Conditions(this);
    this.queries = new Queries(this);
    this.calls = new Calls(this);
  }

  /** What a variable reads as from here on, within the same statement. */
  void assign(String variable, Typed value) {
    assigned.put(variable.toLowerCase(Locale.ROOT), value);
  }

  /**
   * Translates a value.
   *
   * @throws SqlError for a condition, which is no value in T-SQL
   */
  Typed value(Expression e, Names names) throws SqlError {
    if (e instanceof Expression.NullLiteral) {
      return Typed.literal("NULL", SqlType.INT, e);
    }
    if (e instanceof Expression.StringLiteral s) {
      String text = s.national() ? s.value() : TextFunctions.ansi(s.value());
      return Typed.literal(Work.literal(String.valueOf(text)), textType(s), e);
    }
    if (e instanceof Expression.NumberLiteral n) {
      return number(n);
    }
    if (e instanceof Expression.FloatLiteral f) {
      return Typed.literal("CAST('" + f.value() + "' AS DOUBLE PRECISION)", SqlType.FLOAT, e);
    }
    if (e instanceof Expression.MoneyLiteral m) {
      return Typed.literal(Casts.h2(m.value().toPlainString(), SqlType.MONEY), SqlType.MONEY, e);
    }
    if (e instanceof Expression.BinaryLiteral b) {
      byte[] bytes = b.value();
      return Typed.literal(
          "X'" + HexFormat.of().formatHex(bytes) + "'",
          SqlType.varbinary(bytes.length > 8000 ? SqlType.MAX : Math.max(1, bytes.length)),
          e);
    }
    if (e instanceof Expression.Variable v) {
      return variable(v.name());
    }
    if (e instanceof Expression.Column c) {
      return column(c, names);
    }
    if (e instanceof Expression.Unary u) {
      return unary(u, names);
    }
    if (e instanceof Expression.Binary b && !Conditions.isCondition(b)) {
      return arithmetic.combine(b.operator(), value(b.left(), names), value(b.right(), names));
    }
    if (e instanceof Expression.Case c) {
      return choice(c, names);
    }
    if (e instanceof Expression.Cast c) {
      return cast(c, names);
    }
    if (e instanceof Expression.Collate c) {
      return collate(value(c.operand(), names), c.collation());
    }
    if (e instanceof Expression.Call c) {
      return calls.call(c, names);
    }
    if (e instanceof Expression.Scalar s) {
      return scalar(s, names);
    }
    throw new SqlError(
        4145, 1, 15, "A condition is specified in a context where a value is expected.");
  }

  List<Typed> values(List<Expression> all, Names names) throws SqlError {
    List<Typed> result = new ArrayList<>();
    for (Expression e : all) {
      result.add(value(e, names));
    }
    return result;
  }

  private static SqlType textType(Expression.StringLiteral s) {
    int length = s.value().length();
    int most = s.national() ? Types.MAX_NATIONAL : Types.MAX_ANSI;
    return length > most ? Types.max(s.national()) : Types.text(s.national(), length);
  }

  private static Typed number(Expression.NumberLiteral n) throws SqlError {
    BigDecimal value = n.value();
    if (value.scale() <= 0 && value.precision() - value.scale() <= 10) {
      long whole = value.longValueExact();
      if (whole >= Integer.MIN_VALUE && whole <= Integer.MAX_VALUE) {
        return Typed.literal("(" + whole + ")", SqlType.INT, n);
      }
    }
    SqlType type = Types.decimalOf(value);
    if (value.precision() - value.scale() > 38 || value.scale() > 38) {
      throw new SqlError(
          1007,
          1,
          15,
          "The number '%s' is out of the range for numeric representation (maximum precision 38)."
              .formatted(value.toPlainString()));
    }
    return Typed.literal(Casts.h2(value.toPlainString(), type), type, n);
  }

  private Typed variable(String name) throws SqlError {
    String key = name.toLowerCase(Locale.ROOT);
    if (key.startsWith("@@")) {
      return calls.systemVariable(key);
    }
    Typed value = assigned.get(key);
    if (value != null) {
      return value;
    }
    SqlType type = work.scope.variables().get(key);
    if (type == null) {
      throw Faults.undeclared(name);
    }
    return parameter(key, type);
  }

  /** A value that the session fills in. */
  Typed parameter(String name, SqlType type) throws SqlError {
    String sql = Casts.h2(work.parameter(name, type), type);
    return new Typed(sql, type, true, Collation.DEFAULT, true, true, null, null);
  }

  private Typed column(Expression.Column c, Names names) throws SqlError {
    if (c.qualifier().isEmpty() && !names.knows(c, work.scope.database())) {
      Typed niladic = calls.niladic(c.name(), names);
      if (niladic != null) {
        return niladic;
      }
    }
    return names.column(c, work.scope.database());
  }

  private Typed unary(Expression.Unary u, Names names) throws SqlError {
    if (u.operator() == UnaryOperator.NOT) {
      throw new SqlError(
          4145, 1, 15, "A condition is specified in a context where a value is expected.");
    }
    if (u.operator() == UnaryOperator.MINUS
        && u.operand() instanceof Expression.NumberLiteral n
        && !n.value().equals(BigDecimal.valueOf(2147483648L))) {
      return number(new Expression.NumberLiteral(n.value().negate()));
    }
    return arithmetic.unary(u.operator(), value(u.operand(), names));
  }

  private Typed choice(Expression.Case c, Names names) throws SqlError {
    List<Typed> results = new ArrayList<>();
    List<String> whens = new ArrayList<>();
    Typed operand = c.operand() == null ? null : value(c.operand(), names);
    for (Expression.When w : c.whens()) {
      whens.add(
          operand == null
              ? conditions.condition(w.condition(), names)
              : conditions.equal(operand, value(w.condition(), names)));
      results.add(value(w.result(), names));
    }
    boolean nullable = c.otherwise() == null;
    results.add(
        c.otherwise() == null
            ? Typed.literal("NULL", SqlType.INT, new Expression.NullLiteral())
            : value(c.otherwise(), names));
    return choose(whens, results, nullable);
  }

  /** CASE of conditions and results; the last result is ELSE. */
  Typed choose(List<String> whens, List<Typed> results, boolean nullable) throws SqlError {
    List<Typed> converted = alternatives(results);
    StringBuilder sql = new StringBuilder("CASE");
    for (int i = 0; i < whens.size(); i++) {
      sql.append(" WHEN ").append(whens.get(i));
      sql.append(" THEN ").append(converted.get(i).sql());
    }
    sql.append(" ELSE ").append(converted.get(whens.size()).sql()).append(" END");
    boolean mayBeNull = nullable || results.stream().anyMatch(Typed::nullable);
    Typed result = Typed.of("(" + sql + ")", converted.get(0).type(), mayBeNull, converted);
    // whether the conditions have columns in them is not known here
    return new Typed(
        result.sql(), result.type(), mayBeNull, result.collation(), false, false, null, null);
  }

  /** All in their common type, char with its blanks where lengths differ. */
  List<Typed> alternatives(List<Typed> all) throws SqlError {
    SqlType type = Types.common(all);
    if (all.stream().allMatch(Typed::isNull)) {
      throw Faults.error(
          8133,
          "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.");
    }
    List<Typed> result = new ArrayList<>();
    for (Typed t : all) {
      result.add(Casts.implicitly(t, type));
    }
    return result;
  }

  private Typed cast(Expression.Cast c, Names names) throws SqlError {
    SqlType to = TypeNames.resolve(work.catalog, c.type(), work.scope.database(), 30);
    String style = "-1";
    Expression written = c.style();
    if (written instanceof Expression.NumberLiteral n) {
      style = n.value().toBigInteger().toString();
      checkStyle(n.value().intValue());
    } else if (written != null) {
      style = "COALESCE(" + Casts.implicitly(value(written, names), SqlType.INT).sql() + ", 0)";
    }
    return Casts.explicitly(value(c.operand(), names), to, style, c.tryCast());
  }

  private static void checkStyle(int style) throws SqlError {
    if (style == 130 || style == 131) {
      throw SqlError.refused("CONVERT with style " + style);
    }
  }

  static Typed collate(Typed x, String collation) throws SqlError {
    if (!x.isText()) {
      throw Faults.error(
          447,
          "Expression type %s is invalid for COLLATE clause.",
          dev.renkei.standin.engine.functions.Errors.name(x.type()));
    }
    boolean sensitive = isCaseSensitive(collation);
    SqlType type = x.type().withCaseSensitive(sensitive);
    if (x.column() != null && x.type().caseSensitive() == sensitive) {
      return new Typed(
          x.sql(),
          type,
          x.nullable(),
          Collation.EXPLICIT,
          x.settled(),
          x.fixed(),
          null,
          x.column());
    }
    return new Typed(
        Casts.h2(x.sql(), type),
        type,
        x.nullable(),
        Collation.EXPLICIT,
        true,
        x.fixed(),
        null,
        null);
  }

  /** Whether a collation distinguishes case: by {@code _CS_} or {@code _BIN} in its name. */
  static boolean isCaseSensitive(String collation) throws SqlError {
    String name = collation.toUpperCase(Locale.ROOT);
    if (name.equals("DATABASE_DEFAULT") || name.equals("CATALOG_DEFAULT")) {
      return false;
    }
    boolean sensitive = name.contains("_CS") || name.contains("_BIN");
    if (!sensitive && !name.contains("_CI")) {
      throw Faults.error(448, "Invalid collation '%s'.", collation);
    }
    return sensitive;
  }

  private Typed scalar(Expression.Scalar s, Names names) throws SqlError {
    Queries.Relation r = queries.subquery(s.query(), names);
    if (r.columns().size() != 1) {
      throw Faults.error(
          116,
          "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.");
    }
    Queries.Column column = r.columns().get(0);
    return new Typed(
        "(" + r.sql() + ")",
        column.type(),
        true,
        Collation.COLUMN,
        column.type().kind().isText(),
        false,
        null,
        null);
  }

  // ---- shapes that functions ask for ----

  /** As text: numbers and dates convert implicitly; char keeps its blanks. */
  Typed text(Typed x) throws SqlError {
    if (x.isText()) {
      String sql = Casts.value(x);
      return sql.equals(x.sql()) ? x : x.as(sql, Types.varying(x.type()));
    }
    if (x.isNull()) {
      return Casts.implicitly(x, Types.text(false, 1));
    }
    SqlType to =
        switch (x.type().kind()) {
          case XML -> throw Faults.implicitNotAllowed(x.type(), Types.max(true));
          case UNIQUEIDENTIFIER -> Types.text(false, 36);
          case BINARY, VARBINARY, ROWVERSION ->
              x.type().isMax() ? Types.max(false) : Types.text(false, 8000);
          default -> Types.text(false, textLength(x.type()));
        };
    return Casts.implicitly(x, to);
  }

  /** The longest text that a value of a type becomes. */
  static int textLength(SqlType type) {
    return switch (type.kind()) {
      case BIT -> 1;
      case TINYINT -> 3;
      case SMALLINT -> 6;
      case INT -> 12;
      case BIGINT -> 20;
      case DECIMAL -> 41;
      case MONEY, SMALLMONEY -> 21;
      case REAL, FLOAT -> 32;
      case DATE -> 10;
      case TIME -> 16;
      case DATETIME, SMALLDATETIME -> 23;
      case DATETIME2 -> 27;
      case DATETIMEOFFSET -> 34;
      case UNIQUEIDENTIFIER -> 36;
      default -> type.length();
    };
  }

  Typed integer(Typed x) throws SqlError {
    return Casts.implicitly(x, SqlType.INT);
  }

  Typed bigint(Typed x) throws SqlError {
    return Casts.implicitly(x, SqlType.BIGINT);
  }

  /** NULL of a type. */
  static String nullOf(SqlType type) {
    return "CAST(NULL AS " + H2Types.declaration(type) + ")";
  }

  /** The stronger of two collations. */
  static boolean sensitive(@Nullable Typed a, Typed b, String operation) throws SqlError {
    if (a == null || !a.isText()) {
      return b.isText() && b.type().caseSensitive();
    }
    if (!b.isText()) {
      return a.type().caseSensitive();
    }
    int order = a.collation().compareTo(b.collation());
    if (order != 0) {
      return (order > 0 ? a : b).type().caseSensitive();
    }
    if (a.type().caseSensitive() != b.type().caseSensitive()
        && a.collation() != Collation.DEFAULT) {
      throw Faults.collationConflict(operation);
    }
    return a.type().caseSensitive() || b.type().caseSensitive();
  }
}
