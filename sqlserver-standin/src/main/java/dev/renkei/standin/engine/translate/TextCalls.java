package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions on text and bytes. */
final class TextCalls {
  private TextCalls() {}

  static void register(Map<String, Function> functions) {
    functions.put("LEN", TextCalls::len);
    functions.put("DATALENGTH", TextCalls::dataLength);
    functions.put("LEFT", s -> part(s, "left"));
    functions.put("RIGHT", s -> part(s, "right"));
    functions.put("SUBSTRING", TextCalls::substring);
    functions.put("CHARINDEX", TextCalls::charIndex);
    functions.put("PATINDEX", TextCalls::patIndex);
    functions.put("REPLACE", TextCalls::replace);
    functions.put("REPLICATE", TextCalls::replicate);
    functions.put("SPACE", TextCalls::space);
    functions.put("REVERSE", s -> same(s, "reverse"));
    functions.put("UPPER", s -> same(s, "upper"));
    functions.put("LOWER", s -> same(s, "lower"));
    functions.put("LTRIM", s -> same(s, "ltrim"));
    functions.put("RTRIM", s -> same(s, "rtrim"));
    functions.put("TRIM", s -> same(s, "trim"));
    functions.put("STUFF", TextCalls::stuff);
    functions.put("STR", TextCalls::str);
    functions.put("CHAR", s -> character(s, "character", CHAR));
    functions.put("NCHAR", s -> character(s, "nationalCharacter", NCHAR));
    functions.put("ASCII", s -> code(s, "ascii"));
    functions.put("UNICODE", s -> code(s, "unicode"));
    functions.put("CONCAT", TextCalls::concat);
    functions.put("CONCAT_WS", TextCalls::concatWith);
    functions.put("QUOTENAME", TextCalls::quoteName);
    functions.put("HASHBYTES", TextCalls::hashBytes);
    functions.put("ISNUMERIC", TextCalls::isNumeric);
  }

  private static Typed len(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.argument(0);
    if (x.type().kind().isBytes()) {
      return Typed.of("OCTET_LENGTH(" + x.sql() + ")", SqlType.INT, x.nullable(), x);
    }
    Typed text = s.text(0);
    SqlType type = text.type().isMax() ? SqlType.BIGINT : SqlType.INT;
    return Typed.of(Casts.function("len", text.sql()), type, x.nullable(), x);
  }

  private static Typed dataLength(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.argument(0);
    Kind kind = x.type().kind();
    boolean large = x.type().isMax() || Types.isLegacyLob(kind);
    SqlType type = large ? SqlType.BIGINT : SqlType.INT;
    if (kind.isBytes()) {
      return Typed.of("OCTET_LENGTH(" + x.sql() + ")", type, x.nullable(), x);
    }
    if (x.isText() || kind == XML) {
      String national = kind.isNational() ? "TRUE" : "FALSE";
      if (kind == XML) {
        throw SqlError.refused("DATALENGTH of xml");
      }
      return Typed.of(
          Casts.function("dataLength", Casts.value(x), national), type, x.nullable(), x);
    }
    int size =
        switch (kind) {
          case BIT, TINYINT -> 1;
          case SMALLINT -> 2;
          case INT, REAL, SMALLMONEY, SMALLDATETIME -> 4;
          case BIGINT, FLOAT, MONEY, DATETIME -> 8;
          case DATE -> 3;
          case TIME -> fraction(x.type(), 3);
          case DATETIME2 -> fraction(x.type(), 6);
          case DATETIMEOFFSET -> fraction(x.type(), 8);
          case UNIQUEIDENTIFIER -> 16;
          case DECIMAL -> {
            int p = x.type().precision();
            yield p <= 9 ? 5 : p <= 19 ? 9 : p <= 28 ? 13 : 17;
          }
          default -> throw SqlError.refused("DATALENGTH of " + x.type().declaration());
        };
    return Typed.of(
        "(CASE WHEN " + x.sql() + " IS NULL THEN NULL ELSE " + size + " END)",
        SqlType.INT,
        x.nullable(),
        x);
  }

  private static int fraction(SqlType type, int least) {
    return least + (type.scale() <= 2 ? 0 : type.scale() <= 4 ? 1 : 2);
  }

