package dev.renkei.bigquery.standin.sql;

import java.util.Locale;

/**
 * @param text of words, names, numbers and symbols as written, without back quotes; of strings what
 *     they stand for; of bytes one character a byte
 * @param from where the token begins in the statement
 * @param to where it ends, exclusive
 */
record Token(Kind kind, String text, int from, int to) {
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    BYTES,
    NUMBER,
    PARAMETER,
    SYMBOL
  }

  boolean is(String word) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  String upper() {
    return text.toUpperCase(Locale.ROOT);
  }
}
