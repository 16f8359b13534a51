package dev.renkei.standin.catalog;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import org.h2.engine.Constants;
import org.h2.value.TypeInfo;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/** In which H2 types the types of SQL Server are kept. */
public final class H2Types {
  private H2Types() {}

  /** The H2 type of a column, for example {@code NUMERIC(19,4)} for money. */
  public static String declaration(SqlType type) {
    return switch (type.kind()) {
      case BIT -> "BOOLEAN";
      case TINYINT, SMALLINT -> "SMALLINT";
      case INT -> "INTEGER";
      case BIGINT -> "BIGINT";
      case DECIMAL -> "NUMERIC(" + type.precision() + "," + type.scale() + ")";
      case MONEY -> "NUMERIC(19,4)";
      case SMALLMONEY -> "NUMERIC(10,4)";
      case REAL -> "REAL";
      case FLOAT -> "DOUBLE PRECISION";
      case CHAR, VARCHAR, NCHAR, NVARCHAR, TEXT, NTEXT ->
          (type.caseSensitive() ? "VARCHAR(" : "VARCHAR_IGNORECASE(") + length(type) + ")";
      case XML -> "VARCHAR(" + Constants.MAX_STRING_LENGTH + ")";
      case BINARY -> "BINARY(" + type.length() + ")";
      case VARBINARY, IMAGE, HIERARCHYID, GEOGRAPHY, GEOMETRY -> "VARBINARY(" + length(type) + ")";
      case ROWVERSION -> "BINARY(8)";
      case DATE -> "DATE";
      case TIME -> "TIME(" + type.scale() + ")";
      case DATETIME -> "TIMESTAMP(3)";
      case SMALLDATETIME -> "TIMESTAMP(0)";
      case DATETIME2 -> "TIMESTAMP(" + type.scale() + ")";
      case DATETIMEOFFSET -> "TIMESTAMP(" + type.scale() + ") WITH TIME ZONE";
      case UNIQUEIDENTIFIER -> "UUID";
    };
  }

  /** The same as {@link #declaration}, as H2 knows it inside. */
  static TypeInfo typeInfo(SqlType type) {
    return switch (type.kind()) {
      case BIT -> TypeInfo.TYPE_BOOLEAN;
      case TINYINT, SMALLINT -> TypeInfo.TYPE_SMALLINT;
      case INT -> TypeInfo.TYPE_INTEGER;
      case BIGINT -> TypeInfo.TYPE_BIGINT;
      case DECIMAL -> TypeInfo.getTypeInfo(Value.NUMERIC, type.precision(), type.scale(), null);
      case MONEY -> TypeInfo.getTypeInfo(Value.NUMERIC, 19, 4, null);
      case SMALLMONEY -> TypeInfo.getTypeInfo(Value.NUMERIC, 10, 4, null);
      case REAL -> TypeInfo.TYPE_REAL;
      case FLOAT -> TypeInfo.TYPE_DOUBLE;
      case CHAR, VARCHAR, NCHAR, NVARCHAR, TEXT, NTEXT ->
          TypeInfo.getTypeInfo(
              type.caseSensitive() ? Value.VARCHAR : Value.VARCHAR_IGNORECASE,
              length(type),
              0,
              null);
      case XML -> TypeInfo.getTypeInfo(Value.VARCHAR, Constants.MAX_STRING_LENGTH, 0, null);
      case BINARY -> TypeInfo.getTypeInfo(Value.BINARY, type.length(), 0, null);
      case ROWVERSION -> TypeInfo.getTypeInfo(Value.BINARY, 8, 0, null);
      case VARBINARY, IMAGE, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          TypeInfo.getTypeInfo(Value.VARBINARY, length(type), 0, null);
      case DATE -> TypeInfo.TYPE_DATE;
      case TIME -> TypeInfo.getTypeInfo(Value.TIME, -1, type.scale(), null);
      case DATETIME -> TypeInfo.getTypeInfo(Value.TIMESTAMP, -1, 3, null);
      case SMALLDATETIME -> TypeInfo.getTypeInfo(Value.TIMESTAMP, -1, 0, null);
      case DATETIME2 -> TypeInfo.getTypeInfo(Value.TIMESTAMP, -1, type.scale(), null);
      case DATETIMEOFFSET -> TypeInfo.getTypeInfo(Value.TIMESTAMP_TZ, -1, type.scale(), null);
      case UNIQUEIDENTIFIER -> TypeInfo.TYPE_UUID;
    };
  }

  private static int length(SqlType type) {
    return type.length() == 0 || type.isMax() ? Constants.MAX_STRING_LENGTH : type.length();
  }

  /**
   * The type that fits the result of an H2 expression; null where no SQL Server type does.
   *
   * @param h2ValueType one of {@link Value}'s constants
   * @param precision as H2 reports it: digits, characters or bytes
   */
  public static @Nullable SqlType fromH2(int h2ValueType, long precision, int scale) {
    return switch (h2ValueType) {
      case Value.BOOLEAN -> SqlType.BIT;
      case Value.TINYINT, Value.SMALLINT -> SqlType.SMALLINT;
      case Value.INTEGER, Value.NULL -> SqlType.INT;
      case Value.BIGINT -> SqlType.BIGINT;
      case Value.NUMERIC, Value.DECFLOAT -> decimal(precision, scale);
      case Value.REAL -> SqlType.REAL;
      case Value.DOUBLE -> SqlType.FLOAT;
      case Value.CHAR, Value.VARCHAR -> text(precision).withCaseSensitive(true);
      case Value.VARCHAR_IGNORECASE -> text(precision);
      case Value.CLOB -> SqlType.nvarchar(SqlType.MAX);
      case Value.BINARY, Value.VARBINARY ->
          SqlType.varbinary(precision < 1 || precision > 8000 ? SqlType.MAX : (int) precision);
      case Value.BLOB -> SqlType.varbinary(SqlType.MAX);
      case Value.DATE -> SqlType.DATE;
      case Value.TIME -> SqlType.fractional(Kind.TIME, Math.min(7, scale));
      case Value.TIMESTAMP -> SqlType.fractional(Kind.DATETIME2, Math.min(7, scale));
      case Value.TIMESTAMP_TZ -> SqlType.fractional(Kind.DATETIMEOFFSET, Math.min(7, scale));
      case Value.UUID -> SqlType.UNIQUEIDENTIFIER;
      default -> null;
    };
  }

  private static SqlType text(long characters) {
    return SqlType.nvarchar(characters < 1 || characters > 4000 ? SqlType.MAX : (int) characters);
  }

  /** H2's decimals may be longer than SQL Server's; the integer digits win over the fraction. */
  private static SqlType decimal(long precision, int scale) {
    if (precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision) {
      return SqlType.decimal((int) precision, scale);
    }
    long whole = Math.max(1, precision - scale);
    int kept = (int) Math.max(0, Math.min(scale, Math.max(6, 38 - whole)));
    return SqlType.decimal(38, Math.min(38, kept));
  }
}
