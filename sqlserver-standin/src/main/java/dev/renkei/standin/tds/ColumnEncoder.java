package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;

/**
 * Describes one column of a result to the client, and writes its values ([MS-TDS] 2.2.5.4 to
 * 2.2.5.6).
 *
 * <p>What a client's protocol version does not know goes out as SQL Server sends it: dates and
 * times as text before 7.3, (max) types as text, ntext and image before 7.2.
 */
abstract class ColumnEncoder {
  /** Writes TYPE_INFO. */
  abstract void describe(PacketWriter out) throws IOException;

  /** Writes a value that is not null, with its length. */
  abstract void write(PacketWriter out, Row row, int column) throws IOException;

  /** How many zero or 0xFF bytes stand for NULL. */
  abstract int nullBytes();

  /** The byte that {@link #nullBytes} repeats. */
  int nullByte() {
    return 0;
  }

  /** Whether COLMETADATA names the column's table (text, ntext and image). */
  boolean namesTable() {
    return false;
  }

  /** SQL Server's number of the type where the wire's type does not tell it; mostly 0. */
  int userType() {
    return 0;
  }

  final void writeNull(PacketWriter out) throws IOException {
    int left = nullBytes();
    for (; left > 0; left--) {
      out.putByte(nullByte());
    }
  }

  /**
   * The encoder of a type.
   *
   * @param database the current one, which the description of a CLR type names
   */
  static ColumnEncoder of(SqlType type, TdsVersion version, String database) {
    return switch (type.kind()) {
      case BIT -> NumberEncoders.bit();
      case TINYINT -> NumberEncoders.integer(1);
      case SMALLINT -> NumberEncoders.integer(2);
      case INT -> NumberEncoders.integer(4);
      case BIGINT -> NumberEncoders.bigint();
      case DECIMAL -> NumberEncoders.decimal(type.precision(), type.scale());
      case MONEY -> NumberEncoders.money(8);
      case SMALLMONEY -> NumberEncoders.money(4);
      case REAL -> NumberEncoders.real();
      case FLOAT -> NumberEncoders.floating();
      case UNIQUEIDENTIFIER -> NumberEncoders.guid();
      case DATE, TIME, DATETIME2, DATETIMEOFFSET ->
          version.isKatmai() ? TemporalEncoders.of(type) : TemporalEncoders.text(type);
      case DATETIME, SMALLDATETIME -> TemporalEncoders.of(type);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT -> TextEncoders.of(type, version);
      case XML -> TextEncoders.xml(version);
      case BINARY, VARBINARY, IMAGE, ROWVERSION -> BinaryEncoders.of(type, version);
      case HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          BinaryEncoders.userDefined(type.kind(), version, database);
    };
  }
}
