package dev.renkei.standin.tds;

/** The wire's numbers of types ([MS-TDS] 2.2.5.4). */
final class TypeCode {
  static final int NULL = 0x1F;
  static final int IMAGE = 0x22;
  static final int TEXT = 0x23;
  static final int GUID = 0x24;
  static final int SHORT_VARBINARY = 0x25;
  static final int INTN = 0x26;
  static final int SHORT_VARCHAR = 0x27;
  static final int DATE = 0x28;
  static final int TIME = 0x29;
  static final int DATETIME2 = 0x2A;
  static final int DATETIMEOFFSET = 0x2B;
  static final int SHORT_BINARY = 0x2D;
  static final int SHORT_CHAR = 0x2F;
  static final int TINYINT = 0x30;
  static final int BIT = 0x32;
  static final int SMALLINT = 0x34;
  static final int OLD_DECIMAL = 0x37;
  static final int INT = 0x38;
  static final int SMALLDATETIME = 0x3A;
  static final int REAL = 0x3B;
  static final int MONEY = 0x3C;
  static final int DATETIME = 0x3D;
  static final int FLOAT = 0x3E;
  static final int OLD_NUMERIC = 0x3F;
  static final int VARIANT = 0x62;
  static final int NTEXT = 0x63;
  static final int BITN = 0x68;
  static final int DECIMALN = 0x6A;
  static final int NUMERICN = 0x6C;
  static final int FLOATN = 0x6D;
  static final int MONEYN = 0x6E;
  static final int DATETIMEN = 0x6F;
  static final int SMALLMONEY = 0x7A;
  static final int BIGINT = 0x7F;
  static final int VARBINARY = 0xA5;
  static final int VARCHAR = 0xA7;
  static final int BINARY = 0xAD;
  static final int CHAR = 0xAF;
  static final int NVARCHAR = 0xE7;
  static final int NCHAR = 0xEF;
  static final int USER_DEFINED = 0xF0;
  static final int XML = 0xF1;
  static final int TABLE = 0xF3;
  static final int JSON = 0xF4;
  static final int VECTOR = 0xF5;

  /** The length that says (max): the value comes in chunks. */
  static final int CHUNKED = 0xFFFF;

  private TypeCode() {}
}
