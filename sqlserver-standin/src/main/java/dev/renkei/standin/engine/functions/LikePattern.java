package dev.renkei.standin.engine.functions;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of LIKE: {@code %}, {@code _}, {@code [a-z]}, {@code [^a-z]}.
 *
 * @see <a href="https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql">LIKE</a>
 */
final class LikePattern {
  private static final ThreadLocal<Compiled> LAST = new ThreadLocal<>();

  private final List<Piece> pieces;
  private final boolean sensitive;

  private LikePattern(List<Piece> pieces, boolean sensitive) {
    this.pieces = pieces;
    this.sensitive = sensitive;
  }

  /** One position of a pattern. */
  private sealed interface Piece {}

  /** Any run of characters. */
  private record Run() implements Piece {}

  private record Any() implements Piece {}

  private record One(char value) implements Piece {}

  /** Pairs of first and last. */
  private record Class(String ranges, boolean negated) implements Piece {}

  private record Compiled(String pattern, char escape, boolean sensitive, LikePattern result) {}

  /** The pattern; a row's is mostly the one of the row before. */
  static LikePattern of(String pattern, char escape, boolean sensitive) {
    Compiled last = LAST.get();
    if (last != null
        && last.escape == escape
        && last.sensitive == sensitive
        && last.pattern.equals(pattern)) {
      return last.result;
    }
    LikePattern result = compile(pattern, escape, sensitive);
    LAST.set(new Compiled(pattern, escape, sensitive, result));
    return result;
  }

  private static LikePattern compile(String pattern, char escape, boolean sensitive) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (escape != '\0' && c == escape && i + 1 < pattern.length()) {
        i++;
        pieces.add(new One(fold(pattern.charAt(i), sensitive)));
      } else if (c == '%') {
        pieces.add(new Run());
      } else if (c == '_') {
        pieces.add(new Any());
      } else if (c == '[') {
        int end = pattern.indexOf(']', i + 1);
        if (end < 0) {
          pieces.add(new Class("", false));
          break;
        }
        pieces.add(classOf(pattern.substring(i + 1, end), escape, sensitive));
        i = end;
      } else {
        pieces.add(new One(fold(c, sensitive)));
      }
    }
    return new LikePattern(pieces, sensitive);
  }

  private static Class classOf(String text, char escape, boolean sensitive) {
    boolean negated = text.startsWith("^");
    StringBuilder ranges = new StringBuilder();
    for (int i = negated ? 1 : 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (escape != '\0' && c == escape && i + 1 < text.length()) {
        c = text.charAt(++i);
      }
      char first = fold(c, sensitive);
      char last = first;
      if (i + 2 < text.length() && text.charAt(i + 1) == '-') {
        last = fold(text.charAt(i + 2), sensitive);
        i += 2;
      }
      ranges.append(first).append(last);
    }
    return new Class(ranges.toString(), negated);
  }

  private static char fold(char c, boolean sensitive) {
    return sensitive ? c : Character.toLowerCase(Character.toUpperCase(c));
  }

  boolean matches(String text) {
    return matches(text, 0, 0);
  }

  /** Whether the text matches without some or all of its trailing blanks. */
  boolean matchesWithBlanks(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
      if (matches(text.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  /** Runs need only the last one tried again, so this is quadratic at worst. */
  private boolean matches(String text, int at, int piece) {
    int retryAt = -1;
    int retryPiece = -1;
    int t = at;
    int p = piece;
    while (true) {
      if (p < pieces.size() && pieces.get(p) instanceof Run) {
        retryAt = t;
        retryPiece = ++p;
      } else if (p == pieces.size() && t == text.length()) {
        return true;
      } else if (p < pieces.size() && t < text.length() && one(pieces.get(p), text.charAt(t))) {
        p++;
        t++;
      } else if (retryAt >= 0 && retryAt < text.length()) {
        t = ++retryAt;
        p = retryPiece;
      } else {
        return false;
      }
    }
  }

  private boolean one(Piece piece, char raw) {
    if (piece instanceof Any) {
      return true;
    }
    char c = fold(raw, sensitive);
    if (piece instanceof One one) {
      return one.value == c;
    }
    if (piece instanceof Class set) {
      for (int i = 0; i < set.ranges.length(); i += 2) {
        if (set.ranges.charAt(i) <= c && c <= set.ranges.charAt(i + 1)) {
          return !set.negated;
        }
      }
      return set.negated;
    }
    return false;
  }
}
