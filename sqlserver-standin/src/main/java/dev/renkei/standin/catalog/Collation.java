package dev.renkei.standin.catalog;

import org.h2.value.CompareMode;

/**
 * How text compares: by code units, without trailing spaces, as SQL Server does for keys, {@code
 * =}, GROUP BY and ORDER BY.
 *
 * <p>Whether case counts is the column's: {@code VARCHAR} or {@code VARCHAR_IGNORECASE}. The order
 * is that of code units and not of a language, so ORDER BY may put signs and letters in another
 * order than a SQL Server.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/language-elements/string-comparison-assignment">
 *     how SQL Server ignores trailing spaces</a>
 */
final class Collation extends CompareMode {
  Collation() {
    super("STANDIN", 0);
  }

  @Override
  public int compareString(String a, String b, boolean ignoreCase) {
    int lengthA = trimmedLength(a);
    int lengthB = trimmedLength(b);
    int common = Math.min(lengthA, lengthB);
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        int difference = ignoreCase ? fold(x) - fold(y) : x - y;
        if (difference != 0) {
          return difference;
        }
      }
    }
    return lengthA - lengthB;
  }

  /** Both ways, as some letters have no upper case of their own. */
  private static char fold(char c) {
    return Character.toLowerCase(Character.toUpperCase(c));
  }

  private static int trimmedLength(String text) {
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == ' ') {
      length--;
    }
    return length;
  }
}
