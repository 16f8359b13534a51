package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.Locale;

/** Encoders of bytes, and of the CLR types as their serialised bytes. */
final class BinaryEncoders {
  /** Long values go out in chunks of so many bytes. */
  private static final int CHUNK_BYTES = 65536;

  /** The user type of rowversion. */
  private static final int TIMESTAMP = 80;

  private static final int HIERARCHYID_BYTES = 892;

  private BinaryEncoders() {}

  static ColumnEncoder of(SqlType type, TdsVersion version) {
    return switch (type.kind()) {
      case BINARY -> new Sized(TypeCode.BINARY, type.length(), 0);
      case ROWVERSION -> new Sized(TypeCode.BINARY, 8, TIMESTAMP);
      case IMAGE -> new Image();
      case VARBINARY ->
          !type.isMax()
              ? new Sized(TypeCode.VARBINARY, type.length(), 0)
              : version.isYukon() ? new Chunked() : new Image();
      default -> throw new IllegalArgumentException(type.declaration());
    };
  }

  /**
   * Hierarchyid, geography or geometry: a CLR type from 7.3 on, bytes before (jTDS knows no CLR
   * types).
   */
  static ColumnEncoder userDefined(Kind kind, TdsVersion version, String database) {
    if (version.isKatmai()) {
      return new UserDefined(kind, database);
    }
    if (kind == Kind.HIERARCHYID) {
      return new Sized(TypeCode.VARBINARY, HIERARCHYID_BYTES, 0);
    }
    return version.isYukon() ? new Chunked() : new Image();
  }

  /** Up to 8000 bytes: a length of two bytes, then the bytes. */
  private static final class Sized extends ColumnEncoder {
    private final int type;
    private final int bytes;
    private final int userType;

    Sized(int type, int bytes, int userType) {
      this.type = type;
      this.bytes = bytes;
      this.userType = userType;
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(type);
      out.putShort(bytes);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      byte[] value = row.getBytes(column);
      if (value.length > bytes) {
        throw new IllegalStateException(
            "%d bytes for a column of %d bytes".formatted(value.length, bytes));
      }
      out.putShort(value.length);
      out.putBytes(value);
    }

    @Override
    int nullBytes() {
      return 2;
    }

    @Override
    int nullByte() {
      return 0xFF;
    }

    @Override
    int userType() {
      return userType;
    }
  }

  /** Varbinary(max): the whole length, then chunks. */
  private static class Chunked extends ColumnEncoder {
    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.VARBINARY);
      out.putShort(TypeCode.CHUNKED);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      byte[] value = row.getBytes(column);
      out.putLong(value.length);
      for (int from = 0; from < value.length; from += CHUNK_BYTES) {
        int chunk = Math.min(CHUNK_BYTES, value.length - from);
        out.putInt(chunk);
        out.putBytes(value, from, chunk);
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

  /** [MS-TDS] 2.2.5.5.2: the type's names, then chunks. */
  private static final class UserDefined extends Chunked {
    private final Kind kind;
    private final String database;

    UserDefined(Kind kind, String database) {
      this.kind = kind;
      this.database = database;
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      String type =
          switch (kind) {
            case HIERARCHYID -> "SqlHierarchyId";
            case GEOGRAPHY -> "SqlGeography";
            default -> "SqlGeometry";
          };
      out.putByte(TypeCode.USER_DEFINED);
      out.putShort(kind == Kind.HIERARCHYID ? HIERARCHYID_BYTES : TypeCode.CHUNKED);
      out.putShortText(database);
      out.putShortText("sys");
      out.putShortText(kind.name().toLowerCase(Locale.ROOT));
      out.putText(
          "Microsoft.SqlServer.Types."
              + type
              + ", Microsoft.SqlServer.Types, Version=11.0.0.0, Culture=neutral,"
              + " PublicKeyToken=89845dcd8080cc91");
    }
  }

  /** Image: a text pointer, the length, then the bytes. */
  private static final class Image extends ColumnEncoder {
    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.IMAGE);
      out.putInt(Integer.MAX_VALUE);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      byte[] value = row.getBytes(column);
      out.putByte(16);
      out.putBytes(TextEncoders.TEXT_POINTER);
      out.putInt(value.length);
      out.putBytes(value);
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
