package dev.renkei.bigquery.standin.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The door of this room: text in, DuckDB's SQL out. */
public final class Query {
  private Query() {}

  /** One query, whose text may end with a semicolon. */
  public static String translated(String sql, Scope scope) {
    return new Translator(trimmed(Lexer.tokens(sql)), scope, Map.of()).translated();
  }

  /**
   * The body of a table function.
   *
   * @param arguments in DuckDB's SQL, by parameter name
   */
  public static String translated(String sql, Scope scope, Map<String, String> arguments) {
    Map<String, String> byName = new HashMap<>();
    arguments.forEach((name, value) -> byName.put(name.toLowerCase(Locale.ROOT), value));
    return new Translator(trimmed(Lexer.tokens(sql)), scope, byName).translated();
  }

  static List<Token> trimmed(List<Token> tokens) {
    List<Token> kept = new ArrayList<>(tokens);
    while (!kept.isEmpty() && kept.get(kept.size() - 1).is(";")) {
      kept.remove(kept.size() - 1);
    }
    return kept;
  }
}
