package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.BigNumeric;
import dev.renkei.bigquery.standin.store.ColumnType;
import dev.renkei.bigquery.standin.store.Store;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Types and typed literals. */
final class Types {
  static final Set<String> UNITS =
      Set.of(
          "MICROSECOND",
          "MILLISECOND",
          "SECOND",
          "MINUTE",
          "HOUR",
          "DAY",
          "WEEK",
          "MONTH",
          "QUARTER",
          "YEAR");

  private static final Set<String> LITERALS =
      Set.of(
          "DATE",
          "DATETIME",
          "TIME",
          "TIMESTAMP",
          "NUMERIC",
          "DECIMAL",
          "BIGNUMERIC",
          "BIGDECIMAL",
          "JSON");

  private Types() {}

  static boolean isLiteralPrefix(String upper) {
    return LITERALS.contains(upper);
  }

  static String literal(String upper, String text) {
    return literal(ColumnType.of(upper), text);
  }

  /** A DuckDB literal of what BigQuery reads from the text. */
  static String literal(ColumnType type, String text) {
    try {
      if (type == ColumnType.BIGNUMERIC) {
        return Store.text(BigNumeric.encode(new BigDecimal(text.trim())));
      }
    } catch (IllegalArgumentException e) {
      throw ApiException.invalidQuery("Invalid BIGNUMERIC value: " + text);
    }
    if (type == ColumnType.STRING) {
      return Store.text(text);
    }
    return "CAST(" + Store.text(text) + " AS " + type.duck() + ")";
  }

  /** DuckDB's name of a scalar type or {@code ARRAY<scalar>}. */
  static String duck(List<Token> type) {
    if (type.size() >= 4 && type.get(0).is("ARRAY") && type.get(1).is("<")) {
      return duck(type.subList(2, type.size() - 1)) + "[]";
    }
    return of(type).duck();
  }

  static ColumnType of(List<Token> type) {
    if (type.size() != 1) {
      StringBuilder text = new StringBuilder();
      type.forEach(t -> text.append(t.text()));
      throw ApiException.notHere("the type " + text.toString().toUpperCase(Locale.ROOT));
    }
    return ColumnType.of(type.get(0).text());
  }
}
