package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import org.h2.util.JSR310Utils;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/** H2's values as those of {@link Kind#valueClass()}, and types as numbers that fit an argument. */
public final class Values {
  private static final Kind[] KINDS = Kind.values();

  private Values() {}

  /** A value of H2 as the class that its H2 type is mapped to; null for NULL. */
  static @Nullable Object java(Value value) {
    return switch (value.getValueType()) {
      case Value.NULL -> null;
      case Value.BOOLEAN -> value.getBoolean();
      case Value.TINYINT, Value.SMALLINT, Value.INTEGER -> value.getInt();
      case Value.BIGINT -> value.getLong();
      case Value.NUMERIC, Value.DECFLOAT -> value.getBigDecimal();
      case Value.REAL -> value.getFloat();
      case Value.DOUBLE -> value.getDouble();
      case Value.DATE -> JSR310Utils.valueToLocalDate(value, null);
      case Value.TIME -> JSR310Utils.valueToLocalTime(value, null);
      case Value.TIMESTAMP -> JSR310Utils.valueToLocalDateTime(value, null);
      case Value.TIMESTAMP_TZ -> JSR310Utils.valueToOffsetDateTime(value, null);
      case Value.UUID -> ((org.h2.value.ValueUuid) value).getUuid();
      case Value.BINARY, Value.VARBINARY, Value.BLOB -> value.getBytes();
      case Value.CHAR, Value.VARCHAR, Value.VARCHAR_IGNORECASE, Value.CLOB -> value.getString();
      default -> throw new IllegalArgumentException("no SQL Server value: " + value.getType());
    };
  }

  /** A value of H2 as a value of a SQL Server kind, where H2's own type is wider or narrower. */
  static @Nullable Object java(Value value, Kind kind) {
    if (value.getValueType() == Value.NULL) {
      return null;
    }
    Class<?> wanted = kind.valueClass();
    if (wanted == Integer.class) {
      return value.getInt();
    }
    if (wanted == Long.class) {
      return value.getLong();
    }
    if (wanted == java.math.BigDecimal.class) {
      return value.getBigDecimal();
    }
    if (wanted == Double.class) {
      return value.getDouble();
    }
    if (wanted == Float.class) {
      return value.getFloat();
    }
    return java(value);
  }

  /** A type as one number, to be read by {@link #type}; the collation is left out. */
  public static long code(SqlType type) {
    return (long) type.kind().ordinal() << 48
        | (long) type.precision() << 40
        | (long) type.scale() << 32
        | type.length();
  }

  static SqlType type(long code) {
    return new SqlType(
        KINDS[(int) (code >>> 48)],
        (int) code,
        (int) (code >>> 40) & 0xFF,
        (int) (code >>> 32) & 0xFF,
        false);
  }
}
