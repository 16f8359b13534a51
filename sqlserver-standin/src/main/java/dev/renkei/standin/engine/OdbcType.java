package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How ODBC's catalog procedures describe a type.
 *
 * @param odbc the ODBC (3.x) type code, as in {@code DATA_TYPE}
 * @param name as in {@code TYPE_NAME}
 * @param precision characters, digits or bytes
 * @param length bytes of the value as clients hold it
 * @param scale null where the type has none
 * @param radix 10 or 2 for numbers, else null
 * @param octets longest length in bytes of text and binary, else null
 * @param sqlType as in {@code SQL_DATA_TYPE}
 * @param dateTimeSub as in {@code SQL_DATETIME_SUB}; null for others
 * @param serverType as in {@code SS_DATA_TYPE}
 */
record OdbcType(
    int odbc,
    String name,
    int precision,
    int length,
    @Nullable Integer scale,
    @Nullable Integer radix,
    @Nullable Integer octets,
    int sqlType,
    @Nullable Integer dateTimeSub,
    int serverType) {
  /**
   * Which generation of procedures describes the types.
   *
   * @param knowsDates {@code sp_columns_100} and its like, which know date, time and datetime2
   * @param odbc3 {@code @ODBCVer = 3}
   */
  record Dialect(boolean knowsDates, boolean odbc3) {
    /** From the {@code @ODBCVer} of a call, which is 2 where it is left out. */
    static Dialect of(boolean knowsDates, @Nullable String odbcVersion) {
      return new Dialect(knowsDates, "3".equals(odbcVersion));
    }
  }

  private static final int LONGEST = 2_147_483_647;
  private static final int LONGEST_NATIONAL = 1_073_741_823;

  /** The description of a column's type. */
  static OdbcType of(SqlType type, boolean nullable, boolean identity, Dialect dialect) {
    String name =
        (type.kind() == Kind.ROWVERSION ? "timestamp" : type.kind().name().toLowerCase(Locale.ROOT))
            + (identity ? " identity" : "");
    int n = type.length();
    int digits = type.scale();
    return switch (type.kind()) {
      case BIT -> number(-7, name, 1, 1, null, null, 50);
      case TINYINT -> number(-6, name, 3, 1, 0, 10, nullable ? 38 : 48);
      case SMALLINT -> number(5, name, 5, 2, 0, 10, nullable ? 38 : 52);
      case INT -> number(4, name, 10, 4, 0, 10, nullable ? 38 : 56);
      case BIGINT -> number(-5, name, 19, 8, 0, 10, nullable ? 108 : 63);
      case DECIMAL ->
          number(3, name, type.precision(), type.precision() + 2, digits, 10, nullable ? 106 : 55);
      case MONEY -> number(3, name, 19, 21, 4, 10, nullable ? 110 : 60);
      case SMALLMONEY -> number(3, name, 10, 12, 4, 10, nullable ? 110 : 122);
      case REAL -> number(7, name, 24, 4, null, 2, nullable ? 109 : 59);
      case FLOAT -> number(6, name, 53, 8, null, 2, nullable ? 109 : 62);
      case CHAR -> text(1, name, n, n, nullable ? 39 : 47);
      case VARCHAR -> type.isMax() ? text(12, name, 0, 0, 39) : text(12, name, n, n, 39);
      case TEXT -> text(-1, name, LONGEST, LONGEST, 35);
      case NCHAR -> text(-8, name, n, n * 2, 39);
      case NVARCHAR -> type.isMax() ? text(-9, name, 0, 0, 39) : text(-9, name, n, n * 2, 39);
      case NTEXT -> text(-10, name, LONGEST_NATIONAL, 2_147_483_646, 35);
      case BINARY -> text(-2, name, n, n, nullable ? 37 : 45);
      case VARBINARY -> type.isMax() ? text(-3, name, 0, 0, 37) : text(-3, name, n, n, 37);
      case IMAGE -> text(-4, name, LONGEST, LONGEST, 34);
      case ROWVERSION -> text(-2, name, 8, 8, nullable ? 37 : 45);
      case DATE -> moment(dialect, name, 10, 6, null, 91, 9, 1);
      case TIME -> moment(dialect, name, fraction(8, digits), 12, digits, -154, -154, 0);
      case DATETIME2 -> moment(dialect, name, fraction(19, digits), 16, digits, 93, 9, 3);
      case DATETIMEOFFSET -> moment(dialect, name, fraction(26, digits), 20, digits, -155, -155, 0);
      case DATETIME -> dateTime(dialect, name, 23, 3, nullable ? 111 : 61);
      case SMALLDATETIME -> dateTime(dialect, name, 16, 0, nullable ? 111 : 58);
      case UNIQUEIDENTIFIER -> new OdbcType(-11, name, 36, 16, null, null, null, -11, null, 37);
      case XML -> new OdbcType(-152, name, 0, 0, null, null, null, -152, null, 0);
      case HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          new OdbcType(-151, name, 0, 0, null, null, null, -151, null, 23);
    };
  }

  /** The types of SQL Server 2008, which older procedures describe as the text of their values. */
  private static OdbcType moment(
      Dialect dialect,
      String name,
      int precision,
      int length,
      @Nullable Integer scale,
      int odbc,
      int sqlType,
      int sub) {
    return dialect.knowsDates()
        ? new OdbcType(odbc, name, precision, length, scale, null, null, sqlType, sub, 0)
        : new OdbcType(-9, name, precision, 2 * precision, scale, null, null, -9, null, 0);
  }

  private static OdbcType dateTime(
      Dialect dialect, String name, int precision, int scale, int serverType) {
    int odbc = dialect.odbc3() ? 93 : 11;
    return new OdbcType(odbc, name, precision, 16, scale, null, null, 9, 3, serverType);
  }

  private static int fraction(int whole, int digits) {
    return digits == 0 ? whole : whole + 1 + digits;
  }

  private static OdbcType number(
      int odbc,
      String name,
      int precision,
      int length,
      @Nullable Integer scale,
      @Nullable Integer radix,
      int serverType) {
    return new OdbcType(odbc, name, precision, length, scale, radix, null, odbc, null, serverType);
  }

  private static OdbcType text(int odbc, String name, int precision, int length, int serverType) {
    return new OdbcType(odbc, name, precision, length, null, null, length, odbc, null, serverType);
  }
}
