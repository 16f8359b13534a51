package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import java.math.BigDecimal;
import java.util.List;

/**
 * What types come out of what types: precedence, precision and scale.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/data-types/data-type-precedence-transact-sql">
 *     Data type precedence</a>
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql">
 *     Precision, scale, and length</a>
 */
final class Types {
  static final int MAX_ANSI = 8000;
  static final int MAX_NATIONAL = 4000;
  static final SqlType SYSNAME = SqlType.nvarchar(128);

  /** Highest first. */
  private static final List<Kind> PRECEDENCE =
      List.of(
          HIERARCHYID,
          GEOGRAPHY,
          GEOMETRY,
          XML,
          DATETIMEOFFSET,
          DATETIME2,
          DATETIME,
          SMALLDATETIME,
          DATE,
          TIME,
          FLOAT,
          REAL,
          DECIMAL,
          MONEY,
          SMALLMONEY,
          BIGINT,
          INT,
          SMALLINT,
          TINYINT,
          BIT,
          NTEXT,
          TEXT,
          IMAGE,
          ROWVERSION,
          UNIQUEIDENTIFIER,
          NVARCHAR,
          NCHAR,
          VARCHAR,
          CHAR,
          VARBINARY,
          BINARY);

  private Types() {}

  static boolean isInteger(Kind kind) {
    return kind == TINYINT || kind == SMALLINT || kind == INT || kind == BIGINT;
  }

  static boolean isMoney(Kind kind) {
    return kind == MONEY || kind == SMALLMONEY;
  }

  static boolean isFloating(Kind kind) {
    return kind == REAL || kind == FLOAT;
  }

  static boolean isNumber(Kind kind) {
    return isInteger(kind) || isMoney(kind) || isFloating(kind) || kind == DECIMAL || kind == BIT;
  }

  static boolean isExact(Kind kind) {
    return isNumber(kind) && !isFloating(kind);
  }

  static boolean isTemporal(Kind kind) {
    return switch (kind) {
      case DATE, TIME, DATETIME, SMALLDATETIME, DATETIME2, DATETIMEOFFSET -> true;
      default -> false;
    };
  }

  /** datetime and smalldatetime, with which one can calculate. */
  static boolean isOldDateTime(Kind kind) {
    return kind == DATETIME || kind == SMALLDATETIME;
  }

  static boolean isLegacyLob(Kind kind) {
    return kind == TEXT || kind == NTEXT || kind == IMAGE;
  }

  static Kind higher(Kind a, Kind b) {
    return PRECEDENCE.indexOf(a) <= PRECEDENCE.indexOf(b) ? a : b;
  }

  /** The decimal that holds any value of an exact number; constants count their own digits. */
  static SqlType asDecimal(Typed x) {
    Expression literal = x.literal();
    if (literal instanceof Expression.NumberLiteral number) {
      return decimalOf(number.value());
    }
    return asDecimal(x.type());
  }

  static SqlType asDecimal(SqlType type) {
    return switch (type.kind()) {
      case DECIMAL -> type;
      case BIT -> SqlType.decimal(1, 0);
      case TINYINT -> SqlType.decimal(3, 0);
      case SMALLINT -> SqlType.decimal(5, 0);
      case INT -> SqlType.decimal(10, 0);
      case BIGINT -> SqlType.decimal(19, 0);
      case SMALLMONEY -> SqlType.decimal(10, 4);
      default -> SqlType.decimal(19, 4);
    };
  }

  static SqlType decimalOf(BigDecimal value) {
    int scale = Math.max(0, value.scale());
    int precision = Math.max(Math.max(1, value.precision() - Math.min(0, value.scale())), scale);
    return SqlType.decimal(Math.min(38, precision), Math.min(38, scale));
  }

  /** One type for several alternatives: CASE, COALESCE, UNION, comparison. */
  static SqlType common(List<Typed> all) throws SqlError {
    SqlType result = null;
    for (Typed t : all) {
      if (!t.isNull()) {
        result = result == null ? t.type() : common(result, t.type());
      }
    }
    return result == null ? SqlType.INT : result;
  }

