package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;

/** Encoders of text: one byte per character in windows-1252, or UTF-16 for national types. */
final class TextEncoders {
  /** Long values go out in chunks of so many characters. */
  private static final int CHUNK_CHARACTERS = 32768;

  /** The pointer and time stamp before a value of text, ntext or image. */
  static final byte[] TEXT_POINTER = new byte[16 + 8];

  private TextEncoders() {}

  static ColumnEncoder of(SqlType type, TdsVersion version) {
    boolean national = type.kind().isNational();
    return switch (type.kind()) {
      case TEXT, NTEXT -> new LongText(national, Collation.of(type));
      case VARCHAR, NVARCHAR ->
          !type.isMax()
              ? new Sized(national ? TypeCode.NVARCHAR : TypeCode.VARCHAR, type)
              : version.isYukon()
                  ? new Chunked(national, Collation.of(type))
                  : new LongText(national, Collation.of(type));
      case CHAR, NCHAR -> new Sized(national ? TypeCode.NCHAR : TypeCode.CHAR, type);
      default -> throw new IllegalArgumentException(type.declaration());
    };
  }

  static ColumnEncoder xml(TdsVersion version) {
    return version.isYukon() ? new Xml() : new LongText(true, Collation.CASE_INSENSITIVE);
  }

  /** Up to 8000 bytes: a length of two bytes, then the text. */
  private static final class Sized extends ColumnEncoder {
    private final int typeCode;
    private final SqlType type;
    private final boolean national;
    private final int characters;

    Sized(int typeCode, SqlType type) {
      this.typeCode = typeCode;
      this.type = type;
      this.national = type.kind().isNational();
      this.characters = type.length();
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(typeCode);
      out.putShort(national ? 2 * characters : characters);
      out.putBytes(Collation.of(type));
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      String text = row.getString(column);
      int length = text.length();
      if (length > characters) {
        throw new IllegalStateException(
            "a text of %d characters for a %s".formatted(length, type.declaration()));
      }
      if (national) {
        out.putShort(2 * length);
        out.putUtf16(text, 0, length);
      } else {
        out.putShort(length);
        out.putWindows1252(text, 0, length);
      }
    }

    @Override
    int nullBytes() {
      return 2;
    }

    @Override
    int nullByte() {
      return 0xFF;
    }
  }

  /** Varchar(max) and nvarchar(max): the whole length, then chunks. */
  private static class Chunked extends ColumnEncoder {
    private final boolean national;
    private final byte[] collation;

    Chunked(boolean national, byte[] collation) {
      this.national = national;
      this.collation = collation;
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(national ? TypeCode.NVARCHAR : TypeCode.VARCHAR);
      out.putShort(TypeCode.CHUNKED);
      out.putBytes(collation);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      String text = row.getString(column);
      int length = text.length();
      out.putLong(national ? 2L * length : length);
      for (int from = 0; from < length; from += CHUNK_CHARACTERS) {
        int to = Math.min(length, from + CHUNK_CHARACTERS);
        if (national) {
          out.putInt(2 * (to - from));
          out.putUtf16(text, from, to);
        } else {
          out.putInt(to - from);
          out.putWindows1252(text, from, to);
        }
      }
      out.putInt(0);
    }

    @Override
    int nullBytes() {
      return 8;
    }

    @Override
    int nullByte() {
      return 0xFF;
    }
  }

  /** UTF-16 without a byte order mark, and without a schema collection. */
  private static final class Xml extends Chunked {
    Xml() {
      super(true, Collation.CASE_INSENSITIVE);
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.XML);
      out.putByte(0);
    }
  }

  /** Text and ntext: a text pointer, the length, then the text. */
  private static final class LongText extends ColumnEncoder {
    private final boolean national;
    private final byte[] collation;

    LongText(boolean national, byte[] collation) {
      this.national = national;
      this.collation = collation;
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(national ? TypeCode.NTEXT : TypeCode.TEXT);
      out.putInt(national ? Integer.MAX_VALUE - 1 : Integer.MAX_VALUE);
      out.putBytes(collation);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      String text = row.getString(column);
      int length = text.length();
      out.putByte(16);
      out.putBytes(TEXT_POINTER);
      if (national) {
        out.putInt(Math.multiplyExact(2, length));
        out.putUtf16(text, 0, length);
      } else {
        out.putInt(length);
        out.putWindows1252(text, 0, length);
      }
    }

    @Override
    int nullBytes() {
      return 1;
    }

    @Override
    boolean namesTable() {
      return true;
    }
  }
}
