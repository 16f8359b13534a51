package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions on numbers, and those that make numbers and ids. */
final class MathCalls {
  private MathCalls() {}

  static void register(Map<String, Function> functions) {
    functions.put("ABS", s -> native1(s, "ABS"));
    functions.put("CEILING", s -> whole(s, "CEILING"));
    functions.put("FLOOR", s -> whole(s, "FLOOR"));
    functions.put("SIGN", MathCalls::sign);
    functions.put("ROUND", MathCalls::round);
    functions.put("POWER", MathCalls::power);
    functions.put("SQRT", s -> floating(s, "squareRoot"));
    functions.put("SQUARE", MathCalls::square);
    functions.put("EXP", MathCalls::exp);
    functions.put("LOG", MathCalls::log);
    functions.put("LOG10", s -> h2Floating(s, "LOG10"));
    functions.put("PI", s -> Typed.fixed("PI()", SqlType.FLOAT, false));
    functions.put("RAND", MathCalls::rand);
    functions.put("NEWID", s -> newId(s));
    functions.put("NEWSEQUENTIALID", s -> newId(s));
    functions.put("CHECKSUM", s -> checksum(s, false));
    functions.put("BINARY_CHECKSUM", s -> checksum(s, true));
  }

  /** The argument as a number: text becomes a float. */
  private static Typed number(CallSite s, int index) throws SqlError {
    Typed x = s.argument(index);
    Kind kind = x.type().kind();
    if (x.isNull()) {
      return Casts.implicitly(x, SqlType.INT);
    }
    if (kind == BIT || kind == TINYINT || kind == SMALLINT) {
      return Casts.implicitly(x, SqlType.INT);
    }
    if (kind == SMALLMONEY) {
      return Casts.implicitly(x, SqlType.MONEY);
    }
    if (kind == REAL || x.isText()) {
      return Casts.implicitly(x, SqlType.FLOAT);
    }
    if (!Types.isNumber(kind)) {
      throw s.invalidArgument(index, x.type());
    }
    return x;
  }

  private static Typed native1(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = number(s, 0);
    return Typed.of(function + "(" + x.sql() + ")", x.type(), x.nullable(), x);
  }

  private static Typed whole(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = number(s, 0);
    if (x.type().kind() == DECIMAL) {
      SqlType type = SqlType.decimal(x.type().precision(), 0);
      return Typed.of(Casts.h2(function + "(" + x.sql() + ")", type), type, x.nullable(), x);
    }
    return Typed.of(Casts.h2(function + "(" + x.sql() + ")", x.type()), x.type(), x.nullable(), x);
  }

  private static Typed sign(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = number(s, 0);
    return Typed.of(Casts.h2("SIGN(" + x.sql() + ")", x.type()), x.type(), x.nullable(), x);
  }

  private static Typed round(CallSite s) throws SqlError {
    s.expect(2, 3);
    Typed x = number(s, 0);
    String cut = s.count() > 2 ? s.integer(2) : "0";
    if (x.type().kind() == FLOAT) {
      return Typed.of(
          Casts.function("roundFloat", x.sql(), s.integer(1), cut), SqlType.FLOAT, true, x);
    }
    SqlType exact = Types.asDecimal(x.type());
    Typed decimal = Casts.implicitly(x, exact);
    String sql = Casts.function("round", decimal.sql(), s.integer(1), cut);
    Typed rounded = Typed.of(Casts.h2(sql, exact), exact, true, x);
    return x.type().kind() == DECIMAL ? rounded : Casts.explicitly(rounded, x.type());
  }

  private static Typed power(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed x = number(s, 0);
    String sql =
        Casts.function(
            "power", Casts.implicitly(x, SqlType.FLOAT).sql(), s.as(1, SqlType.FLOAT).sql());
    Typed result = Typed.of(sql, SqlType.FLOAT, true, x, s.argument(1));
    SqlType type = x.type().kind() == DECIMAL ? SqlType.decimal(38, x.type().scale()) : x.type();
    return Casts.explicitly(result, type);
  }

  private static Typed floating(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = s.as(0, SqlType.FLOAT);
    return Typed.of(Casts.function(function, x.sql()), SqlType.FLOAT, x.nullable(), x);
  }

  private static Typed h2Floating(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = s.as(0, SqlType.FLOAT);
    return Typed.of(function + "(" + x.sql() + ")", SqlType.FLOAT, x.nullable(), x);
  }

  private static Typed square(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.as(0, SqlType.FLOAT);
    return Typed.of(
        Casts.function("finite", x.sql() + " * " + x.sql()), SqlType.FLOAT, x.nullable(), x);
  }

  private static Typed exp(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.as(0, SqlType.FLOAT);
    return Typed.of(
        Casts.function("finite", "EXP(" + x.sql() + ")"), SqlType.FLOAT, x.nullable(), x);
  }

  private static Typed log(CallSite s) throws SqlError {
    s.expect(1, 2);
    Typed x = s.as(0, SqlType.FLOAT);
    String sql = Casts.function("logarithm", x.sql());
    if (s.count() == 2) {
      sql = "(" + sql + " / " + Casts.function("logarithm", s.as(1, SqlType.FLOAT).sql()) + ")";
    }
    return Typed.of(sql, SqlType.FLOAT, x.nullable(), x);
  }

  /** RAND() is one number per statement; here one per row, which nobody can tell from chance. */
  private static Typed rand(CallSite s) throws SqlError {
    s.expect(0, 1);
    if (s.count() == 1) {
      throw SqlError.refused("RAND with a seed");
    }
    return new Typed(
        "RAND()", SqlType.FLOAT, false, Typed.Collation.DEFAULT, false, false, null, null);
  }

  private static Typed newId(CallSite s) throws SqlError {
    s.expect(0, 0);
    return new Typed(
        "RANDOM_UUID()",
        SqlType.UNIQUEIDENTIFIER,
        false,
        Typed.Collation.DEFAULT,
        false,
        false,
        null,
        null);
  }

  /** Equal values have equal checksums; the numbers are not SQL Server's. */
  private static Typed checksum(CallSite s, boolean binary) throws SqlError {
    s.expect(1, 1000);
    if (s.call().star()) {
      throw SqlError.refused(s.name() + "(*)");
    }
    List<Typed> all = s.arguments();
    List<String> parts = new ArrayList<>();
    for (Typed t : all) {
      Typed text =
          t.type().kind().isBytes()
              ? Casts.explicitly(t, Types.max(false), "2", false)
              : s.expressions().text(t);
      String value =
          t.isText() && !t.type().caseSensitive() && !binary
              ? Casts.function("upper", text.sql())
              : text.sql();
      parts.add(
          "COALESCE(" + (t.isText() ? Casts.function("rtrim", value) : value) + ", '\u0001')");
    }
    String sql = Casts.function("checksum", "(" + String.join(" || '\u0002' || ", parts) + ")");
    return Typed.of(sql, SqlType.INT, false, all);
  }
}
