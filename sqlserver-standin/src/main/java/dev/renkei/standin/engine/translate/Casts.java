package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.catalog.H2Types;
import dev.renkei.standin.engine.functions.Conversion;
import dev.renkei.standin.engine.functions.Functions;
import dev.renkei.standin.engine.functions.Values;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;

/**
 * Conversion in H2's SQL: by H2's own CAST where it does the same, else by a function.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#implicit-conversions">
 *     Which conversions are allowed</a>
 */
final class Casts {
  private static final String NO_STYLE = Integer.toString(Conversion.NO_STYLE);

  private Casts() {}

  /** Whether values convert without CAST. */
  static boolean implicit(Kind from, Kind to) {
    if (from == to) {
      return true;
    }
    if (!explicit(from, to)) {
      return false;
    }
    boolean toBytes = to == BINARY || to == VARBINARY || to == IMAGE || to == ROWVERSION;
    if (from.isText() && toBytes || from == XML && to.isText()) {
      return false;
    }
    if (Types.isOldDateTime(from) && Types.isNumber(to)) {
      return false;
    }
    if (Types.isTemporal(from) && toBytes || Types.isFloating(from) && toBytes) {
      return false;
    }
    return true;
  }

  /** Whether values convert at all. */
  static boolean explicit(Kind from, Kind to) {
    if (from == to) {
      return true;
    }
    if (isClr(from) || isClr(to)) {
      return from == VARBINARY || from == BINARY || to == VARBINARY || to == BINARY || to == IMAGE;
    }
    if (Types.isNumber(from) && Types.isTemporal(to)) {
      return Types.isOldDateTime(to);
    }
    if (Types.isTemporal(from) && Types.isNumber(to)) {
      return Types.isOldDateTime(from);
    }
    if (from == UNIQUEIDENTIFIER || to == UNIQUEIDENTIFIER) {
      Kind other = from == UNIQUEIDENTIFIER ? to : from;
      return other.isText() && !Types.isLegacyLob(other) || other == BINARY || other == VARBINARY;
    }
    if (from == DATE && to == TIME || from == TIME && to == DATE) {
      return false;
    }
    if (from == XML || to == XML) {
      Kind other = from == XML ? to : from;
      return other.isText() || other.isBytes() && other != ROWVERSION;
    }
    if (Types.isLegacyLob(from)) {
      return from == IMAGE ? to.isBytes() : to.isText();
    }
    if (Types.isLegacyLob(to)) {
      return to == IMAGE ? from.isBytes() || from.isText() : from.isText();
    }
    if (from == ROWVERSION && (Types.isTemporal(to) && to != DATETIME || Types.isFloating(to))) {
      return false;
    }
    return true;
  }

  private static boolean isClr(Kind kind) {
    return kind == HIERARCHYID || kind == GEOGRAPHY || kind == GEOMETRY;
  }

  /** Converts as an assignment or a comparison does. */
  static Typed implicitly(Typed x, SqlType to) throws SqlError {
    if (!x.isNull() && !implicit(x.type().kind(), to.kind())) {
      throw explicit(x.type().kind(), to.kind())
          ? Faults.implicitNotAllowed(x.type(), to)
          : Faults.clash(x.type(), to);
    }
    return convert(x, to, NO_STYLE, false);
  }

  /** Converts as CAST or CONVERT does; the style as SQL of an integer. */
  static Typed explicitly(Typed x, SqlType to, String style, boolean attempt) throws SqlError {
    if (!x.isNull() && !explicit(x.type().kind(), to.kind())) {
      throw Faults.explicitNotAllowed(x.type(), to);
    }
    return convert(x, to, style, attempt);
  }

  static Typed explicitly(Typed x, SqlType to) throws SqlError {
    return explicitly(x, to, NO_STYLE, false);
  }

  private static Typed convert(Typed x, SqlType to, String style, boolean attempt) {
    SqlType from = x.type();
    SqlType target =
        to.kind().isText() && x.isText() && x.collation() != Typed.Collation.DEFAULT
            ? to.withCaseSensitive(from.caseSensitive())
            : to;
    if (x.isNull()) {
      return new Typed(
          "CAST(NULL AS " + H2Types.declaration(target) + ")",
          target,
          true,
          Typed.Collation.DEFAULT,
          true,
          true,
          null,
          null);
    }
    if (from.equals(target)) {
      return x;
    }
    boolean plain = style.equals(NO_STYLE) || !needsStyle(from, target);
    String own = plain ? ownCast(x, target) : null;
    String sql = own == null ? call(x, target, style, attempt) : own;
    boolean settled =
        own != null && own.equals(x.sql()) && from.caseSensitive() == target.caseSensitive()
            ? x.settled()
            : !target.kind().isText();
    Typed.Collation collation =
        from.kind().isText() && target.kind().isText() ? x.collation() : Typed.Collation.DEFAULT;
    return new Typed(
        sql, target, x.nullable() || attempt, collation, settled, x.fixed(), null, null);
  }

  private static boolean needsStyle(SqlType from, SqlType to) {
    return from.kind() != to.kind()
        && (to.kind().isText() != from.kind().isText() || to.kind().isBytes());
  }