  private static Typed part(CallSite s, String function) throws SqlError {
    s.expect(2, 2);
    Typed x = s.text(0);
    Expression count = s.call().arguments().get(1);
    long length =
        count instanceof Expression.NumberLiteral n
            ? Math.max(1, Math.min(x.type().length(), n.value().longValue()))
            : x.type().length();
    return Typed.of(
        Casts.function(function, x.sql(), s.bigint(1)), Calls.textLike(x, length), true, x);
  }

  private static Typed substring(CallSite s) throws SqlError {
    s.expect(3, 3);
    Typed raw = s.argument(0);
    if (raw.type().kind().isBytes()) {
      SqlType type =
          raw.type().length() == 0
              ? SqlType.varbinary(8000)
              : SqlType.varbinary(raw.type().length());
      return Typed.of(
          Casts.function("subbytes", raw.sql(), s.bigint(1), s.bigint(2)), type, true, raw);
    }
    if (!raw.isText()) {
      throw s.invalidArgument(0, raw.type());
    }
    Typed x = s.text(0);
    Expression count = s.call().arguments().get(2);
    long length =
        count instanceof Expression.NumberLiteral n
            ? Math.max(1, Math.min(x.type().length(), n.value().longValue()))
            : x.type().length();
    return Typed.of(
        Casts.function("substring", x.sql(), s.bigint(1), s.bigint(2)),
        Calls.textLike(x, length),
        true,
        x);
  }

  private static Typed charIndex(CallSite s) throws SqlError {
    s.expect(2, 3);
    Typed wanted = s.text(0);
    Typed x = s.text(1);
    String start = s.count() == 3 ? s.bigint(2) : "1";
    String sensitive = bool(Expressions.sensitive(wanted, x, "charindex"));
    SqlType type = x.type().isMax() ? SqlType.BIGINT : SqlType.INT;
    return Typed.of(
        Casts.function("charIndex", wanted.sql(), x.sql(), start, sensitive),
        type,
        true,
        x,
        wanted);
  }

  private static Typed patIndex(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed pattern = s.text(0);
    Typed x = s.text(1);
    String sensitive = bool(Expressions.sensitive(pattern, x, "patindex"));
    SqlType type = x.type().isMax() ? SqlType.BIGINT : SqlType.INT;
    return Typed.of(
        Casts.function("patIndex", pattern.sql(), x.sql(), sensitive), type, true, x, pattern);
  }

  private static String bool(boolean value) {
    return value ? "TRUE" : "FALSE";
  }

  private static Typed replace(CallSite s) throws SqlError {
    s.expect(3, 3);
    Typed x = s.text(0);
    Typed wanted = s.text(1);
    Typed by = s.text(2);
    boolean national =
        x.type().kind().isNational()
            || wanted.type().kind().isNational()
            || by.type().kind().isNational();
    String sensitive = bool(Expressions.sensitive(x, wanted, "replace"));
    SqlType type = x.type().isMax() ? Types.max(national) : Types.text(national, 8000);
    String sql = Casts.function("replace", x.sql(), wanted.sql(), by.sql(), sensitive);
    return Typed.of(
        type.isMax() ? sql : "LEFT(" + sql + ", " + type.length() + ")", type, true, x, wanted, by);
  }

  private static Typed replicate(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed x = s.text(0);
    SqlType type = Calls.textLike(x, 8000);
    int limit = type.isMax() ? 1_048_576 : type.length();
    return Typed.of(
        Casts.function("replicate", x.sql(), s.bigint(1), Integer.toString(limit)), type, true, x);
  }

  private static Typed space(CallSite s) throws SqlError {
    s.expect(1, 1);
    return Typed.of(
        Casts.function("replicate", "' '", s.bigint(0), "8000"),
        Types.text(false, 8000),
        true,
        s.argument(0));
  }

  private static Typed same(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = s.text(0);
    return Typed.of(Casts.function(function, x.sql()), Calls.textLike(x), x.nullable(), x);
  }

  private static Typed stuff(CallSite s) throws SqlError {
    s.expect(4, 4);
    Typed x = s.text(0);
    Typed by = s.text(3);
    boolean national = x.type().kind().isNational() || by.type().kind().isNational();
    boolean max = x.type().isMax() || by.type().isMax();
    SqlType type =
        max
            ? Types.max(national)
            : Types.text(national, (long) x.type().length() + by.type().length());
    return Typed.of(
        Casts.function("stuff", x.sql(), s.bigint(1), s.bigint(2), by.sql()), type, true, x, by);
  }

