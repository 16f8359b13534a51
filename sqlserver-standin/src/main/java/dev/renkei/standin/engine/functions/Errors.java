package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.util.Locale;

/** SQL Server's errors about values, worded as it words them. */
public final class Errors {
  private Errors() {}

  /** The type's name in messages. */
  public static String name(SqlType type) {
    return type.kind() == Kind.DECIMAL
        ? "numeric"
        : type.kind() == Kind.ROWVERSION
            ? "timestamp"
            : type.kind().name().toLowerCase(Locale.ROOT);
  }

  static SqlError error(int number, String message, Object... arguments) {
    return new SqlError(number, 1, 16, message.formatted(arguments));
  }

  static SqlError conversionFailed(SqlType from, String value, SqlType to) {
    return error(
        245,
        "Conversion failed when converting the %s value '%s' to data type %s.",
        name(from),
        value,
        name(to));
  }

  static SqlError convertingTypes(SqlType from, SqlType to) {
    return error(8114, "Error converting data type %s to %s.", name(from), name(to));
  }

  static SqlError overflow(String from, SqlType to) {
    return error(8115, "Arithmetic overflow error converting %s to data type %s.", from, name(to));
  }

  static SqlError notADate() {
    return error(241, "Conversion failed when converting date and/or time from character string.");
  }

  static SqlError outOfRange(SqlType from, SqlType to) {
    return error(
        242,
        "The conversion of a %s data type to a %s data type resulted in an out-of-range value.",
        name(from),
        name(to));
  }

  static SqlError truncated(String table, String column, String kept) {
    return error(
        2628,
        "String or binary data would be truncated in table '%s', column '%s'. Truncated value:"
            + " '%s'.",
        table,
        column,
        kept);
  }

  static SqlError explicitNotAllowed(SqlType from, SqlType to) {
    return error(
        529, "Explicit conversion from data type %s to %s is not allowed.", name(from), name(to));
  }
}
