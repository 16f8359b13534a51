package dev.renkei.core.hub;

import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.OpenLetters.Listed;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that have all that is given.
 *
 * @param id of one of them
 * @param table of the change; a letter that does not tell its table has none
 * @param reason words that stand in the reason, in either case
 */
public record LetterFilter(
    @Nullable String id, @Nullable TablePattern table, @Nullable String reason) {
  /** All of them. */
  public static final LetterFilter ALL = new LetterFilter(null, null, null);

  public static LetterFilter id(String id) {
    return new LetterFilter(id, null, null);
  }

  public boolean matches(Listed letter) {
    return (id == null || id.equals(letter.id()))
        && (table == null || isOf(table, letter.attributes().get(MessageAttributes.TABLE_NAME)))
        && (reason == null || folded(letter.reason()).contains(folded(reason)));
  }

  private static boolean isOf(TablePattern pattern, @Nullable String table) {
    try {
      return table != null && pattern.matches(TableName.parse(table));
    } catch (IllegalArgumentException e) {
      return false; // an attribute that is none, which may be why it is here
    }
  }

  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
