package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a batch into tokens, in one pass; comments and white space vanish. */
final class Lexer {
  private static final int LONGEST_NAME = 128;

  private final String text;
  private final List<Token> tokens;
  private int position;
  private int line = 1;

  private Lexer(String text) {
    this.text = text;
    this.tokens = new ArrayList<>(text.length() / 4 + 8);
  }

  /** The tokens of a batch; the last one is always of kind END. */
  static List<Token> tokens(String text) throws SqlError {
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws SqlError {
    while (skipBlank()) {
      token();
    }
    tokens.add(new Token(Kind.END, "", "", text.length(), line));
  }

  /** Goes on to the next token; false at the end of the text. */
  private boolean skipBlank() throws SqlError {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '\n') {
        line++;
        position++;
      } else if (c <= ' ' || c == '\uFEFF' || c > 127 && isBlank(c)) {
        position++;
      } else if (c == '-' && at(1) == '-') {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (c == '/' && at(1) == '*') {
        skipComment();
      } else {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private void skipComment() throws SqlError {
    int depth = 0;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '/' && at(1) == '*') {
        depth++;
        position += 2;
      } else if (c == '*' && at(1) == '/') {
        depth--;
        position += 2;
        if (depth == 0) {
          return;
        }
      } else {
        line += c == '\n' ? 1 : 0;
        position++;
      }
    }
    throw new SqlError(113, 1, 15, "Missing end comment mark '*/'.").at(line);
  }

  /** The character so far ahead; NUL behind the end. */
  private char at(int ahead) {
    int index = position + ahead;
    return index < text.length() ? text.charAt(index) : '\0';
  }

  private void token() throws SqlError {
    char c = text.charAt(position);
    if (c == '\'') {
      string(Kind.STRING, 0);
    } else if ((c == 'N' || c == 'n') && at(1) == '\'') {
      string(Kind.NATIONAL_STRING, 1);
    } else if (c == '[') {
      quotedName(']');
    } else if (c == '"') {
      quotedName('"');
    } else if (c == '0' && (at(1) == 'x' || at(1) == 'X')) {
      binary();
    } else if (isDigit(c) || c == '.' && isDigit(at(1))) {
      number();
    } else if (c == '$' && !Words.isNameStart(at(1))) {
      money();
    } else if (c == '@') {
      name(Kind.VARIABLE);
    } else if (c == '$' || Words.isNameStart(text.codePointAt(position))) {
      name(Kind.WORD);
    } else {
      symbol(c);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void add(Kind kind, String value, int start, int startLine) {
    tokens.add(new Token(kind, value, "", start, startLine));
  }

  private void string(Kind kind, int prefix) throws SqlError {
    int start = position;
    int startLine = line;
    position += prefix;
    String value = quoted('\'', true);
    add(kind, value, start, startLine);
  }

  private void quotedName(char close) throws SqlError {
    int start = position;
    int startLine = line;
    String name = quoted(close, false);
    if (name.isEmpty()) {
      throw new SqlError(
              1038,
              4,
              15,
              "An object or column name is missing or empty. For SELECT INTO statements, verify"
                  + " each column has a name. For other statements, look for empty alias names."
                  + " Aliases defined as \"\" or [] are not allowed. Change the alias to a valid"
                  + " name.")
          .at(startLine);
    }
    add(Kind.QUOTED, checkedLength(name), start, startLine);
  }

  /**
   * Reads a quoted text whose opening mark stands at the position; a doubled closing mark stands
   * for itself.
   *
   * @param continued whether a backslash at the end of a line joins it with the next, as in string
   *     constants
   */
  private String quoted(char close, boolean continued) throws SqlError {
    int startLine = line;
    position++;
    int from = position;
    StringBuilder value = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == close) {
        value.append(text, from, position);
        position++;
        if (at(0) != close) {
          return value.toString();
        }
        from = position;
      } else if (c == '\n') {
        line++;
      } else if (continued && c == '\\' && lineBreakAfterBackslash() > 0) {
        value.append(text, from, position);
        position += lineBreakAfterBackslash();
        line++;
        from = position + 1;
      }
      position++;
    }
    value.append(text, Math.min(from, text.length()), text.length());
    throw new SqlError(
            105, 1, 15, "Unclosed quotation mark after the character string '%s'.".formatted(value))
        .at(startLine);
  }

  /** How many characters of a line break follow the backslash at the position. */
  private int lineBreakAfterBackslash() {
    if (at(1) == '\n') {
      return 1;
    }
    return at(1) == '\r' && at(2) == '\n' ? 2 : 0;
  }

  private void binary() {
    int start = position;
    position += 2;
    while (Character.digit(at(0), 16) >= 0 && at(0) < 128) {
      position++;
    }
    add(Kind.BINARY, text.substring(start + 2, position), start, line);
  }

  private void number() {
    int start = position;
    digits();
    if (at(0) == '.') {
      position++;
      digits();
    }
    Kind kind = Kind.NUMBER;
    if (at(0) == 'e' || at(0) == 'E') {
      kind = Kind.FLOAT;
      position++;
      if ((at(0) == '+' || at(0) == '-') && isDigit(at(1))) {
        position++;
      }
      digits();
    }
    add(kind, text.substring(start, position), start, line);
  }

  private void digits() {
    while (isDigit(at(0))) {
      position++;
    }
  }

  private void money() {
    int start = position;
    position++;
    digits();
    if (at(0) == '.') {
      position++;
      digits();
    }
    add(Kind.MONEY, text.substring(start + 1, position), start, line);
  }

  private void name(Kind kind) throws SqlError {
    int start = position;
    position += Character.charCount(text.codePointAt(start));
    while (position < text.length()) {
      int c = text.codePointAt(position);
      if (!Words.isNamePart(c)) {
        break;
      }
      position += Character.charCount(c);
    }
    String name = checkedLength(text.substring(start, position));
    tokens.add(new Token(kind, name, kind == Kind.WORD ? Words.upper(name) : "", start, line));
  }

  private String checkedLength(String name) throws SqlError {
    if (name.length() > LONGEST_NAME) {
      throw new SqlError(
              103,
              4,
              15,
              "The identifier that starts with '%s' is too long. Maximum length is %d."
                  .formatted(name.substring(0, LONGEST_NAME), LONGEST_NAME))
          .at(line);
    }
    return name;
  }

  private void symbol(char c) {
    char second = at(1);
    int length =
        switch (c) {
          case '<' -> second == '=' || second == '>' ? 2 : 1;
          case '>', '+', '-', '*', '/', '%', '&', '|', '^' -> second == '=' ? 2 : 1;
          case '!' -> second == '=' || second == '<' || second == '>' ? 2 : 1;
          case ':' -> second == ':' ? 2 : 1;
          default -> Character.isHighSurrogate(c) && second != '\0' ? 2 : 1;
        };
    String symbol = text.substring(position, position + length);
    tokens.add(new Token(Kind.SYMBOL, symbol, symbol, position, line));
    position += length;
  }
}
