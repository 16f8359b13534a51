package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.sql.Token.Kind;
import dev.renkei.bigquery.standin.store.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** ANY_VALUE, ARRAY_AGG and APPROX_QUANTILES with what may stand in their parentheses. */
final class Aggregates {
  private Aggregates() {}

  static String call(String name, List<Token> inside, Translator translator) {
    return name.equals("ANY_VALUE") ? anyValue(inside, translator) : arrayAgg(inside, translator);
  }

  private static String anyValue(List<Token> inside, Translator translator) {
    int having = Functions.lastTopLevel(inside, "HAVING");
    if (having < 0) {
      return "any_value(" + translator.translated(inside) + ")";
    }
    String value = translator.translated(inside.subList(0, having));
    String by = translator.translated(inside.subList(having + 2, inside.size()));
    String function = inside.get(having + 1).is("MAX") ? "arg_max_null(" : "arg_min_null(";
    return function + value + ", " + by + ")";
  }

  /** BigQuery refuses a result with NULL in it; here such a query is answered. */
  private static String arrayAgg(List<Token> given, Translator translator) {
    List<Token> inside = new ArrayList<>(given);
    String limit = null;
    int at = Functions.lastTopLevel(inside, "LIMIT");
    if (at >= 0) {
      limit = translator.translated(inside.subList(at + 1, inside.size()));
      inside = new ArrayList<>(inside.subList(0, at));
    }
    boolean ignoring = false;
    int nulls = Functions.lastTopLevel(inside, "NULLS");
    if (nulls > 0 && (inside.get(nulls - 1).is("IGNORE") || inside.get(nulls - 1).is("RESPECT"))) {
      ignoring = inside.get(nulls - 1).is("IGNORE");
      inside.subList(nulls - 1, nulls + 1).clear();
    }
    int order = Functions.lastTopLevel(inside, "ORDER");
    String value = translator.translated(inside.subList(0, order < 0 ? inside.size() : order));
    String list = "array_agg(" + translator.translated(inside) + ")";
    if (ignoring) {
      list += " FILTER (WHERE (" + value.replaceFirst("^(?i)DISTINCT ", "") + ") IS NOT NULL)";
    }
    return limit == null ? list : "(" + list + ")[1:" + limit + "]";
  }

  /** Exact, where BigQuery's are approximate: minimum, n-1 points, maximum. */
  static String quantiles(List<Token> inside, Translator translator) {
    List<List<Token>> arguments = Functions.split(inside);
    if (arguments.size() != 2
        || arguments.get(1).size() != 1
        || arguments.get(1).get(0).kind() != Kind.NUMBER) {
      throw ApiException.notHere("APPROX_QUANTILES but of one value and a number");
    }
    int parts = Integer.parseInt(arguments.get(1).get(0).text());
    String points =
        IntStream.rangeClosed(0, parts)
            .mapToObj(point -> String.valueOf((double) point / parts))
            .collect(Collectors.joining(", "));
    return "quantile_disc(" + translator.translated(arguments.get(0)) + ", [" + points + "])";
  }
}
