package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.sql.Token.Kind;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One query or expression, token by token. Not thread-safe; used once. */
final class Translator {
  /** Words that stand before a parenthesis and are no functions. */
  private static final Set<String> BEFORE_PARENTHESIS =
      Set.of(
          "AND",
          "OR",
          "NOT",
          "IN",
          "ON",
          "OVER",
          "USING",
          "AS",
          "SELECT",
          "WHERE",
          "HAVING",
          "BY",
          "QUALIFY",
          "THEN",
          "ELSE",
          "WHEN",
          "CASE",
          "BETWEEN",
          "LIKE",
          "UNION",
          "ALL",
          "DISTINCT",
          "EXCEPT",
          "EXCLUDE",
          "REPLACE",
          "INTERSECT",
          "EXISTS",
          "ROLLUP",
          "CUBE",
          "SETS",
          "VALUES",
          "LIMIT",
          "IS",
          "WITH",
          "SET",
          "ROWS",
          "RANGE",
          "ANY",
          "INTERVAL",
          "ASC",
          "DESC",
          "WINDOW");

  private static final Set<String> REFUSED =
      Set.of("PIVOT", "UNPIVOT", "TABLESAMPLE", "MATCH_RECOGNIZE", "COLLATE", "SOME");

  /** Words that end a table reference, so that they are no alias. */
  private static final Set<String> AFTER_TABLE =
      Set.of(
          "WHERE",
          "JOIN",
          "LEFT",
          "RIGHT",
          "FULL",
          "INNER",
          "CROSS",
          "ON",
          "USING",
          "GROUP",
          "ORDER",
          "HAVING",
          "QUALIFY",
          "LIMIT",
          "UNION",
          "EXCEPT",
          "INTERSECT",
          "WINDOW",
          "FOR",
          "SET",
          "WITH",
          "TABLESAMPLE",
          "PIVOT",
          "UNPIVOT",
          "WHEN",
          "AND",
          "OR",
          "NATURAL",
          "OUTER");

  private final List<Token> tokens;
  private final Scope scope;
  private final Map<String, String> arguments;
  private final Set<String> withNames;
  private final StringBuilder out = new StringBuilder();
  private int at;

  /**
   * @param arguments of the table function whose body this is, by lower-case name; in DuckDB's SQL
   */
  Translator(List<Token> tokens, Scope scope, Map<String, String> arguments) {
    this(tokens, scope, arguments, new HashSet<>());
  }

  private Translator(
      List<Token> tokens, Scope scope, Map<String, String> arguments, Set<String> withNames) {
    this.tokens = tokens;
    this.scope = scope;
    this.arguments = arguments;
    this.withNames = withNames;
  }

  String translated() {
    while (at < tokens.size()) {
      step();
    }
    return out.toString().trim();
  }

  /** A slice by itself, with the same names in view. */
  String translated(List<Token> slice) {
    return new Translator(slice, scope, arguments, withNames).translated();
  }

  private Token token(int ahead) {
    return at + ahead >= 0 && at + ahead < tokens.size()
        ? tokens.get(at + ahead)
        : new Token(Kind.SYMBOL, "", 0, 0);
  }

  private void emit(String sql) {
    out.append(sql).append(' ');
  }

  private void step() {
    Token token = token(0);
    switch (token.kind()) {
      case STRING:
        at++;
        emit(Store.text(token.text()));
        return;
      case BYTES:
        at++;
        emit(blob(token.text()));
        return;
      case NUMBER:
        at++;
        emit(number(token.text()));
        return;
      case PARAMETER:
        at++;
        emit(scope.parameter(token.text()));
        return;
      case QUOTED:
        at++;
        emit(StoredTable.quoted(token.text()));
        return;
      case SYMBOL:
        symbol(token);
        return;
      case WORD:
        word(token);
    }
  }

  static String blob(String bytes) {
    StringBuilder sql = new StringBuilder("'");
    bytes.chars().forEach(b -> sql.append("\\x%02X".formatted(b)));
    return sql.append("'::BLOB").toString();
  }

  private static String number(String text) {
    return text.matches("\\d+") ? text : "CAST(" + text + " AS DOUBLE)";
  }

  private void symbol(Token token) {
    switch (token.text()) {
      case "/":
        at++;
        if (token(0).kind() != Kind.NUMBER || token(0).text().matches("[0.]+([eE].*)?")) {
          throw ApiException.notHere(
              "the operator / by what may be zero; write SAFE_DIVIDE or IEEE_DIVIDE");
        }
        emit("/");
        return;
      case "[":
        bracket();
        return;
      case "*":
        at++;
        if (token(0).is("EXCEPT") && token(1).is("(")) {
          at++;
          emit("* EXCLUDE");
        } else {
          emit("*");
        }
        return;
      case "=>", "->", "|>", ";", "{", "}", ":", "?":
        throw ApiException.notHere("the symbol " + token.text());
      default:
        at++;
        emit(token.text());
    }
  }

