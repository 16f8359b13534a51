package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.nio.charset.StandardCharsets;

/** SQL Server's default collation and its case-sensitive sister, as on the wire: 5 bytes. */
final class Collation {
  /** {@code SQL_Latin1_General_CP1_CI_AS}. */
  static final byte[] CASE_INSENSITIVE = {0x09, 0x04, (byte) 0xD0, 0x00, 0x34};

  /** {@code SQL_Latin1_General_CP1_CS_AS}. */
  static final byte[] CASE_SENSITIVE = {0x09, 0x04, (byte) 0xC0, 0x00, 0x33};

  private static final int LOCALE_MASK = 0xFFFFF;
  private static final int UTF_8 = 1 << 26;
  private static final int ENGLISH = 0x0409;

  private Collation() {}

  static byte[] of(SqlType type) {
    return type.caseSensitive() ? CASE_SENSITIVE : CASE_INSENSITIVE;
  }

  /**
   * The text of a client's one-byte-per-character value.
   *
   * @param flags the first four bytes of the collation that the client named
   */
  static String decode(byte[] text, int flags) throws SqlError {
    if ((flags & UTF_8) != 0) {
      return new String(text, StandardCharsets.UTF_8);
    }
    int locale = flags & LOCALE_MASK;
    if (locale != 0 && locale != ENGLISH) {
      throw SqlError.refused("text in the code page of locale 0x%04X".formatted(locale));
    }
    return Windows1252.decode(text);
  }
}
