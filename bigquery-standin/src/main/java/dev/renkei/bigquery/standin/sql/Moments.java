package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.sql.Token.Kind;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions of dates and times whose arguments are more than values. */
final class Moments {
  private static final Map<String, Long> MICROSECONDS =
      Map.of(
          "MICROSECOND", 1L,
          "MILLISECOND", 1000L,
          "SECOND", 1_000_000L,
          "MINUTE", 60_000_000L,
          "HOUR", 3_600_000_000L,
          "DAY", 86_400_000_000L);

  private Moments() {}

  /**
   * @return null when the function is none of these
   */
  static @Nullable String call(String name, List<List<Token>> arguments, Translator translator) {
    switch (name) {
      case "TIMESTAMP_DIFF":
        return difference(arguments, translator);
      case "DATE_DIFF", "DATETIME_DIFF":
        return boundaries(name, arguments, translator);
      case "TIMESTAMP_ADD", "DATETIME_ADD", "DATE_ADD":
        return moved(name, "+", arguments, translator);
      case "TIMESTAMP_SUB", "DATETIME_SUB", "DATE_SUB":
        return moved(name, "-", arguments, translator);
      case "TIMESTAMP_TRUNC", "DATETIME_TRUNC", "DATE_TRUNC":
        return truncated(name, arguments, translator);
      case "FORMAT_TIMESTAMP", "FORMAT_DATE", "FORMAT_DATETIME":
        return "strftime("
            + translator.translated(arguments.get(1))
            + ", "
            + format(arguments)
            + ")";
      case "PARSE_TIMESTAMP":
        return "CAST(strptime(" + parsed(arguments, translator) + ") AS TIMESTAMPTZ)";
      case "PARSE_DATETIME":
        return "CAST(strptime(" + parsed(arguments, translator) + ") AS TIMESTAMP)";
      case "PARSE_DATE":
        return "CAST(strptime(" + parsed(arguments, translator) + ") AS DATE)";
      default:
        return null;
    }
  }

  private static String unit(List<List<Token>> arguments, int at, String function) {
    if (arguments.size() != at + 1 || arguments.get(at).size() != 1) {
      throw ApiException.notHere("this form of " + function);
    }
    return arguments.get(at).get(0).upper();
  }

  /** Whole units, towards zero. */
  private static String difference(List<List<Token>> arguments, Translator translator) {
    String unit = unit(arguments, 2, "TIMESTAMP_DIFF");
    Long micros = MICROSECONDS.get(unit);
    if (micros == null) {
      throw ApiException.notHere("TIMESTAMP_DIFF in " + unit);
    }
    return "((epoch_us("
        + translator.translated(arguments.get(0))
        + ") - epoch_us("
        + translator.translated(arguments.get(1))
        + ")) // "
        + micros
        + ")";
  }

  /** How many boundaries of the unit lie between. */
  private static String boundaries(
      String name, List<List<Token>> arguments, Translator translator) {
    String unit = unit(arguments, 2, name);
    if (!MICROSECONDS.containsKey(unit) && !List.of("MONTH", "QUARTER", "YEAR").contains(unit)) {
      throw ApiException.notHere(name + " in " + unit);
    }
    return "date_diff('"
        + unit
        + "', "
        + translator.translated(arguments.get(1))
        + ", "
        + translator.translated(arguments.get(0))
        + ")";
  }

  private static String moved(
      String name, String sign, List<List<Token>> arguments, Translator translator) {
    if (arguments.size() != 2 || !arguments.get(1).get(0).is("INTERVAL")) {
      throw ApiException.notHere("this form of " + name);
    }
    String unit = arguments.get(1).get(arguments.get(1).size() - 1).upper();
    if (name.startsWith("TIMESTAMP") && !MICROSECONDS.containsKey(unit)) {
      throw ApiException.invalidQuery(name + " does not support the " + unit + " date part");
    }
    String moved =
        "("
            + translator.translated(arguments.get(0))
            + ") "
            + sign
            + " "
            + translator.translated(arguments.get(1));
    return name.startsWith("DATE_") ? "CAST(" + moved + " AS DATE)" : "(" + moved + ")";
  }

  private static String truncated(String name, List<List<Token>> arguments, Translator translator) {
    String unit = unit(arguments, 1, name);
    if (unit.equals("WEEK")) {
      throw ApiException.notHere(name + " to WEEK; write ISOWEEK");
    }
    String part = unit.equals("ISOWEEK") ? "WEEK" : unit;
    if (!Types.UNITS.contains(part)) {
      throw ApiException.notHere(name + " to " + unit);
    }
    String truncated =
        "date_trunc('" + part + "', " + translator.translated(arguments.get(0)) + ")";
    return name.startsWith("DATE_") ? "CAST(" + truncated + " AS DATE)" : truncated;
  }

  private static String parsed(List<List<Token>> arguments, Translator translator) {
    return translator.translated(arguments.get(1)) + ", " + format(arguments);
  }

  private static String format(List<List<Token>> arguments) {
    List<Token> first = arguments.get(0);
    if (arguments.size() != 2 || first.size() != 1 || first.get(0).kind() != Kind.STRING) {
      throw ApiException.notHere("a format that is no literal, or a time zone beside it");
    }
    String format =
        first
            .get(0)
            .text()
            .replace("%F", "%Y-%m-%d")
            .replace("%T", "%H:%M:%S")
            .replace("%E6S", "%S.%f")
            .replace("%E3S", "%S.%g")
            .replace("%E4Y", "%Y")
            .replace("%Ez", "+00:00");
    if (!format.matches("([^%]|%[YmdHMSfgjbBaAyIp%])*")) {
      throw ApiException.notHere("the format " + first.get(0).text());
    }
    return Store.text(format);
  }
}
