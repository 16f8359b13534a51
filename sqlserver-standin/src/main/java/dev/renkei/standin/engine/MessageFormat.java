package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The message of RAISERROR with its arguments put in.
 *
 * @see <a href="https://learn.microsoft.com/sql/t-sql/language-elements/raiserror-transact-sql">
 *     RAISERROR</a>
 */
final class MessageFormat {
  private static final Pattern PLACE =
      Pattern.compile(
          "%(?<flags>[-+0 #]*)(?<width>\\d*)(?:\\.(?<precision>\\d+))?(?<type>I64d|[disuoxX%])");

  private MessageFormat() {}

  static String format(String message, List<@Nullable Object> arguments) throws SqlError {
    Matcher matcher = PLACE.matcher(message);
    StringBuilder text = new StringBuilder();
    int used = 0;
    while (matcher.find()) {
      String type = matcher.group("type");
      String shown;
      if (type.equals("%")) {
        shown = "%";
      } else if (used < arguments.size()) {
        shown =
            padded(
                shown(arguments.get(used++), type), matcher.group("flags"), matcher.group("width"));
      } else {
        shown = "(null)";
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(shown));
    }
    return matcher.appendTail(text).toString();
  }

  private static String shown(@Nullable Object argument, String type) throws SqlError {
    if (argument == null) {
      return "(null)";
    }
    boolean isNumber = argument instanceof Long || argument instanceof Integer;
    if (type.equals("s") == isNumber) {
      throw new SqlError(
          2786,
          1,
          16,
          "The data type of substitution parameter does not match the expected type of the format specification.");
    }
    return switch (type) {
      case "o" -> Long.toOctalString(((Number) argument).longValue());
      case "x" -> Long.toHexString(((Number) argument).longValue());
      case "X" ->
          Long.toHexString(((Number) argument).longValue()).toUpperCase(java.util.Locale.ROOT);
      default -> argument.toString();
    };
  }

  private static String padded(String shown, String flags, String width) {
    int missing = width.isEmpty() ? 0 : Integer.parseInt(width) - shown.length();
    if (missing <= 0) {
      return shown;
    }
    if (flags.contains("-")) {
      return shown + " ".repeat(missing);
    }
    return (flags.contains("0") ? "0" : " ").repeat(missing) + shown;
  }
}