  /** H2's own conversion where it cannot differ from SQL Server's; null where it could. */
  private static @org.jspecify.annotations.Nullable String ownCast(Typed x, SqlType to) {
    SqlType from = x.type();
    Kind f = from.kind();
    Kind t = to.kind();
    if (f.isText() && t.isText()) {
      String value = f.isNational() && !t.isNational() ? function("ansi", value(x)) : value(x);
      boolean fits = Types.isLong(to) || !Types.isLong(from) && from.length() <= to.length();
      return fits ? value : "LEFT(" + value + ", " + to.length() + ")";
    }
    if (f.isText() && t == XML) {
      return value(x);
    }
    if (Types.isExact(f) && (Types.isInteger(t) || t == DECIMAL)) {
      SqlType a = Types.asDecimal(from);
      SqlType b = Types.asDecimal(to);
      boolean wider =
          b.precision() - b.scale() >= a.precision() - a.scale()
              && (t == DECIMAL || f == BIT || Types.isInteger(f));
      return wider && !(f == SMALLINT && t == TINYINT) ? h2(x.sql(), to) : null;
    }
    if (t == FLOAT && Types.isNumber(f) && f != REAL
        || t == REAL && (Types.isInteger(f) || f == BIT)) {
      return f == BIT
          ? "CAST(" + h2(x.sql(), SqlType.INT) + " AS " + H2Types.declaration(to) + ")"
          : h2(x.sql(), to);
    }
    if (t == FLOAT && f == REAL) {
      return h2(x.sql(), to);
    }
    if (t == BIT && Types.isNumber(f)) {
      return "(" + x.sql() + " <> 0)";
    }
    if (t == DATE && (f == DATETIME || f == DATETIME2 || f == SMALLDATETIME)) {
      return h2(x.sql(), to);
    }
    if (t == DATETIME2
        && (f == DATE || f == SMALLDATETIME || f == DATETIME2 && from.scale() <= to.scale())) {
      return h2(x.sql(), to);
    }
    if (t == TIME && f == TIME && from.scale() <= to.scale()) {
      return h2(x.sql(), to);
    }
    if (f.isBytes() && (t == VARBINARY || t == IMAGE) && !isClr(f)) {
      int length = f == ROWVERSION ? 8 : f == IMAGE ? SqlType.MAX : from.length();
      return t == IMAGE || length <= to.length() ? x.sql() : null;
    }
    if ((f == BINARY || f == ROWVERSION) && (t == BINARY || t == ROWVERSION)) {
      int a = f == ROWVERSION ? 8 : from.length();
      int b = t == ROWVERSION ? 8 : to.length();
      return a == b ? x.sql() : null;
    }
    return null;
  }

  static String h2(String sql, SqlType to) {
    return "CAST(" + sql + " AS " + H2Types.declaration(to) + ")";
  }

  private static String call(Typed x, SqlType to, String style, boolean attempt) {
    String function =
        switch (to.kind()) {
          case BIT -> "toBoolean";
          case TINYINT, SMALLINT, INT -> "toInteger";
          case BIGINT -> "toLong";
          case DECIMAL, MONEY, SMALLMONEY -> "toDecimal";
          case REAL -> "toFloat";
          case FLOAT -> "toDouble";
          case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML -> "toText";
          case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY -> "toBytes";
          case DATE -> "toDate";
          case TIME -> "toTime";
          case DATETIME, SMALLDATETIME, DATETIME2 -> "toTimestamp";
          case DATETIMEOFFSET -> "toOffset";
          case UNIQUEIDENTIFIER -> "toUuid";
        };
    String call =
        function(
            function,
            value(x),
            Long.toString(Values.code(x.type())),
            Long.toString(Values.code(to)),
            style,
            attempt ? "TRUE" : "FALSE");
    return switch (to.kind()) {
      case TINYINT,
          SMALLINT,
          DECIMAL,
          MONEY,
          SMALLMONEY,
          BINARY,
          ROWVERSION,
          TIME,
          DATETIME,
          SMALLDATETIME,
          DATETIME2,
          DATETIMEOFFSET ->
          h2(call, to);
      default -> call;
    };
  }

  /** A call of one of our functions in H2. */
  static String function(String name, String... arguments) {
    return "\"" + Functions.SCHEMA + "\".\"" + name + "\"(" + String.join(", ", arguments) + ")";
  }

  /** The value with the blanks that char and nchar have outside of H2. */
  static String value(Typed x) {
    boolean fixed = x.type().kind() == CHAR || x.type().kind() == NCHAR;
    return fixed && !x.isNull() ? "RPAD(" + x.sql() + ", " + x.type().length() + ")" : x.sql();
  }

  /** Makes H2 see the type as it is, for comparing, grouping and sorting. */
  static Typed settle(Typed x) {
    if (!x.isText() || x.settled()) {
      return x;
    }
    return x.settledAs(settle(x, x.type().caseSensitive()));
  }

  /** The SQL of a text compared with or without case. */
  static String settle(Typed x, boolean sensitive) {
    if (x.settled() && x.type().caseSensitive() == sensitive) {
      return x.sql();
    }
    return h2(x.sql(), x.type().withCaseSensitive(sensitive));
  }
}
