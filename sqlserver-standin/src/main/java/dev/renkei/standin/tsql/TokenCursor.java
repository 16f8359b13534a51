package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import java.util.List;

/**
 * A walk over the tokens of a batch: the ground floor of the grammar, whose chapters stand on each
 * other as subclasses.
 */
abstract class TokenCursor {
  /**
   * How deep calls, subqueries, blocks and the like may lie in each other, in units of about 200
   * bytes of stack, so that even a thread of 512 kB does not overflow. SQL Server ends with the
   * same error, at a depth that depends on its own stack.
   */
  private static final int DEEPEST = 2_000;

  private static final int LONGEST_CHAIN = 2_000;

  private final List<Token> tokens;
  private int position;
  private int depth;

  TokenCursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  final Token peek() {
    return tokens.get(position);
  }

  /** The token so far ahead; the END token behind the last one. */
  final Token peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  /** The token that was taken last; the first one at the start. */
  final Token last() {
    return tokens.get(Math.max(0, position - 1));
  }

  final Token next() {
    Token token = tokens.get(position);
    if (token.kind() != Kind.END) {
      position++;
    }
    return token;
  }

  final boolean atEnd() {
    return peek().kind() == Kind.END;
  }

  /** Passes a tree on if nothing stands behind its text. */
  final <T> T toTheEnd(T tree) throws SqlError {
    if (!atEnd()) {
      throw unexpected();
    }
    return tree;
  }

  final int line() {
    return peek().line();
  }

  final boolean is(String word) {
    return peek().is(word);
  }

  final boolean is(String word, String following) {
    return peek().is(word) && peek(1).is(following);
  }

  final boolean isKind(Kind kind) {
    return peek().kind() == kind;
  }

  final boolean isOneOf(String... words) {
    for (String word : words) {
      if (is(word)) {
        return true;
      }
    }
    return false;
  }

  final boolean accept(String word) {
    if (is(word)) {
      next();
      return true;
    }
    return false;
  }

  /** Takes two words in a row, or nothing. */
  final boolean accept(String word, String following) {
    if (is(word, following)) {
      next();
      next();
      return true;
    }
    return false;
  }

  final void expect(String word) throws SqlError {
    if (!accept(word)) {
      throw unexpected();
    }
  }

  /** Takes ON or OFF; true for ON. */
  final boolean onOrOff() throws SqlError {
    if (accept("ON")) {
      return true;
    }
    expect("OFF");
    return false;
  }

  /** A whole number without sign that fits an int. */
  final int wholeNumber() throws SqlError {
    Token token = peek();
    if (token.kind() != Kind.NUMBER) {
      throw unexpected();
    }
    try {
      int value = Integer.parseInt(token.text());
      next();
      return value;
    } catch (NumberFormatException e) {
      throw unexpected();
    }
  }

  /** The value of a string constant. */
  final String string() throws SqlError {
    if (!peek().isString()) {
      throw unexpected();
    }
    return next().text();
  }

  /**
   * Index, counted from here, of the bracket that closes the one so far ahead; that of the END
   * token where none does.
   */
  final int closing(int ahead) {
    int open = 0;
    int index = ahead;
    do {
      if (peek(index).is("(")) {
        open++;
      } else if (peek(index).is(")")) {
        open--;
      }
      index++;
    } while (open > 0 && position + index < tokens.size());
    return index - 1;
  }

  /** Goes one level deeper; {@link #leave} goes back by the same weight. */
  final void enter(int weight) throws SqlError {
    depth += weight;
    if (depth > DEEPEST) {
      throw tooDeep();
    }
  }

  final SqlError tooDeep() {
    return error(
        191,
        "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up"
            + " into smaller queries.");
  }

  /** Refuses chains, such as joins, that would make too deep a tree for whoever walks it. */
  final void checkLength(int chained) throws SqlError {
    if (chained > LONGEST_CHAIN) {
      throw tooDeep();
    }
  }

  final void leave(int weight) {
    depth -= weight;
  }

  /** What SQL Server says to a token that cannot stand here: 102, or 156 for a keyword. */
  final SqlError unexpected() {
    Token token = peek();
    if (token.kind() == Kind.END) {
      String last = position == 0 ? "" : tokens.get(position - 1).text();
      return error(102, "Incorrect syntax near '%s'.".formatted(last));
    }
    return token.kind() == Kind.WORD && Words.isReserved(token.word())
        ? error(156, "Incorrect syntax near the keyword '%s'.".formatted(token.text()))
        : error(102, "Incorrect syntax near '%s'.".formatted(token.text()));
  }

  /** A syntax error (class 15) at the token that comes next. */
  final SqlError error(int number, String message) {
    return new SqlError(number, 1, 15, message).at(line());
  }

  /** The refusal of a construct that begins or ends about here. */
  final SqlError refused(String construct) {
    return SqlError.refused(construct).at(line());
  }

  final SqlError unexpectedOrRefused(String construct) {
    return atEnd() ? unexpected() : refused(construct);
  }
}
