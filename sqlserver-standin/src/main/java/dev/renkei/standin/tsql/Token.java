package dev.renkei.standin.tsql;

/**
 * One token of a batch.
 *
 * @param text the name without its brackets, the value of a string, or the token as written
 * @param word in upper case for a {@link Kind#WORD}, the symbol for a {@link Kind#SYMBOL}, else
 *     empty: what a grammar compares with
 * @param start offset of its first character
 * @param line counted from 1
 */
record Token(Kind kind, String text, String word, int start, int line) {
  enum Kind {
    /** A keyword or a plain name. */
    WORD,
    /** A name in brackets or double quotes. */
    QUOTED,
    STRING,
    NATIONAL_STRING,
    /** Digits with or without a point. */
    NUMBER,
    /** With an exponent. */
    FLOAT,
    /** {@code $12.50}; the text without the sign. */
    MONEY,
    /** The text in hexadecimal, without {@code 0x}. */
    BINARY,
    /** {@code @x} or {@code @@x}, the text with its at-signs. */
    VARIABLE,
    SYMBOL,
    /** Behind the last one. */
    END
  }

  boolean is(String expected) {
    return word.equals(expected);
  }

  /** Whether this can name something: a plain word that is not reserved, or a quoted name. */
  boolean isName() {
    return kind == Kind.QUOTED || kind == Kind.WORD && !Words.isReserved(word);
  }

  boolean isString() {
    return kind == Kind.STRING || kind == Kind.NATIONAL_STRING;
  }
}
