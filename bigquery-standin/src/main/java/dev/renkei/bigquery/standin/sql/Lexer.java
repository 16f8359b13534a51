package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.sql.Token.Kind;
import dev.renkei.bigquery.standin.store.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * GoogleSQL's tokens, after <a
 * href="https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical">its lexical
 * structure</a>.
 */
final class Lexer {
  private static final List<String> LONG_SYMBOLS =
      List.of("=>", "->", "<=", ">=", "<>", "!=", "||", "<<", ">>", "|>");

  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String sql) {
    this.sql = sql;
  }

  static List<Token> tokens(String sql) {
    Lexer lexer = new Lexer(sql);
    while (lexer.skipBlanks()) {
      int from = lexer.at;
      int before = lexer.tokens.size();
      lexer.next();
      lexer.place(before, from);
    }
    return List.copyOf(lexer.tokens);
  }

  private void place(int token, int from) {
    Token unplaced = tokens.get(token);
    tokens.set(token, new Token(unplaced.kind(), unplaced.text(), from, at));
  }

  private char peek(int ahead) {
    return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
  }

  private boolean skipBlanks() {
    while (at < sql.length()) {
      if (Character.isWhitespace(peek(0))) {
        at++;
      } else if (peek(0) == '#' || (peek(0) == '-' && peek(1) == '-')) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end;
      } else if (peek(0) == '/' && peek(1) == '*') {
        int end = sql.indexOf("*/", at + 2);
        at = end < 0 ? sql.length() : end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  private void next() {
    char c = peek(0);
    if (c == '`') {
      quoted();
    } else if (prefixLength() >= 0) {
      string(prefixLength());
    } else if (Character.isLetter(c) || c == '_') {
      add(Kind.WORD, run(at, true));
    } else if (Character.isDigit(c) || (c == '.' && Character.isDigit(peek(1)) && !afterName())) {
      number();
    } else if (c == '@' && peek(1) != '@') {
      at++;
      add(Kind.PARAMETER, run(at, true));
    } else {
      symbol();
    }
  }

  private boolean afterName() {
    return !tokens.isEmpty() && tokens.get(tokens.size() - 1).isName();
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, 0, 0));
  }

  private String run(int from, boolean move) {
    int end = from;
    while (end < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
      end++;
    }
    if (move) {
      at = end;
    }
    return sql.substring(from, end);
  }

  private void quoted() {
    int end = sql.indexOf('`', at + 1);
    if (end < 0) {
      throw ApiException.invalidQuery("Syntax error: Unclosed identifier literal");
    }
    add(Kind.QUOTED, sql.substring(at + 1, end));
    at = end + 1;
  }

  /** Length of a string's prefix such as {@code rb}; -1 where no string begins. */
  private int prefixLength() {
    for (int length = 0; length <= 2; length++) {
      char c = peek(length);
      if (c == '\'' || c == '"') {
        return length;
      }
      if ("rRbB".indexOf(c) < 0) {
        return -1;
      }
    }
    return -1;
  }

  private void string(int prefixLength) {
    String prefix = sql.substring(at, at + prefixLength).toLowerCase(Locale.ROOT);
    at += prefixLength;
    String quote = sql.substring(at, at + 1);
    if (sql.startsWith(quote.repeat(3), at)) {
      quote = quote.repeat(3);
    }
    at += quote.length();
    StringBuilder text = new StringBuilder();
    boolean bytes = prefix.contains("b");
    while (!sql.startsWith(quote, at)) {
      if (at >= sql.length()) {
        throw ApiException.invalidQuery("Syntax error: Unclosed string literal");
      }
      if (peek(0) == '\\' && !prefix.contains("r")) {
        escape(text);
      } else if (peek(0) == '\\') {
        text.append(peek(0)).append(peek(1));
        at += 2;
      } else {
        text.append(peek(0));
        at++;
      }
    }
    at += quote.length();
    add(bytes ? Kind.BYTES : Kind.STRING, bytes ? byteText(text) : text.toString());
  }

  private static String byteText(StringBuilder text) {
    boolean latin = text.chars().allMatch(c -> c < 256);
    return latin
        ? text.toString()
        : new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private void escape(StringBuilder text) {
    char kind = peek(1);
    at += 2;
    int simple = "abfnrtv\\?\"'`".indexOf(kind);
    if (simple >= 0) {
      text.append("\u0007\b\f\n\r\t\u000b\\?\"'`".charAt(simple));
    } else if (kind == 'x' || kind == 'X') {
      code(text, 2, 16);
    } else if (kind == 'u') {
      code(text, 4, 16);
    } else if (kind == 'U') {
      code(text, 8, 16);
    } else if (kind >= '0' && kind <= '3') {
      at--;
      code(text, 3, 8);
    } else {
      throw ApiException.invalidQuery("Syntax error: Illegal escape sequence: \\" + kind);
    }
  }

  private void code(StringBuilder text, int digits, int radix) {
    try {
      text.appendCodePoint(Integer.parseInt(sql.substring(at, at + digits), radix));
      at += digits;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw ApiException.invalidQuery("Syntax error: Illegal escape sequence");
    }
  }

  private void number() {
    int from = at;
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      String digits = run(at, true).substring(2);
      add(Kind.NUMBER, Long.toString(Long.parseLong(digits, 16)));
      return;
    }
    while (Character.isDigit(peek(0)) || peek(0) == '.') {
      at++;
    }
    if ((peek(0) == 'e' || peek(0) == 'E')
        && (Character.isDigit(peek(1))
            || ((peek(1) == '-' || peek(1) == '+') && Character.isDigit(peek(2))))) {
      at += 2;
      while (Character.isDigit(peek(0))) {
        at++;
      }
    }
    add(Kind.NUMBER, sql.substring(from, at));
  }

  private void symbol() {
    for (String symbol : LONG_SYMBOLS) {
      if (sql.startsWith(symbol, at)) {
        add(Kind.SYMBOL, symbol);
        at += symbol.length();
        return;
      }
    }
    if ("()[],.;+-*/<>=|&~:?{}".indexOf(peek(0)) < 0) {
      throw ApiException.notHere("the symbol " + peek(0));
    }
    add(Kind.SYMBOL, String.valueOf(peek(0)));
    at++;
  }
}
