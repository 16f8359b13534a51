package dev.renkei.standin.catalog;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQL Server's base types with the numbers by which its catalog knows them.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-types-transact-sql">
 *     sys.types</a>
 */
final class SystemTypes {
  private SystemTypes() {}

  /** The collation of columns that ignore case. */
  static final String COLLATION = "SQL_Latin1_General_CP1_CI_AS";

  private static final String CASE_SENSITIVE_COLLATION = "SQL_Latin1_General_CP1_CS_AS";

  /**
   * A row of sys.types.
   *
   * @param maxLength in bytes; -1 without limit
   */
  record BaseType(
      String name, int systemTypeId, int userTypeId, int maxLength, int precision, int scale) {}

  static final List<BaseType> ALL =
      List.of(
          new BaseType("image", 34, 34, 16, 0, 0),
          new BaseType("text", 35, 35, 16, 0, 0),
          new BaseType("uniqueidentifier", 36, 36, 16, 0, 0),
          new BaseType("date", 40, 40, 3, 10, 0),
          new BaseType("time", 41, 41, 5, 16, 7),
          new BaseType("datetime2", 42, 42, 8, 27, 7),
          new BaseType("datetimeoffset", 43, 43, 10, 34, 7),
          new BaseType("tinyint", 48, 48, 1, 3, 0),
          new BaseType("smallint", 52, 52, 2, 5, 0),
          new BaseType("int", 56, 56, 4, 10, 0),
          new BaseType("smalldatetime", 58, 58, 4, 16, 0),
          new BaseType("real", 59, 59, 4, 24, 0),
          new BaseType("money", 60, 60, 8, 19, 4),
          new BaseType("datetime", 61, 61, 8, 23, 3),
          new BaseType("float", 62, 62, 8, 53, 0),
          new BaseType("sql_variant", 98, 98, 8016, 0, 0),
          new BaseType("ntext", 99, 99, 16, 0, 0),
          new BaseType("bit", 104, 104, 1, 1, 0),
          new BaseType("decimal", 106, 106, 17, 38, 38),
          new BaseType("numeric", 108, 108, 17, 38, 38),
          new BaseType("smallmoney", 122, 122, 4, 10, 4),
          new BaseType("bigint", 127, 127, 8, 19, 0),
          new BaseType("hierarchyid", 240, 128, 892, 0, 0),
          new BaseType("geometry", 240, 129, -1, 0, 0),
          new BaseType("geography", 240, 130, -1, 0, 0),
          new BaseType("varbinary", 165, 165, 8000, 0, 0),
          new BaseType("varchar", 167, 167, 8000, 0, 0),
          new BaseType("binary", 173, 173, 8000, 0, 0),
          new BaseType("char", 175, 175, 8000, 0, 0),
          new BaseType("timestamp", 189, 189, 8, 0, 0),
          new BaseType("nvarchar", 231, 231, 8000, 0, 0),
          new BaseType("nchar", 239, 239, 8000, 0, 0),
          new BaseType("xml", 241, 241, -1, 0, 0),
          new BaseType("sysname", 231, 256, 256, 0, 0));

  static BaseType of(Kind kind) {
    String name =
        kind == Kind.ROWVERSION ? "timestamp" : kind.name().toLowerCase(java.util.Locale.ROOT);
    return ALL.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no type " + kind));
  }

  /** Length in bytes as in {@code sys.columns.max_length}; -1 for max. */
  static int maxLength(SqlType type) {
    return switch (type.kind()) {
      case CHAR, VARCHAR, BINARY, VARBINARY -> type.isMax() ? -1 : type.length();
      case NCHAR, NVARCHAR -> type.isMax() ? -1 : 2 * type.length();
      case DECIMAL ->
          type.precision() <= 9 ? 5 : type.precision() <= 19 ? 9 : type.precision() <= 28 ? 13 : 17;
      case TIME -> 3 + fractionBytes(type.scale());
      case DATETIME2 -> 6 + fractionBytes(type.scale());
      case DATETIMEOFFSET -> 8 + fractionBytes(type.scale());
      default -> of(type.kind()).maxLength();
    };
  }

  private static int fractionBytes(int scale) {
    return scale <= 2 ? 0 : scale <= 4 ? 1 : 2;
  }

  static int precision(SqlType type) {
    return switch (type.kind()) {
      case DECIMAL -> type.precision();
      case TIME -> 8 + fractionDigits(type.scale());
      case DATETIME2 -> 19 + fractionDigits(type.scale());
      case DATETIMEOFFSET -> 26 + fractionDigits(type.scale());
      default -> of(type.kind()).precision();
    };
  }

  /** The digits and their point. */
  private static int fractionDigits(int scale) {
    return scale == 0 ? 0 : scale + 1;
  }

  static int scale(SqlType type) {
    return switch (type.kind()) {
      case DECIMAL, TIME, DATETIME2, DATETIMEOFFSET -> type.scale();
      default -> of(type.kind()).scale();
    };
  }

  /** The name of a text's collation; null for other types. */
  static @Nullable String collation(SqlType type) {
    if (!type.kind().isText()) {
      return null;
    }
    return type.caseSensitive() ? CASE_SENSITIVE_COLLATION : COLLATION;
  }
}