  /** An array's literal, or its element. */
  private void bracket() {
    Token before = token(-1);
    boolean subscript =
        before.is(")")
            || before.is("]")
            || before.kind() == Kind.QUOTED
            || (before.kind() == Kind.WORD && !BEFORE_PARENTHESIS.contains(before.upper()));
    List<Token> inside = parenthesised("[", "]");
    if (!subscript) {
      emit("[" + translated(inside) + "]");
      return;
    }
    if (inside.size() < 3 || !inside.get(1).is("(")) {
      throw ApiException.notHere("a subscript without OFFSET or ORDINAL");
    }
    String index = translated(inside.subList(2, inside.size() - 1));
    switch (inside.get(0).upper()) {
      case "OFFSET", "SAFE_OFFSET":
        emit("[(" + index + ") + 1]");
        return;
      case "ORDINAL", "SAFE_ORDINAL":
        emit("[" + index + "]");
        return;
      default:
        throw ApiException.notHere("the subscript " + inside.get(0).text());
    }
  }

  /** Skips a group that begins here and returns what is inside. */
  private List<Token> parenthesised(String open, String close) {
    int depth = 0;
    int from = at + 1;
    while (at < tokens.size()) {
      Token token = tokens.get(at++);
      if (token.is("(") || token.is("[")) {
        depth++;
      } else if (token.is(")") || token.is("]")) {
        depth--;
      }
      if (depth == 0) {
        return tokens.subList(from, at - 1);
      }
    }
    throw ApiException.invalidQuery(
        "Syntax error: Expected \"" + close + "\" for \"" + open + "\"");
  }

  private void word(Token token) {
    String upper = token.upper();
    if (token(-1).is(".")) {
      at++;
      emit(StoredTable.quoted(token.text()));
      return;
    }
    if (REFUSED.contains(upper) && !token(1).is(".") && !token(-1).is("AS")) {
      throw ApiException.notHere(upper);
    }
    switch (upper) {
      case "FROM", "JOIN":
        at++;
        emit(upper);
        if (!(upper.equals("FROM")
            && token(-2).is("DISTINCT")
            && (token(-3).is("IS") || token(-3).is("NOT")))) {
          tables();
        }
        return;
      case "WITH":
        at++;
        emit("WITH");
        withNames();
        return;
      case "UNION", "EXCEPT", "INTERSECT":
        at++;
        emit(upper);
        if (token(0).is("DISTINCT")) {
          at++;
        }
        return;
      case "SELECT":
        at++;
        emit("SELECT");
        if (token(0).is("AS")) {
          throw ApiException.notHere("SELECT AS " + token(1).upper());
        }
        return;
      case "INTERVAL":
        interval();
        return;
      case "LIKE":
        like();
        return;
      case "FOR":
        throw ApiException.notHere("FOR SYSTEM_TIME AS OF");
      case "ARRAY":
        if (token(1).is("<")) {
          typedArray();
          return;
        }
        break;
      case "CURRENT_TIMESTAMP":
        if (!token(1).is("(")) {
          at++;
          emit("now()");
          return;
        }
        break;
      default:
        break;
    }
    if (token(1).kind() == Kind.STRING && Types.isLiteralPrefix(upper)) {
      emit(Types.literal(upper, token(1).text()));
      at += 2;
    } else if (token(1).is("(") && !BEFORE_PARENTHESIS.contains(upper)) {
      call();
    } else if (token(1).is(".") && token(3).is("(") && token(0).is("SAFE")) {
      throw ApiException.notHere("the SAFE. prefix");
    } else {
      at++;
      String argument =
          token(0).is(".") ? null : arguments.get(token.text().toLowerCase(Locale.ROOT));
      emit(
          argument != null && !token(-2).is("AS")
              ? argument
              : Words.isSyntax(upper) ? token.text() : StoredTable.quoted(token.text()));
    }
  }

  private void withNames() {
    if (token(0).is("RECURSIVE")) {
      at++;
      emit("RECURSIVE");
    }
    for (int look = at; look + 2 < tokens.size(); look++) {
      if (tokens.get(look).isName()
          && tokens.get(look + 1).is("AS")
          && tokens.get(look + 2).is("(")) {
        withNames.add(tokens.get(look).text().toLowerCase(Locale.ROOT));
      }
    }
  }

  private void interval() {
    at++;
    List<Token> amount = new ArrayList<>();
    if (token(0).is("(")) {
      amount.addAll(parenthesised("(", ")"));
    } else {
      while (at < tokens.size() && !Types.UNITS.contains(token(0).upper())) {
        amount.add(tokens.get(at++));
      }
    }
    String unit = token(0).upper();
    if (!Types.UNITS.contains(unit) || token(1).is("TO")) {
      throw ApiException.notHere("this form of INTERVAL");
    }
    at++;
    emit("INTERVAL (" + translated(amount) + ") " + unit);
  }

