package dev.renkei.core.change;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a collation's name says of equality: {@code _CI}/{@code _CS} case, {@code _AI}/{@code _AS}
 * accents, {@code _KS} hiragana and katakana, {@code _WS} width, {@code _BIN}/{@code _BIN2} code
 * points (<a
 * href="https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support">Microsoft's
 * page</a>). Trailing spaces never count, in binary collations neither (<a
 * href="https://support.microsoft.com/kb/316626">how SQL Server compares strings with trailing
 * spaces</a>).
 *
 * <p><b>Where the name does not settle it, two texts stay apart.</b> Taking two keys for one would
 * lose a row; taking one key for two leaves, when a key is respelled, the old spelling until the
 * next reload. Hence expansions ({@code ß} and {@code ss}), characters that a collation does not
 * know, and accents in alphabets that count them as letters of their own are not folded. A name
 * without {@code CI} or {@code CS} is taken as binary.
 */
record Collation(
    boolean binary,
    boolean ignoreCase,
    boolean ignoreAccents,
    boolean ignoreKana,
    boolean ignoreWidth,
    boolean dotlessI) {

  static final Collation BINARY = new Collation(true, false, false, false, false, false);

  /** Languages in which an accented Latin letter is a letter with an accent. */
  private static final List<String> ACCENTS_ARE_MARKS =
      List.of(
          "Latin1_General",
          "SQL_Latin1_General_CP1_",
          "SQL_Latin1_General_CP437_",
          "SQL_Latin1_General_CP850_",
          "Japanese",
          "French",
          "Chinese",
          "Korean");

  private static final List<String> DOTLESS_I =
      List.of("Turkish_", "Azeri_Latin_", "SQL_Latin1_General_CP1254_");

  static Collation named(String name) {
    Set<String> flags = Set.copyOf(Arrays.asList(name.split("_")));
    boolean caseIsNamed = flags.contains("CI") || flags.contains("CS");
    if (!caseIsNamed || flags.contains("BIN") || flags.contains("BIN2")) {
      return BINARY;
    }
    return new Collation(
        false,
        flags.contains("CI"),
        flags.contains("AI") && ACCENTS_ARE_MARKS.stream().anyMatch(name::startsWith),
        !flags.contains("KS"),
        !flags.contains("WS"),
        DOTLESS_I.stream().anyMatch(name::startsWith));
  }

  /** The text that stands for all texts equal to this one. */
  String fold(String text) {
    String folded = text;
    if (!binary && !isPlain(text)) {
      if (ignoreWidth) {
        folded = withoutWidth(folded);
      }
      if (ignoreAccents) {
        folded = withoutAccents(folded);
      }
      if (ignoreKana) {
        folded = withoutKana(folded);
      }
      if (ignoreCase) {
        folded = withoutCase(folded);
      }
    }
    int length = folded.length();
    while (length > 0 && folded.charAt(length - 1) == ' ') {
      length--;
    }
    return folded.substring(0, length);
  }

  /** Most keys: nothing in them that any rule would change. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || (c >= 'A' && c <= 'Z')) {
        return false;
      }
    }
    return true;
  }

  /** Half-width katakana and its signs, from U+FF61. */
  private static final String FULL_WIDTH_OF_KATAKANA =
      "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";

  /** Full-width signs from U+FFE0. */
  private static final String HALF_WIDTH_OF_SIGNS = "\u00A2\u00A3\u00AC\u00AF\u00A6\u00A5\u20A9";

  private static String withoutWidth(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '\uFF01' && c <= '\uFF5E') {
        folded.append((char) (c - '\uFF01' + '!'));
      } else if (c == '\u3000') {
        folded.append(' ');
      } else if (c >= '\uFF61' && c <= '\uFF9F') {
        appendKatakana(FULL_WIDTH_OF_KATAKANA.charAt(c - '\uFF61'), folded);
      } else if (c >= '\uFFE0' && c <= '\uFFE6') {
        folded.append(HALF_WIDTH_OF_SIGNS.charAt(c - '\uFFE0'));
      } else {
        folded.append(c);
      }
    }
    return folded.toString();
  }

  /** A half-width letter and its sound mark are two characters, the full-width letter is one. */
  private static void appendKatakana(char c, StringBuilder to) {
    int last = to.length() - 1;
    if ((c == '\u3099' || c == '\u309A') && last >= 0) {
      String composed =
          Normalizer.normalize(new String(new char[] {to.charAt(last), c}), Normalizer.Form.NFC);
      if (composed.length() == 1) {
        to.setCharAt(last, composed.charAt(0));
        return;
      }
    }
    to.append(c);
  }

  /** Small kana count as accents (tried by users under Japanese_CI_AI and Japanese_CI_AS). */
  private static final String SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ";

  private static final String LARGE_KANA = "あいうえおつやゆよわアイウエオツヤユヨワ";

  private String withoutAccents(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int small = ignoreCase ? SMALL_KANA.indexOf(c) : -1;
      if (small >= 0) {
        folded.append(LARGE_KANA.charAt(small));
      } else if (isLatinWithMark(c) || isKana(c)) {
        String decomposed = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFD);
        folded.append(
            decomposed.chars().skip(1).allMatch(Collation::isMark) ? first(decomposed) : c);
      } else if (!isMark(c)) {
        folded.append(c);
      }
    }
    return folded.toString();
  }

  private static char first(String text) {
    return text.charAt(0);
  }

  private static boolean isLatinWithMark(char c) {
    return (c >= '\u00C0' && c <= '\u024F') || (c >= '\u1E00' && c <= '\u1EFF');
  }

  private static boolean isKana(char c) {
    return c >= '\u3040' && c <= '\u30FF' && !isMark(c);
  }

  private static boolean isMark(int c) {
    return (c >= '\u0300' && c <= '\u036F') || c == '\u3099' || c == '\u309A';
  }

  private static String withoutKana(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean hasHiragana = (c >= '\u30A1' && c <= '\u30F6') || c == '\u30FD' || c == '\u30FE';
      folded.append(hasHiragana ? (char) (c - 0x60) : c);
    }
    return folded.toString();
  }

  private String withoutCase(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      folded.appendCodePoint(lowerCase(c));
    }
    return folded.toString();
  }

  /** Latin, Greek, Cyrillic and Armenian, and full-width Latin where width counts. */
  private static boolean hasCase(int c) {
    return c < 0x0590 || (c >= 0x1E00 && c <= 0x1FFF) || (c >= 0xFF21 && c <= 0xFF5A);
  }

  /** Only of pairs: what has no way back, as the dotted capital I, stays itself. */
  private int lowerCase(int c) {
    if (dotlessI && c == 'I') {
      return 'ı';
    }
    if (dotlessI && c == 'İ') {
      return 'i';
    }
    if (!hasCase(c)) {
      return c;
    }
    int lower = Character.toLowerCase(c);
    return lower != c && Character.toUpperCase(lower) == c ? lower : c;
  }
}
