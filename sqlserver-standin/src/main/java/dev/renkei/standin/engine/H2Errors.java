package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.functions.Raised;
import dev.renkei.standin.engine.translate.Translated;
import dev.renkei.standin.sql.SqlError;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.api.ErrorCode;
import org.h2.jdbc.JdbcException;
import org.h2.message.DbException;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * What H2 throws, as SQL Server would have said it. What is not known here becomes error 50000 with
 * H2's own text.
 */
final class H2Errors {
  private static final int UNKNOWN = 50_000;
  private static final Pattern QUOTED_INTEGER = Pattern.compile("\"(-?\\d+)\"");

  private final Catalog catalog;

  H2Errors(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Translates what a statement met; {@code statement} is null for expressions. */
  SqlError of(SQLException e, @Nullable Translated statement) {
    SqlError raised = Raised.in(e).orElse(null);
    if (raised != null) {
      return raised;
    }
    Table target = statement == null ? null : statement.target();
    String text = text(e);
    return switch (e.getErrorCode()) {
      case ErrorCode.DUPLICATE_KEY_1 ->
          text.contains("_ROWID_")
              ? mergedTwice()
              : new ConstraintErrors(catalog).duplicateKey(text, target);
      case ErrorCode.NULL_NOT_ALLOWED ->
          ConstraintErrors.nullNotAllowed(text, target, verb(statement));
      case ErrorCode.CHECK_CONSTRAINT_VIOLATED_1, ErrorCode.CHECK_CONSTRAINT_INVALID ->
          new ConstraintErrors(catalog).check(text, target, verb(statement));
      case ErrorCode.REFERENTIAL_INTEGRITY_VIOLATED_PARENT_MISSING_1 ->
          new ConstraintErrors(catalog).parentMissing(text, target, verb(statement));
      case ErrorCode.REFERENTIAL_INTEGRITY_VIOLATED_CHILD_EXISTS_1 ->
          new ConstraintErrors(catalog).childExists(text, target, verb(statement));
      case ErrorCode.VALUE_TOO_LONG_2 ->
          text.contains("\"NUMERIC(") ? overflow(text) : ConstraintErrors.tooLong(text, target);
      case ErrorCode.DEADLOCK_1 -> isConflict(e) ? conflict(statement) : deadlock();
      default -> of(e);
    };
  }

  /** H2 finds this by the id of the row that MERGE would change a second time. */
  private static SqlError mergedTwice() {
    return new SqlError(
        8672,
        1,
        16,
        "The MERGE statement attempted to UPDATE or DELETE the same row more than once. This"
            + " happens when a target row matches more than one source row. A MERGE statement"
            + " cannot UPDATE/DELETE the same row of the target table multiple times. Refine the ON"
            + " clause to ensure a target row matches at most one source row, or use the GROUP BY"
            + " clause to group the source rows.");
  }

  private static SqlError conflict(@Nullable Translated statement) {
    Table table = statement == null ? null : statement.target();
    return table == null
        ? SnapshotErrors.updateConflict("", "")
        : SnapshotErrors.updateConflict(table.schema() + "." + table.name(), table.database());
  }

  /** Translates what does not depend on a statement. */
  static SqlError of(SQLException e) {
    SqlError raised = Raised.in(e).orElse(null);
    if (raised != null) {
      return raised;
    }
    if (isVictimBetweenWaits(DbException.convert(e))) {
      return deadlock();
    }
    return switch (e.getErrorCode()) {
      case ErrorCode.LOCK_TIMEOUT_1 ->
          new SqlError(1222, 51, 16, "Lock request time out period exceeded.");
      case ErrorCode.DEADLOCK_1 ->
          isConflict(e) ? SnapshotErrors.updateConflict("", "") : deadlock();
      case ErrorCode.DIVISION_BY_ZERO_1 ->
          new SqlError(8134, 1, 16, "Divide by zero error encountered.");
      case ErrorCode.NUMERIC_VALUE_OUT_OF_RANGE_1, ErrorCode.NUMERIC_VALUE_OUT_OF_RANGE_2 ->
          overflow(text(e));
      case ErrorCode.DATA_CONVERSION_ERROR_1 ->
          new SqlError(245, 1, 16, "Conversion failed when converting a value: " + text(e) + ".");
      case ErrorCode.INVALID_DATETIME_CONSTANT_2 ->
          new SqlError(
              241,
              1,
              16,
              "Conversion failed when converting date and/or time from character string.");
      case ErrorCode.SCALAR_SUBQUERY_CONTAINS_MORE_THAN_ONE_ROW ->
          new SqlError(
              512,
              1,
              16,
              "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.");
      default ->
          new SqlError(
              UNKNOWN,
              1,
              16,
              "SQL Server stand-in, from H2 (" + e.getErrorCode() + "): " + text(e),
              e);
    };
  }

  /** The value that H2 names tells which type it was too large for. */
  private static SqlError overflow(String text) {
    Matcher value = QUOTED_INTEGER.matcher(text);
    String type = "numeric";
    if (value.find()) {
      boolean fitsLong = new BigInteger(value.group(1)).bitLength() < Long.SIZE;
      type = fitsLong ? "int" : "bigint";
    }
    return new SqlError(
        8115, 2, 16, "Arithmetic overflow error converting expression to data type " + type + ".");
  }

  private static SqlError deadlock() {
    return new SqlError(
        1205,
        51,
        13,
        "Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.");
  }

  /**
   * H2 reports deadlocks and update conflicts of snapshots by one code; only the message of the
   * cause tells: of a deadlock it names the victim, of a conflict it is empty.
   */
  private static boolean isConflict(SQLException e) {
    return e.getCause() instanceof MVStoreException cause
        && cause.getErrorCode() == DataUtils.ERROR_TRANSACTIONS_DEADLOCK
        && !String.valueOf(cause.getMessage()).contains("deadlock victim");
  }

  /** H2 marked the transaction as a deadlock's victim while it ran, not while it waited. */
  static boolean isVictimBetweenWaits(DbException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof MVStoreException store
          && store.getErrorCode() == DataUtils.ERROR_TRANSACTION_ILLEGAL_STATE) {
        return true;
      }
    }
    return false;
  }

  static String text(SQLException e) {
    String text =
        e instanceof JdbcException h2 ? h2.getOriginalMessage() : Objects.toString(e.getMessage());
    return text == null ? e.toString() : text;
  }

  private static String verb(@Nullable Translated statement) {
    return statement == null ? "INSERT" : statement.command().name().toUpperCase(Locale.ROOT);
  }
}
