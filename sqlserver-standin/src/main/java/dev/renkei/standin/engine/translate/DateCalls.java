package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.engine.functions.Values;
import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.util.Locale;
import java.util.Map;

/**
 * Functions on dates and times. The server's local time is UTC; "now" is one moment for a whole
 * statement.
 */
final class DateCalls {
  private static final SqlType FINEST = SqlType.fractional(DATETIME2, 7);
  private static final SqlType FINEST_OFFSET = SqlType.fractional(DATETIMEOFFSET, 7);

  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("year", "year"),
          Map.entry("yyyy", "year"),
          Map.entry("yy", "year"),
          Map.entry("quarter", "quarter"),
          Map.entry("qq", "quarter"),
          Map.entry("q", "quarter"),
          Map.entry("month", "month"),
          Map.entry("mm", "month"),
          Map.entry("m", "month"),
          Map.entry("dayofyear", "dayofyear"),
          Map.entry("dy", "dayofyear"),
          Map.entry("y", "dayofyear"),
          Map.entry("day", "day"),
          Map.entry("dd", "day"),
          Map.entry("d", "day"),
          Map.entry("week", "week"),
          Map.entry("wk", "week"),
          Map.entry("ww", "week"),
          Map.entry("weekday", "weekday"),
          Map.entry("dw", "weekday"),
          Map.entry("w", "weekday"),
          Map.entry("hour", "hour"),
          Map.entry("hh", "hour"),
          Map.entry("minute", "minute"),
          Map.entry("mi", "minute"),
          Map.entry("n", "minute"),
          Map.entry("second", "second"),
          Map.entry("ss", "second"),
          Map.entry("s", "second"),
          Map.entry("millisecond", "millisecond"),
          Map.entry("ms", "millisecond"),
          Map.entry("microsecond", "microsecond"),
          Map.entry("mcs", "microsecond"),
          Map.entry("nanosecond", "nanosecond"),
          Map.entry("ns", "nanosecond"),
          Map.entry("tzoffset", "tzoffset"),
          Map.entry("tz", "tzoffset"),
          Map.entry("iso_week", "iso_week"),
          Map.entry("isowk", "iso_week"),
          Map.entry("isoww", "iso_week"));

  private DateCalls() {}

  static void register(Map<String, Function> functions) {
    functions.put("GETDATE", s -> now(s, SqlType.DATETIME));
    functions.put("GETUTCDATE", s -> now(s, SqlType.DATETIME));
    functions.put("CURRENT_TIMESTAMP", s -> now(s, SqlType.DATETIME));
    functions.put("SYSDATETIME", s -> now(s, FINEST));
    functions.put("SYSUTCDATETIME", s -> now(s, FINEST));
    functions.put("SYSDATETIMEOFFSET", s -> now(s, FINEST_OFFSET));
    functions.put("CURRENT_DATE", s -> now(s, SqlType.DATE));
    functions.put("DATEADD", DateCalls::add);
    functions.put("DATEDIFF", s -> difference(s, SqlType.INT));
    functions.put("DATEDIFF_BIG", s -> difference(s, SqlType.BIGINT));
    functions.put("DATEPART", s -> part(s.expect(2, 2), partName(s, 0), 1));
    functions.put("YEAR", s -> part(s.expect(1, 1), "year", 0));
    functions.put("MONTH", s -> part(s.expect(1, 1), "month", 0));
    functions.put("DAY", s -> part(s.expect(1, 1), "day", 0));
    functions.put("DATENAME", DateCalls::name);
    functions.put("EOMONTH", DateCalls::endOfMonth);
    functions.put("DATEFROMPARTS", DateCalls::dateFromParts);
    functions.put("DATETIMEFROMPARTS", s -> fromParts(s.expect(7, 7), SqlType.DATETIME));
    functions.put("DATETIME2FROMPARTS", DateCalls::dateTime2FromParts);
    functions.put("SWITCHOFFSET", DateCalls::switchOffset);
    functions.put("TODATETIMEOFFSET", DateCalls::toOffset);
    functions.put("ISDATE", DateCalls::isDate);
  }

  /** The statement's moment; in a definition H2's, since no session is there to say it. */
  private static Typed now(CallSite s, SqlType type) throws SqlError {
    s.expect(0, 0);
    Typed moment =
        s.expressions().work.inSession
            ? s.expressions().parameter("@@utcnow", FINEST)
            : Typed.fixed(
                "CAST(CURRENT_TIMESTAMP(7) AT TIME ZONE 'UTC' AS TIMESTAMP(7))", FINEST, false);
    return Casts.explicitly(moment, type).notNull();
  }

  private static String partName(CallSite s, int index) throws SqlError {
    String word = s.word(index);
    String part = PARTS.get(word);
    if (part == null) {
      throw new SqlError(
          155,
          1,
          15,
          "'%s' is not a recognized %s option.".formatted(word, s.name().toLowerCase(Locale.ROOT)));
    }
    return part;
  }

  /** An argument as a date and time; text and numbers become datetime unless said otherwise. */
  private static Typed moment(CallSite s, int index, SqlType ofText) throws SqlError {
    Typed x = s.argument(index);
    if (Types.isTemporal(x.type().kind())) {
      return x;
    }
    if (x.isNull()) {
      return Casts.implicitly(x, SqlType.DATETIME);
    }
    return Casts.implicitly(x, x.isText() ? ofText : SqlType.DATETIME);
  }

  private static String code(Typed x) {
    return Long.toString(Values.code(x.type()));
  }

  private static Typed add(CallSite s) throws SqlError {
    s.expect(3, 3);
    String part = partName(s, 0);
    if (part.equals("tzoffset") || part.equals("iso_week")) {
      throw Faults.error(9810, "The datepart %s is not supported by date function dateadd.", part);
    }
    Typed x = moment(s, 2, SqlType.DATETIME);
    Kind kind = x.type().kind();
    String units = "hour minute second millisecond microsecond nanosecond";
    boolean ofTime = units.contains(part);
    if (kind == DATE && ofTime || kind == TIME && !ofTime) {
      throw Faults.error(
          9810,
          "The datepart %s is not supported by date function dateadd for data type %s.",
          part,
          kind.name().toLowerCase(Locale.ROOT));
    }
    Typed count = s.argument(1);
    String n =
        Types.isNumber(count.type().kind()) || count.isNull()
            ? Casts.explicitly(count, SqlType.INT).sql()
            : s.integer(1);
    String function =
        switch (kind) {
          case DATE -> "addToDate";
          case TIME -> "addToTime";
          case DATETIMEOFFSET -> "addToOffset";
          default -> "addToTimestamp";
        };
    String sql = Casts.function(function, "'" + part + "'", n, x.sql(), code(x));
    return Typed.of(Casts.h2(sql, x.type()), x.type(), true, x, count);
  }

  private static Typed difference(CallSite s, SqlType type) throws SqlError {
    s.expect(3, 3);
    String part = partName(s, 0);
    Typed a = moment(s, 1, FINEST_OFFSET);
    Typed b = moment(s, 2, FINEST_OFFSET);
    String sql = Casts.function("difference", "'" + part + "'", a.sql(), code(a), b.sql(), code(b));
    Typed count = Typed.of(sql, SqlType.BIGINT, true, a, b);
    return type.kind() == BIGINT
        ? count
        : Typed.of(Casts.function("dateDiffInt", sql), SqlType.INT, true, a, b);
  }

  private static Typed part(CallSite s, String part, int index) throws SqlError {
    Typed x = moment(s, index, FINEST_OFFSET);
    return Typed.of(
        Casts.function("part", "'" + part + "'", x.sql(), code(x)), SqlType.INT, true, x);
  }

  private static Typed name(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed x = moment(s, 1, FINEST_OFFSET);
    return Typed.of(
        Casts.function("name", "'" + partName(s, 0) + "'", x.sql(), code(x)),
        SqlType.nvarchar(30),
        true,
        x);
  }

  private static Typed endOfMonth(CallSite s) throws SqlError {
    s.expect(1, 2);
    Typed x = s.as(0, SqlType.DATE);
    String months = s.count() > 1 ? s.integer(1) : "0";
    return Typed.of(Casts.function("endOfMonth", x.sql(), months), SqlType.DATE, true, x);
  }

  private static Typed dateFromParts(CallSite s) throws SqlError {
    s.expect(3, 3);
    return Typed.of(
        Casts.function("dateFromParts", s.integer(0), s.integer(1), s.integer(2)),
        SqlType.DATE,
        true,
        s.arguments());
  }

  private static Typed fromParts(CallSite s, SqlType type) throws SqlError {
    return fromParts(s, type, "(" + s.bigint(6) + " * 1000000)");
  }

  private static Typed dateTime2FromParts(CallSite s) throws SqlError {
    s.expect(8, 8);
    if (!(s.call().arguments().get(7)
        instanceof dev.renkei.standin.tsql.ast.Expression.NumberLiteral n)) {
      throw Faults.error(
          10760,
          "Scale argument is not valid. Valid expressions for data type datetime2 scale argument are integer constants and integer constant expressions.");
    }
    int scale = Math.max(0, Math.min(7, n.value().intValue()));
    long unit = Math.round(Math.pow(10, 9 - scale));
    return fromParts(
        s, SqlType.fractional(DATETIME2, scale), "(" + s.bigint(6) + " * " + unit + ")");
  }

  private static Typed fromParts(CallSite s, SqlType type, String nanos) throws SqlError {
    String sql =
        Casts.function(
            "timestampFromParts",
            s.integer(0),
            s.integer(1),
            s.integer(2),
            s.integer(3),
            s.integer(4),
            s.integer(5),
            nanos,
            Long.toString(Values.code(type)));
    return Typed.of(Casts.h2(sql, type), type, true, s.arguments());
  }

  private static Typed switchOffset(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed x = s.argument(0);
    Typed moment = x.type().kind() == DATETIMEOFFSET ? x : s.as(0, FINEST_OFFSET);
    String sql = Casts.function("switchOffset", moment.sql(), s.text(1).sql());
    return Typed.of(Casts.h2(sql, moment.type()), moment.type(), true, s.arguments());
  }

  private static Typed toOffset(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed x = s.argument(0);
    SqlType local = x.type().kind() == DATETIME2 ? x.type() : FINEST;
    SqlType type = SqlType.fractional(DATETIMEOFFSET, local.scale());
    String sql = Casts.function("toOffsetOf", s.as(0, local).sql(), s.text(1).sql());
    return Typed.of(Casts.h2(sql, type), type, true, s.arguments());
  }

  private static Typed isDate(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.text(0);
    String tried = Casts.explicitly(x, SqlType.DATETIME, "0", true).sql();
    return Typed.of("(CASE WHEN " + tried + " IS NULL THEN 0 ELSE 1 END)", SqlType.INT, false, x);
  }
}