  static SqlType common(SqlType a, SqlType b) throws SqlError {
    if (a.equals(b)) {
      return a;
    }
    Kind kind = higher(a.kind(), b.kind());
    SqlType one = a.kind() == kind ? a : b;
    SqlType other = a.kind() == kind ? b : a;
    if (!Casts.implicit(other.kind(), kind)) {
      throw Faults.clash(other, one);
    }
    switch (kind) {
      case DECIMAL:
        if (!isExact(other.kind())) {
          return one;
        }
        SqlType d = asDecimal(other);
        int scale = Math.max(one.scale(), d.scale());
        int whole = Math.max(one.precision() - one.scale(), d.precision() - d.scale());
        return whole + scale <= 38
            ? SqlType.decimal(Math.max(1, whole + scale), scale)
            : SqlType.decimal(38, Math.max(0, 38 - whole));
      case DATETIME2, DATETIMEOFFSET, TIME:
        return SqlType.fractional(kind, Math.max(one.scale(), fractionDigits(other)));
      case CHAR, NCHAR, VARCHAR, NVARCHAR:
        if (!other.kind().isText() && !other.kind().isBytes()) {
          return one;
        }
        int length = Math.max(one.length(), other.length());
        int most = kind.isNational() ? MAX_NATIONAL : MAX_ANSI;
        boolean max = one.isMax() || other.isMax();
        boolean sensitive = one.caseSensitive() || other.caseSensitive();
        if (max) {
          return SqlType.sized(kind.isNational() ? NVARCHAR : VARCHAR, SqlType.MAX)
              .withCaseSensitive(sensitive);
        }
        // char beside varchar becomes varchar; varchar beside nchar becomes nvarchar
        boolean fixed = isFixedText(one.kind()) && isFixedText(other.kind());
        Kind text = kind.isNational() ? (fixed ? NCHAR : NVARCHAR) : fixed ? CHAR : VARCHAR;
        return SqlType.sized(text, Math.min(length, most)).withCaseSensitive(sensitive);
      case VARBINARY, BINARY:
        return SqlType.sized(kind, Math.max(one.length(), other.length()));
      default:
        return one;
    }
  }

  private static boolean isFixedText(Kind kind) {
    return kind == CHAR || kind == NCHAR;
  }

  private static int fractionDigits(SqlType type) {
    return switch (type.kind()) {
      case DATETIME -> 3;
      case TIME, DATETIME2, DATETIMEOFFSET -> type.scale();
      default -> 0;
    };
  }

  /** The type of {@code a op b} for decimals. */
  static SqlType arithmetic(BinaryOperator operator, SqlType a, SqlType b) {
    int p1 = a.precision();
    int s1 = a.scale();
    int p2 = b.precision();
    int s2 = b.scale();
    switch (operator) {
      case ADD, SUBTRACT -> {
        int scale = Math.max(s1, s2);
        int whole = Math.max(p1 - s1, p2 - s2);
        int precision = whole + scale + 1;
        return precision <= 38
            ? SqlType.decimal(precision, scale)
            : SqlType.decimal(38, Math.max(0, Math.min(scale, 38 - whole)));
      }
      case MULTIPLY -> {
        return capped(p1 + p2 + 1, s1 + s2);
      }
      case DIVIDE -> {
        int scale = Math.max(6, s1 + p2 + 1);
        return capped(p1 - s1 + s2 + scale, scale);
      }
      default -> {
        int scale = Math.max(s1, s2);
        return SqlType.decimal(Math.max(1, Math.min(p1 - s1, p2 - s2) + scale), scale);
      }
    }
  }

  private static SqlType capped(int precision, int scale) {
    if (precision <= 38) {
      return SqlType.decimal(precision, scale);
    }
    int whole = precision - scale;
    if (whole <= 32) {
      return SqlType.decimal(38, Math.min(scale, 38 - whole));
    }
    return SqlType.decimal(38, Math.min(scale, 6));
  }

  /** Text of a length that may exceed what fits: then it is cut there. */
  static SqlType text(boolean national, long length) {
    int most = national ? MAX_NATIONAL : MAX_ANSI;
    return SqlType.sized(national ? NVARCHAR : VARCHAR, (int) Math.max(1, Math.min(most, length)));
  }

  static SqlType max(boolean national) {
    return SqlType.sized(national ? NVARCHAR : VARCHAR, SqlType.MAX);
  }

  /** Whether text of this type may be longer than 8000 bytes. */
  static boolean isLong(SqlType type) {
    return type.isMax() || isLegacyLob(type.kind()) || type.kind() == XML;
  }

  /** The variable-length text type of the same content. */
  static SqlType varying(SqlType type) {
    if (!type.kind().isText()) {
      throw new IllegalArgumentException(type.declaration());
    }
    boolean national = type.kind().isNational();
    SqlType result = isLong(type) ? max(national) : text(national, type.length());
    return result.withCaseSensitive(type.caseSensitive());
  }
}