  private static Typed str(CallSite s) throws SqlError {
    s.expect(1, 3);
    Typed x = s.as(0, SqlType.FLOAT);
    String length = s.count() > 1 ? s.integer(1) : "10";
    String decimals = s.count() > 2 ? s.integer(2) : "0";
    long size =
        s.count() > 1 && s.call().arguments().get(1) instanceof Expression.NumberLiteral n
            ? Math.max(1, n.value().longValue())
            : s.count() > 1 ? 8000 : 10;
    return Typed.of(
        Casts.function("str", x.sql(), length, decimals), Types.text(false, size), true, x);
  }

  private static Typed character(CallSite s, String function, Kind kind) throws SqlError {
    s.expect(1, 1);
    return Typed.of(
        Casts.function(function, s.integer(0)), SqlType.sized(kind, 1), true, s.argument(0));
  }

  private static Typed code(CallSite s, String function) throws SqlError {
    s.expect(1, 1);
    Typed x = s.text(0);
    return Typed.of(Casts.function(function, x.sql()), SqlType.INT, true, x);
  }

  /** NULL counts as nothing. */
  private static Typed concat(CallSite s) throws SqlError {
    s.expect(2, 254);
    List<Typed> all = texts(s, 0);
    List<String> parts = new ArrayList<>();
    for (Typed t : all) {
      parts.add(t.nullable() ? "COALESCE(" + t.sql() + ", '')" : t.sql());
    }
    return joined(all, "(" + String.join(" || ", parts) + ")", 0);
  }

  private static List<Typed> texts(CallSite s, int from) throws SqlError {
    List<Typed> all = new ArrayList<>();
    for (int i = from; i < s.count(); i++) {
      all.add(s.text(i));
    }
    return all;
  }

  private static Typed joined(List<Typed> all, String sql, long extra) {
    boolean national = all.stream().anyMatch(t -> t.type().kind().isNational());
    boolean max = all.stream().anyMatch(t -> Types.isLong(t.type()));
    if (max) {
      return Typed.of(sql, Types.max(national), false, all);
    }
    long length = extra + all.stream().mapToLong(t -> t.type().length()).sum();
    SqlType type = Types.text(national, length);
    return Typed.of(
        length > type.length() ? "LEFT(" + sql + ", " + type.length() + ")" : sql,
        type,
        false,
        all);
  }

  /** NULL is left out with its separator. */
  private static Typed concatWith(CallSite s) throws SqlError {
    s.expect(3, 254);
    Typed separator = s.text(0);
    List<Typed> all = texts(s, 1);
    StringBuilder sql =
        new StringBuilder("CONCAT_WS(COALESCE(").append(separator.sql()).append(", '')");
    all.forEach(t -> sql.append(", ").append(t.sql()));
    List<Typed> everything = new ArrayList<>(all);
    everything.add(separator);
    return joined(
        everything, sql.append(")").toString(), (all.size() - 2L) * separator.type().length());
  }

  private static Typed quoteName(CallSite s) throws SqlError {
    s.expect(1, 2);
    Typed x = s.text(0);
    String quote = s.count() > 1 ? s.text(1).sql() : "'['";
    return Typed.of(Casts.function("quoteName", x.sql(), quote), SqlType.nvarchar(258), true, x);
  }

  private static Typed hashBytes(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed algorithm = s.text(0);
    Typed x = s.argument(1);
    if (!x.isText() && !x.type().kind().isBytes()) {
      throw s.invalidArgument(1, x.type());
    }
    Typed bytes = Casts.explicitly(x, SqlType.varbinary(SqlType.MAX));
    return Typed.of(
        Casts.function("hashBytes", algorithm.sql(), bytes.sql()),
        SqlType.varbinary(8000),
        true,
        x,
        algorithm);
  }

  private static Typed isNumeric(CallSite s) throws SqlError {
    s.expect(1, 1);
    Typed x = s.argument(0);
    if (Types.isNumber(x.type().kind()) && !x.isNull()) {
      return Typed.of(
          "(CASE WHEN " + x.sql() + " IS NULL THEN 0 ELSE 1 END)", SqlType.INT, false, x);
    }
    if (!x.isText() && !x.isNull()) {
      return Typed.fixed("0", SqlType.INT, false);
    }
    return Typed.of(Casts.function("isNumeric", s.text(0).sql()), SqlType.INT, false, x);
  }
}
