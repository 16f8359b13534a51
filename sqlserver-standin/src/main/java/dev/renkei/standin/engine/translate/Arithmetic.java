package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import java.util.Locale;

/** Operators between values. */
final class Arithmetic {

  /** {@code a op b}. */
  Typed combine(BinaryOperator operator, Typed a, Typed b) throws SqlError {
    if (a.isNull() && b.isNull()) {
      return Casts.implicitly(a, SqlType.INT);
    }
    if (a.isNull()) {
      return combine(operator, Casts.implicitly(a, b.type()), b);
    }
    if (b.isNull()) {
      return combine(operator, a, Casts.implicitly(b, a.type()));
    }
    return switch (operator) {
      case BIT_AND, BIT_OR, BIT_XOR -> bits(operator, a, b);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO -> calculate(operator, a, b);
      default -> throw new IllegalArgumentException(operator.toString());
    };
  }

  private Typed calculate(BinaryOperator operator, Typed a, Typed b) throws SqlError {
    Kind x = a.type().kind();
    Kind y = b.type().kind();
    String operation = name(operator);
    boolean numbers = Types.isNumber(x) || Types.isNumber(y);
    if (operator == BinaryOperator.ADD && !numbers) {
      if (x.isText() && y.isText()) {
        return concatenate(a, b);
      }
      if (x.isBytes() && y.isBytes()) {
        return join(a, b);
      }
      if (x.isText() && y == UNIQUEIDENTIFIER || x == UNIQUEIDENTIFIER && y.isText()) {
        throw Faults.incompatible(a.type(), b.type(), operation);
      }
    }
    if (Types.isOldDateTime(x) || Types.isOldDateTime(y)) {
      return dates(operator, a, b);
    }
    if (Types.isTemporal(x) || Types.isTemporal(y)) {
      Kind other = Types.isTemporal(x) ? y : x;
      throw Types.isNumber(other)
          ? Faults.clash(
              Types.isTemporal(x) ? a.type() : b.type(), Types.isTemporal(x) ? b.type() : a.type())
          : Types.isTemporal(other)
              ? Faults.invalidOperand(a.type(), operation)
              : Faults.incompatible(a.type(), b.type(), operation);
    }
    if (!numbers) {
      throw x == y && !x.isText()
          ? Faults.invalidOperand(a.type(), operation)
          : Faults.incompatible(a.type(), b.type(), operation);
    }
    if (x == UNIQUEIDENTIFIER || y == UNIQUEIDENTIFIER || x == XML || y == XML) {
      throw Faults.clash(a.type(), b.type());
    }
    Kind kind = Types.higher(x, y);
    if (kind == BIT) {
      throw Faults.incompatible(a.type(), b.type(), operation);
    }
    if (!Types.isNumber(kind)) {
      throw Faults.clash(a.type(), b.type());
    }
    return numbers(operator, kind, a, b);
  }

  private Typed numbers(BinaryOperator operator, Kind kind, Typed a, Typed b) throws SqlError {
    if (Types.isFloating(kind)) {
      if (operator == BinaryOperator.MODULO) {
        throw Faults.incompatible(a.type(), b.type(), name(operator));
      }
      SqlType type = SqlType.of(kind);
      String sql = infix(operator, Casts.implicitly(a, type), Casts.implicitly(b, type));
      return Typed.of(Casts.h2(Casts.function("finite", sql), type), type, either(a, b), a, b);
    }
    if (kind == DECIMAL) {
      SqlType p = decimalType(a, b);
      SqlType q = decimalType(b, a);
      SqlType type = Types.arithmetic(operator, p, q);
      Typed x = Casts.implicitly(a, p);
      Typed y = Casts.implicitly(b, q);
      String sql =
          operator == BinaryOperator.DIVIDE
              ? Casts.function("divide", x.sql(), y.sql(), Integer.toString(type.scale()))
              : infix(operator, x, y);
      return Typed.of(Casts.h2(sql, type), type, either(a, b), a, b);
    }
    if (Types.isMoney(kind)) {
      SqlType type = SqlType.of(kind);
      Typed x = Casts.implicitly(a, type);
      Typed y = Casts.implicitly(b, type);
      String sql =
          operator == BinaryOperator.DIVIDE
              ? Casts.function("divide", x.sql(), y.sql(), "4")
              : infix(operator, x, y);
      SqlType wide = SqlType.decimal(38, 8);
      return Casts.explicitly(Typed.of(sql, wide, either(a, b), a, b), type);
    }
    SqlType type = SqlType.of(kind);
    if (kind == TINYINT || kind == SMALLINT) {
      Typed x = Casts.implicitly(a, SqlType.INT);
      Typed y = Casts.implicitly(b, SqlType.INT);
      String sql = "(" + infix(operator, x, y) + ")";
      return Casts.explicitly(Typed.of(sql, SqlType.INT, either(a, b), a, b), type);
    }
    String sql = infix(operator, Casts.implicitly(a, type), Casts.implicitly(b, type));
    return Typed.of("(" + sql + ")", type, either(a, b), a, b);
  }

  /** Constants beside decimals count their own digits, text becomes the other's type. */
  private static SqlType decimalType(Typed x, Typed other) {
    return x.isText() || x.type().kind().isBytes() ? Types.asDecimal(other) : Types.asDecimal(x);
  }

  private static boolean either(Typed a, Typed b) {
    return a.nullable() || b.nullable();
  }

