package dev.renkei.standin.engine.functions;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * T-SQL's functions on text. Null in gives null out unless said otherwise; {@code sensitive} says
 * whether case matters.
 *
 * @see <a href="https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql">
 *     String functions</a>
 */
public final class TextFunctions {
  private TextFunctions() {}

  /** Characters without trailing blanks. */
  public static @Nullable Integer len(@Nullable String text) {
    return text == null ? null : rtrim(text).length();
  }

  /** Text as the code page of varchar holds it: what it does not have becomes a question mark. */
  public static @Nullable String ansi(@Nullable String text) {
    if (text == null) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return inCodePage(text, i);
      }
    }
    return text;
  }

  private static String inCodePage(String text, int from) {
    var encoder = Conversion.ANSI.newEncoder();
    char[] chars = text.toCharArray();
    for (int i = from; i < chars.length; i++) {
      if (chars[i] >= 0x80 && !encoder.canEncode(chars[i])) {
        chars[i] = '?';
      }
    }
    return new String(chars);
  }

  /** Bytes in the code page or, for national text, in UTF-16. */
  public static @Nullable Integer dataLength(@Nullable String text, boolean national) {
    return text == null ? null : national ? 2 * text.length() : (Integer) text.length();
  }

  public static @Nullable String left(@Nullable String text, @Nullable Long count) throws Raised {
    if (text == null || count == null) {
      return null;
    }
    return text.substring(0, clamp(count, text.length(), "left"));
  }

  public static @Nullable String right(@Nullable String text, @Nullable Long count) throws Raised {
    if (text == null || count == null) {
      return null;
    }
    return text.substring(text.length() - clamp(count, text.length(), "right"));
  }

  private static int clamp(long count, int length, String function) throws Raised {
    if (count < 0) {
      throw invalidLength(function);
    }
    return (int) Math.min(count, length);
  }

  private static Raised invalidLength(String function) {
    return new Raised(
        Errors.error(537, "Invalid length parameter passed to the %s function.", function));
  }

  public static @Nullable String substring(
      @Nullable String text, @Nullable Long start, @Nullable Long length) throws Raised {
    if (text == null || start == null || length == null) {
      return null;
    }
    int[] part = part(text.length(), start, length);
    return text.substring(part[0], part[1]);
  }

  public static byte @Nullable [] subbytes(
      byte @Nullable [] bytes, @Nullable Long start, @Nullable Long length) throws Raised {
    if (bytes == null || start == null || length == null) {
      return null;
    }
    int[] part = part(bytes.length, start, length);
    return java.util.Arrays.copyOfRange(bytes, part[0], part[1]);
  }

  private static int[] part(int size, long start, long length) throws Raised {
    if (length < 0) {
      throw new Raised(
          Errors.error(537, "Invalid length parameter passed to the LEFT or SUBSTRING function."));
    }
    long from = Math.min(size, Math.max(0, start - 1));
    long to = Math.min(size, Math.max(from, start - 1 + length));
    return new int[] {(int) from, (int) to};
  }

  /** From 1; 0 where it is not found. */
  public static @Nullable Integer charIndex(
      @Nullable String wanted, @Nullable String text, @Nullable Long start, boolean sensitive) {
    if (wanted == null || text == null || start == null) {
      return null;
    }
    if (wanted.isEmpty()) {
      return 0;
    }
    int from = (int) Math.min(text.length(), Math.max(0, start - 1));
    return find(text, wanted, from, sensitive) + 1;
  }

  private static int find(String text, String wanted, int from, boolean sensitive) {
    for (int i = from; i + wanted.length() <= text.length(); i++) {
      if (text.regionMatches(!sensitive, i, wanted, 0, wanted.length())) {
        return i;
      }
    }
    return -1;
  }

  public static @Nullable String replace(
      @Nullable String text, @Nullable String wanted, @Nullable String by, boolean sensitive) {
    if (text == null || wanted == null || by == null) {
      return null;
    }
    if (wanted.isEmpty()) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    int from = 0;
    for (int at = find(text, wanted, 0, sensitive);
        at >= 0;
        at = find(text, wanted, from, sensitive)) {
      result.append(text, from, at).append(by);
      from = at + wanted.length();
    }
    return result.append(text, from, text.length()).toString();
  }

  /** Null for a negative count; cut at the limit of its type. */
  public static @Nullable String replicate(@Nullable String text, @Nullable Long count, int limit) {
    if (text == null || count == null || count < 0) {
      return null;
    }
    if (text.isEmpty() || count == 0) {
      return "";
    }
    long most = Math.min(count, limit / text.length() + 1L);
    String result = text.repeat((int) most);
    return result.length() > limit ? result.substring(0, limit) : result;
  }

  public static @Nullable String reverse(@Nullable String text) {
    if (text == null) {
      return null;
    }
    char[] chars = new char[text.length()];
    for (int i = 0; i < chars.length; i++) {
      chars[chars.length - 1 - i] = text.charAt(i);
    }
    return new String(chars);
  }

  public static @Nullable String upper(@Nullable String text) {
    return text == null ? null : map(text, true);
  }

  public static @Nullable String lower(@Nullable String text) {
    return text == null ? null : map(text, false);
  }

  /** Letter by letter: SQL Server never changes the length, as a German sharp s would. */
  private static String map(String text, boolean upper) {
    char[] chars = text.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      chars[i] = upper ? Character.toUpperCase(chars[i]) : Character.toLowerCase(chars[i]);
    }
    return new String(chars);
  }

  public static @Nullable String ltrim(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int start = 0;
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    return text.substring(start);
  }

  @org.jspecify.annotations.NullUnmarked
  public static String rtrim(String text) {
    if (text == null) {
      return null;
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }

  public static @Nullable String trim(@Nullable String text) {
    return text == null ? null : ltrim(rtrim(text));
  }

  public static @Nullable String stuff(
      @Nullable String text, @Nullable Long start, @Nullable Long length, @Nullable String by) {
    if (text == null
        || start == null
        || length == null
        || start < 1
        || length < 0
        || start > text.length()) {
      return null;
    }
    int from = (int) (start - 1);
    int to = (int) Math.min(text.length(), from + length);
    return text.substring(0, from) + (by == null ? "" : by) + text.substring(to);
  }

  /** STR: right-aligned; asterisks where the number does not fit. */
  public static @Nullable String str(
      @Nullable Double number, @Nullable Integer length, @Nullable Integer decimals) {
    if (number == null || length == null || decimals == null || length < 0 || decimals < 0) {
      return null;
    }
    int scale = Math.min(16, decimals);
    String whole = BigDecimal.valueOf(number).setScale(0, RoundingMode.DOWN).toPlainString();
    if (whole.length() > length) {
      return "*".repeat(length);
    }
    int room = Math.max(0, Math.min(scale, length - whole.length() - 1));
    String text = BigDecimal.valueOf(number).setScale(room, RoundingMode.HALF_UP).toPlainString();
    return text.length() > length ? "*".repeat(length) : " ".repeat(length - text.length()) + text;
  }

  /** CHAR: the character of the code page; null outside 0 to 255. */
  public static @Nullable String character(@Nullable Integer code) {
    return code == null || code < 0 || code > 255
        ? null
        : new String(new byte[] {code.byteValue()}, Conversion.ANSI);
  }

  /** NCHAR: null outside 0 to 65535. */
  public static @Nullable String nationalCharacter(@Nullable Integer code) {
    return code == null || code < 0 || code > 65535 ? null : String.valueOf((char) (int) code);
  }

  public static @Nullable Integer ascii(@Nullable String text) {
    return text == null || text.isEmpty()
        ? null
        : (Integer) (text.substring(0, 1).getBytes(Conversion.ANSI)[0] & 0xFF);
  }

  public static @Nullable Integer unicode(@Nullable String text) {
    return text == null || text.isEmpty() ? null : (Integer) (int) text.charAt(0);
  }

  public static @Nullable String quoteName(@Nullable String name, @Nullable String quote) {
    if (name == null || quote == null || name.length() > 128) {
      return null;
    }
    return switch (quote) {
      case "[", "]" -> "[" + name.replace("]", "]]") + "]";
      case "'" -> "'" + name.replace("'", "''") + "'";
      case "\"" -> "\"" + name.replace("\"", "\"\"") + "\"";
      case "(", ")" -> "(" + name.replace(")", "))") + ")";
      case "<", ">" -> "<" + name.replace(">", ">>") + ">";
      case "{", "}" -> "{" + name.replace("}", "}}") + "}";
      case "`" -> "`" + name.replace("`", "``") + "`";
      default -> null;
    };
  }

  /**
   * LIKE.
   *
   * @param escape empty for none
   * @param blanks whether trailing blanks of the text do not count, as for non-national text
   */
  public static @Nullable Boolean like(
      @Nullable String text,
      @Nullable String pattern,
      @Nullable String escape,
      boolean sensitive,
      boolean blanks)
      throws Raised {
    if (text == null || pattern == null || escape == null) {
      return null;
    }
    if (escape.length() > 1) {
      throw new Raised(
          Errors.error(
              506,
              "The invalid escape character \"%s\" was specified in a LIKE predicate.",
              escape));
    }
    LikePattern compiled =
        LikePattern.of(pattern, escape.isEmpty() ? '\0' : escape.charAt(0), sensitive);
    return compiled.matches(text) || blanks && compiled.matchesWithBlanks(text);
  }

  /** PATINDEX: from 1; 0 where the pattern is not found. */
  public static @Nullable Integer patIndex(
      @Nullable String pattern, @Nullable String text, boolean sensitive) {
    if (pattern == null || text == null) {
      return null;
    }
    boolean open = pattern.startsWith("%");
    LikePattern rest = LikePattern.of(open ? pattern.substring(1) : pattern, '\0', sensitive);
    for (int i = 0; i <= (open ? text.length() : 0); i++) {
      if (rest.matches(text.substring(i))) {
        return Math.min(i + 1, Math.max(1, text.length()));
      }
    }
    return 0;
  }

  /** HASHBYTES over bytes. */
  public static byte @Nullable [] hashBytes(@Nullable String algorithm, byte @Nullable [] bytes)
      throws Raised {
    if (algorithm == null || bytes == null) {
      return null;
    }
    String name =
        switch (algorithm.toUpperCase(Locale.ROOT)) {
          case "MD5" -> "MD5";
          case "SHA", "SHA1" -> "SHA-1";
          case "SHA2_256" -> "SHA-256";
          case "SHA2_512" -> "SHA-512";
          default -> "";
        };
    if (name.isEmpty()) {
      return null;
    }
    try {
      return java.security.MessageDigest.getInstance(name).digest(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new Raised(dev.renkei.standin.sql.SqlError.refused("HASHBYTES('" + algorithm + "')"));
    }
  }
}
