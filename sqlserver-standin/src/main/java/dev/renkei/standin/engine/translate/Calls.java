package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls of functions: finds who knows a name. */
final class Calls {
  private static final Map<String, Function> FUNCTIONS = new HashMap<>();

  static {
    TextCalls.register(FUNCTIONS);
    DateCalls.register(FUNCTIONS);
    MathCalls.register(FUNCTIONS);
    ChoiceCalls.register(FUNCTIONS);
    MetadataCalls.register(FUNCTIONS);
    SessionCalls.register(FUNCTIONS);
    Aggregates.register(FUNCTIONS);
  }

  /** Functions that SQL Server has and the stand-in does not. */
  private static final Set<String> REFUSED =
      Set.of(
          "FORMAT",
          "PARSE",
          "TRY_PARSE",
          "SOUNDEX",
          "DIFFERENCE",
          "TRANSLATE",
          "STRING_ESCAPE",
          "COMPRESS",
          "DECOMPRESS",
          "JSON_VALUE",
          "JSON_QUERY",
          "ISJSON",
          "JSON_MODIFY",
          "CRYPT_GEN_RANDOM",
          "GROUPING",
          "GROUPING_ID",
          "CHECKSUM_AGG",
          "APPROX_COUNT_DISTINCT",
          "PERCENTILE_CONT",
          "PERCENTILE_DISC",
          "TEXTPTR",
          "TEXTVALID",
          "SESSION_CONTEXT",
          "DATE_BUCKET",
          "DATETRUNC",
          "GREATEST",
          "LEAST",
          "DATETIMEOFFSETFROMPARTS",
          "TIMEFROMPARTS",
          "SMALLDATETIMEFROMPARTS",
          "ERROR_NUMBER",
          "ERROR_MESSAGE",
          "ERROR_SEVERITY",
          "ERROR_STATE",
          "ERROR_LINE",
          "ERROR_PROCEDURE",
          "OPENJSON",
          "OPENROWSET",
          "OPENQUERY",
          "SQL_VARIANT_PROPERTY",
          "FULLTEXTSERVICEPROPERTY");

  /** Functions without brackets. */
  private static final Set<String> NILADIC =
      Set.of(
          "CURRENT_TIMESTAMP",
          "CURRENT_USER",
          "SESSION_USER",
          "SYSTEM_USER",
          "USER",
          "CURRENT_DATE");

  private final Expressions expressions;

  Calls(Expressions expressions) {
    this.expressions = expressions;
  }

  /** How one function is translated. */
  interface Function {
    Typed call(CallSite site) throws SqlError;
  }

  Typed call(Expression.Call c, Names names) throws SqlError {
    if (c.equals(Statement.DEFAULT_VALUE)) {
      throw new SqlError(156, 1, 15, "Incorrect syntax near the keyword 'DEFAULT'.");
    }
    String name = c.name().name().toUpperCase(Locale.ROOT);
    if (c.name().parts().size() > 1) {
      throw c.name().schema().equalsIgnoreCase("sys")
          ? SqlError.refused("the function " + c.name())
          : new SqlError(
              4121,
              1,
              16,
              "Cannot find either column \"%s\" or the user-defined function or aggregate \"%s\", or the name is ambiguous."
                  .formatted(c.name().schema(), c.name()));
    }
    Function function = FUNCTIONS.get(name);
    if (function == null) {
      throw REFUSED.contains(name)
          ? SqlError.refused("the function " + name)
          : Faults.unknownFunction(c.name().name());
    }
    if (c.window() != null && !Aggregates.isWindowed(name)) {
      throw new SqlError(
          4113,
          1,
          15,
          "The function '%s' is not a valid windowing function, and cannot be used with the OVER clause."
              .formatted(c.name().name()));
    }
    return function.call(new CallSite(expressions, c, name, names));
  }

  /** CURRENT_TIMESTAMP and its like, where a bare name is no column. */
  @Nullable Typed niladic(String name, Names names) throws SqlError {
    if (!NILADIC.contains(name.toUpperCase(Locale.ROOT))) {
      return null;
    }
    return call(
        new Expression.Call(new ObjectName(List.of(name)), false, false, List.of(), null), names);
  }

  /** {@code @@ROWCOUNT} and its like. */
  Typed systemVariable(String name) throws SqlError {
    return SessionCalls.variable(name, expressions);
  }

  /** A function that takes text and gives text. */
  static SqlType textLike(Typed x, long length) {
    return Types.isLong(x.type())
        ? Types.max(x.type().kind().isNational())
        : Types.text(x.type().kind().isNational(), length);
  }

  static SqlType textLike(Typed x) {
    return textLike(x, x.type().length());
  }

  static Typed constant(String text, SqlType type) {
    return Typed.fixed(Work.literal(text), type, false);
  }

  static Typed constant(@Nullable Integer value) {
    return value == null
        ? Typed.fixed(Expressions.nullOf(SqlType.INT), SqlType.INT, true)
        : Typed.fixed("(" + value + ")", SqlType.INT, false);
  }

  static Typed constantName(@Nullable String text) {
    SqlType type = SqlType.sized(Kind.NVARCHAR, 128);
    return text == null ? Typed.fixed(Expressions.nullOf(type), type, true) : constant(text, type);
  }
}
