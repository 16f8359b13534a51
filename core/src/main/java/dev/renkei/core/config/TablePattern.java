package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * Table names by a pattern {@code schema.table}, where {@code *} stands for any characters; letters
 * match in either case, since most databases compare names so.
 *
 * @param text as written, for example {@code dbo.*_archive}
 */
public record TablePattern(String text) implements Serializable {
  public TablePattern {
    int point = text.indexOf('.');
    if (point < 1 || point == text.length() - 1) {
      throw new IllegalArgumentException("'%s' is not of the form schema.table".formatted(text));
    }
  }

  public boolean matches(TableName table) {
    int point = text.indexOf('.');
    return matches(text.substring(0, point), table.schema())
        && matches(text.substring(point + 1), table.table());
  }

  private static boolean matches(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL;
    return Pattern.compile(regex.toString(), flags).matcher(name).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