  private static String infix(BinaryOperator operator, Typed a, Typed b) {
    return switch (operator) {
      case ADD -> a.sql() + " + " + b.sql();
      case SUBTRACT -> a.sql() + " - " + b.sql();
      case MULTIPLY -> a.sql() + " * " + b.sql();
      case DIVIDE -> a.sql() + " / " + b.sql();
      default -> "MOD(" + a.sql() + ", " + b.sql() + ")";
    };
  }

  static String name(BinaryOperator operator) {
    return switch (operator) {
      case ADD -> "add";
      case MODULO -> "modulo";
      case BIT_AND -> "'&'";
      case BIT_OR -> "'|'";
      case BIT_XOR -> "'^'";
      case EQUAL -> "equal to";
      case NOT_EQUAL -> "not equal to";
      case LESS -> "less than";
      case LESS_OR_EQUAL -> "less than or equal to";
      case GREATER -> "greater than";
      case GREATER_OR_EQUAL -> "greater than or equal to";
      default -> operator.name().toLowerCase(Locale.ROOT);
    };
  }

  private Typed dates(BinaryOperator operator, Typed a, Typed b) throws SqlError {
    Kind kind = Types.higher(a.type().kind(), b.type().kind());
    if (!Types.isOldDateTime(kind)) {
      throw Faults.incompatible(a.type(), b.type(), name(operator));
    }
    if (operator != BinaryOperator.ADD && operator != BinaryOperator.SUBTRACT) {
      throw Faults.invalidOperand(a.type(), name(operator));
    }
    SqlType type = SqlType.of(kind);
    Typed x = Casts.implicitly(a, type.kind() == DATETIME ? type : SqlType.DATETIME);
    Typed y = Casts.implicitly(b, SqlType.DATETIME);
    String sign = operator == BinaryOperator.ADD ? "1" : "-1";
    String sql = Casts.h2(Casts.function("plusDateTime", x.sql(), y.sql(), sign), SqlType.DATETIME);
    return Casts.implicitly(Typed.of(sql, SqlType.DATETIME, either(a, b), a, b), type);
  }

  /** Text beside text: NULL where either is, cut at the limit of its type. */
  Typed concatenate(Typed a, Typed b) throws SqlError {
    Expressions.sensitive(a, b, "add");
    boolean national = a.type().kind().isNational() || b.type().kind().isNational();
    String sql = "(" + Casts.value(a) + " || " + Casts.value(b) + ")";
    if (Types.isLegacyLob(a.type().kind()) || Types.isLegacyLob(b.type().kind())) {
      throw Faults.incompatible(a.type(), b.type(), "add");
    }
    if (a.type().isMax() || b.type().isMax()) {
      return Typed.of(sql, Types.max(national), either(a, b), a, b);
    }
    int length = a.type().length() + b.type().length();
    SqlType type = Types.text(national, length);
    return Typed.of(
        length > type.length() ? "LEFT(" + sql + ", " + type.length() + ")" : sql,
        type,
        either(a, b),
        a,
        b);
  }

  private static Typed join(Typed a, Typed b) {
    boolean max = a.type().isMax() || b.type().isMax();
    int length = max ? 0 : size(a.type()) + size(b.type());
    SqlType type = SqlType.varbinary(max ? SqlType.MAX : Math.min(8000, length));
    return Typed.of("(" + a.sql() + " || " + b.sql() + ")", type, either(a, b), a, b);
  }

  private static int size(SqlType type) {
    return type.kind() == ROWVERSION ? 8 : type.length();
  }

  private static Typed bits(BinaryOperator operator, Typed a, Typed b) throws SqlError {
    Kind x = a.type().kind();
    Kind y = b.type().kind();
    Kind kind = Types.higher(x, y);
    boolean fit = (Types.isInteger(kind) || kind == BIT) && !x.isText() && !y.isText();
    if (!fit) {
      throw Faults.incompatible(a.type(), b.type(), name(operator));
    }
    SqlType type = SqlType.of(kind);
    SqlType inner = kind == BIT ? SqlType.INT : type;
    String function =
        switch (operator) {
          case BIT_AND -> "BITAND";
          case BIT_OR -> "BITOR";
          default -> "BITXOR";
        };
    String sql =
        function
            + "("
            + Casts.implicitly(a, inner).sql()
            + ", "
            + Casts.implicitly(b, inner).sql()
            + ")";
    return Casts.explicitly(Typed.of(sql, inner, either(a, b), a, b), type);
  }

  Typed unary(UnaryOperator operator, Typed x) throws SqlError {
    Kind kind = x.type().kind();
    if (x.isNull()) {
      return Casts.implicitly(x, SqlType.INT);
    }
    switch (operator) {
      case PLUS -> {
        return x;
      }
      case MINUS -> {
        if (!Types.isNumber(kind) || kind == BIT) {
          throw Faults.invalidOperand(x.type(), "minus");
        }
        SqlType type = kind == TINYINT ? SqlType.SMALLINT : x.type();
        return Typed.of("(- " + x.sql() + ")", type, x.nullable(), x);
      }
      default -> {
        if (kind == BIT) {
          return Typed.of("(NOT " + x.sql() + ")", x.type(), x.nullable(), x);
        }
        if (!Types.isInteger(kind)) {
          throw Faults.invalidOperand(x.type(), "'~'");
        }
        String sql = "BITNOT(" + x.sql() + ")";
        if (kind == TINYINT) {
          sql = Casts.h2("BITAND(" + sql + ", 255)", SqlType.TINYINT);
        }
        return Typed.of(sql, x.type(), x.nullable(), x);
      }
    }
  }
}
