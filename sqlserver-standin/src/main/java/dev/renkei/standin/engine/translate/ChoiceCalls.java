package dev.renkei.standin.engine.translate;

import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions that choose between their arguments. */
final class ChoiceCalls {
  private ChoiceCalls() {}

  static void register(Map<String, Function> functions) {
    functions.put("ISNULL", ChoiceCalls::isNull);
    functions.put("COALESCE", ChoiceCalls::coalesce);
    functions.put("NULLIF", ChoiceCalls::nullIf);
    functions.put("IIF", ChoiceCalls::iif);
    functions.put("CHOOSE", ChoiceCalls::choose);
  }

  /** The type is that of the first argument. */
  private static Typed isNull(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed a = s.argument(0);
    Typed b = s.argument(1);
    if (a.isNull()) {
      return b.isNull() ? Casts.implicitly(a, SqlType.INT) : b;
    }
    SqlType type = a.type();
    Typed second = Casts.implicitly(b, type);
    if (a.isText()) {
      Expressions.sensitive(a, b, "isnull");
    }
    return Typed.of(
        "COALESCE(" + a.sql() + ", " + second.sql() + ")", type, b.nullable(), a, second);
  }

  private static Typed coalesce(CallSite s) throws SqlError {
    s.expect(2, 1000);
    List<Typed> all = s.arguments();
    if (all.stream().allMatch(Typed::isNull)) {
      throw new SqlError(
          4127,
          1,
          16,
          "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.");
    }
    List<Typed> converted = s.expressions().alternatives(all);
    String list = String.join(", ", converted.stream().map(Typed::sql).toList());
    boolean nullable = all.stream().allMatch(Typed::nullable);
    return Typed.of("COALESCE(" + list + ")", converted.get(0).type(), nullable, converted);
  }

  private static Typed nullIf(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed a = s.argument(0);
    Typed b = s.argument(1);
    if (a.isNull()) {
      throw Faults.error(
          4151,
          "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.");
    }
    String equal = s.expressions().conditions.equal(a, b);
    return Typed.of(
        "(CASE WHEN " + equal + " THEN NULL ELSE " + a.sql() + " END)", a.type(), true, a);
  }

  private static Typed iif(CallSite s) throws SqlError {
    s.expect(3, 3);
    String when = s.expressions().conditions.condition(s.call().arguments().get(0), s.names());
    return s.expressions().choose(List.of(when), List.of(s.argument(1), s.argument(2)), false);
  }

  private static Typed choose(CallSite s) throws SqlError {
    s.expect(2, 255);
    Typed index = s.as(0, SqlType.INT);
    List<String> whens = new ArrayList<>();
    List<Typed> results = new ArrayList<>();
    for (int i = 1; i < s.count(); i++) {
      whens.add("(" + index.sql() + " = " + i + ")");
      results.add(s.argument(i));
    }
    results.add(Typed.literal("NULL", SqlType.INT, new Expression.NullLiteral()));
    return s.expressions().choose(whens, results, true);
  }
}