  private void like() {
    at++;
    emit("LIKE");
    if (token(0).is("ANY") || token(0).is("ALL")) {
      throw ApiException.notHere("LIKE " + token(0).upper());
    }
    if (token(0).kind() == Kind.STRING && token(0).text().contains("\\")) {
      emit(Store.text(token(0).text()) + " ESCAPE '\\'");
      at++;
    }
  }

  private void typedArray() {
    int end = at + 2;
    while (end < tokens.size() && !tokens.get(end).is(">")) {
      end++;
    }
    String type = Types.duck(tokens.subList(at, end + 1));
    at = end + 1;
    emit("CAST([" + translated(parenthesised("[", "]")) + "] AS " + type + ")");
  }

  private void call() {
    Token name = tokens.get(at);
    at++;
    List<Token> inside = parenthesised("(", ")");
    emit(Functions.call(name.upper(), inside, this));
    if (token(0).is("OVER") && Functions.NO_WINDOW.contains(name.upper())) {
      throw ApiException.notHere(name.upper() + " with OVER");
    }
  }

  // Tables

  private void tables() {
    table();
    while (token(0).is(",")) {
      at++;
      emit(",");
      table();
    }
  }

  private void table() {
    if (token(0).is("UNNEST") && token(1).is("(")) {
      unnest();
    } else if (token(0).is("(")) {
      subquery();
    } else {
      named();
    }
  }

  private void subquery() {
    List<Token> inside = parenthesised("(", ")");
    boolean query =
        !inside.isEmpty()
            && (inside.get(0).is("SELECT") || inside.get(0).is("WITH") || inside.get(0).is("("));
    if (query) {
      emit("(" + translated(inside) + ")");
    } else {
      Translator joined = new Translator(inside, scope, arguments, withNames);
      joined.tables();
      emit("(" + joined.translated() + ")");
    }
    alias(null);
  }

  private void named() {
    StringBuilder path = new StringBuilder(token(0).text());
    String last = token(0).text();
    boolean single = token(0).kind() == Kind.WORD || !token(0).text().contains(".");
    if (!token(0).isName()) {
      throw ApiException.invalidQuery(
          "Syntax error: Unexpected \"" + token(0).text() + "\" after FROM");
    }
    at++;
    while (token(0).is(".") || (token(0).is("-") && token(1).kind() == Kind.WORD && single)) {
      boolean dash = token(0).is("-");
      last = token(1).text();
      path.append(dash ? "-" : ".").append(last);
      single = dash;
      at += 2;
    }
    String name = path.toString();
    if (withNames.contains(name.toLowerCase(Locale.ROOT))) {
      emit(StoredTable.quoted(name));
      alias(null);
      return;
    }
    if (token(0).is("(")) {
      List<String> given =
          Functions.split(parenthesised("(", ")")).stream()
              .map(this::translated)
              .collect(Collectors.toList());
      emit(scope.tableFunction(name, given));
    } else {
      emit(scope.relation(name));
    }
    alias(name.substring(name.lastIndexOf('.') + 1));
  }

  private void alias(@org.jspecify.annotations.Nullable String otherwise) {
    if (token(0).is("AS")) {
      at++;
      emit("AS " + StoredTable.quoted(token(0).text()));
      at++;
    } else if (token(0).isName()
        && (token(0).kind() == Kind.QUOTED || !AFTER_TABLE.contains(token(0).upper()))) {
      emit("AS " + StoredTable.quoted(token(0).text()));
      at++;
    } else if (otherwise != null) {
      emit("AS " + StoredTable.quoted(otherwise));
    }
  }

  private void unnest() {
    at++;
    String array = translated(parenthesised("(", ")"));
    if (token(0).is("AS")) {
      at++;
    }
    if (!token(0).isName() || AFTER_TABLE.contains(token(0).upper())) {
      throw ApiException.notHere("UNNEST without an alias");
    }
    String name = StoredTable.quoted(token(0).text());
    at++;
    if (token(0).is("WITH") && token(1).is("OFFSET")) {
      at += 2;
      String offset = "\"offset\"";
      if (token(0).is("AS")) {
        at++;
        offset = StoredTable.quoted(token(0).text());
        at++;
      }
      emit(
          "(SELECT u.e AS "
              + name
              + ", u.o - 1 AS "
              + offset
              + " FROM unnest("
              + array
              + ") WITH ORDINALITY AS u(e, o))");
      return;
    }
    emit("(SELECT unnest(" + array + ") AS " + name + ") AS \"unnest_" + at + "\"");
  }
}
