package dev.renkei.standin.engine.define;

import dev.renkei.standin.sql.SqlError;
import java.sql.SQLException;
import java.util.Optional;
import org.h2.api.ErrorCode;
import org.h2.jdbc.JdbcException;

/** What H2 threw while carrying out a definition, as SQL Server would have said it. */
final class Failures {
  private Failures() {}

  static boolean isDuplicate(SQLException e) {
    return e.getErrorCode() == ErrorCode.DUPLICATE_KEY_1;
  }

  /** Whether rows break a CHECK or a foreign key that is being added. */
  static boolean isConflict(SQLException e) {
    return switch (e.getErrorCode()) {
      case ErrorCode.CHECK_CONSTRAINT_VIOLATED_1,
          ErrorCode.REFERENTIAL_INTEGRITY_VIOLATED_PARENT_MISSING_1,
          ErrorCode.REFERENTIAL_INTEGRITY_VIOLATED_CHILD_EXISTS_1 ->
          true;
      default -> false;
    };
  }

  static SqlError of(SQLException e) {
    Optional<SqlError> raised = raised(e);
    if (raised.isPresent()) {
      return raised.get();
    }
    return switch (e.getErrorCode()) {
      case ErrorCode.LOCK_TIMEOUT_1 ->
          new SqlError(1222, 56, 16, "Lock request time out period exceeded.");
      case ErrorCode.DATA_CONVERSION_ERROR_1 ->
          new SqlError(245, 1, 16, "Conversion failed when converting a value: " + text(e) + ".");
      case ErrorCode.INVALID_DATETIME_CONSTANT_2 ->
          new SqlError(
              241,
              1,
              16,
              "Conversion failed when converting date and/or time from character string.");
      case ErrorCode.NUMERIC_VALUE_OUT_OF_RANGE_1, ErrorCode.NUMERIC_VALUE_OUT_OF_RANGE_2 ->
          new SqlError(
              8115, 2, 16, "Arithmetic overflow error converting expression to data type.");
      case ErrorCode.VALUE_TOO_LONG_2 ->
          new SqlError(8152, 14, 16, "String or binary data would be truncated.");
      default ->
          new SqlError(
              SqlError.NOT_SUPPORTED,
              1,
              16,
              "SQL Server stand-in, from H2 (" + e.getErrorCode() + "): " + text(e),
              e);
    };
  }

  /** The SQL Server error that one of our functions raised inside H2. */
  private static Optional<SqlError> raised(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SqlError error) {
        return Optional.of(error);
      }
    }
    return Optional.empty();
  }

  private static String text(SQLException e) {
    String text = e instanceof JdbcException h2 ? h2.getOriginalMessage() : e.getMessage();
    return text == null ? e.toString() : text;
  }
}
