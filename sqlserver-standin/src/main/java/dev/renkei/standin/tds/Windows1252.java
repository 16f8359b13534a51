package dev.renkei.standin.tds;

/**
 * The code page of char, varchar and text under SQL Server's Latin1 collations. Its five unassigned
 * bytes stand for the control characters of the same number, as on Windows.
 */
final class Windows1252 {
  /** Bytes 0x80 to 0x9F. */
  private static final String HIGH_CONTROLS =
      "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
          + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

  private Windows1252() {}

  /** A character outside the code page becomes '?', half a surrogate pair too. */
  static byte encode(char c) {
    if (c < 0x80 || c >= 0xA0 && c <= 0xFF) {
      return (byte) c;
    }
    int index = HIGH_CONTROLS.indexOf(c);
    return index < 0 ? (byte) '?' : (byte) (0x80 + index);
  }

  static String decode(byte[] bytes) {
    char[] text = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i] & 0xFF;
      text[i] = b >= 0x80 && b < 0xA0 ? HIGH_CONTROLS.charAt(b - 0x80) : (char) b;
    }
    return new String(text);
  }
}
