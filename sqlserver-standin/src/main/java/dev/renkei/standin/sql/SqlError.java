package dev.renkei.standin.sql;

import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An error as SQL Server reports it: number, state, class (severity) and text, for example
 * 1205/45/13.
 *
 * <p>Classes up to 16 end the statement, 20 and above end the connection. {@link #refused} is the
 * stand-in's own: it stands for everything that it does not know.
 */
public final class SqlError extends Exception {
  /** The number of every error that says "the stand-in does not know this". */
  public static final int NOT_SUPPORTED = 50001;

  private static final long serialVersionUID = 1;

  private final int number;
  private final int state;
  private final int severity;
  private final OptionalInt line;

  public SqlError(int number, int state, int severity, String message) {
    this(number, state, severity, message, null);
  }

  public SqlError(int number, int state, int severity, String message, @Nullable Throwable cause) {
    this(number, state, severity, message, cause, OptionalInt.empty());
  }

  private SqlError(
      int number,
      int state,
      int severity,
      String message,
      @Nullable Throwable cause,
      OptionalInt line) {
    super(message, cause, false, cause != null);
    this.number = number;
    this.state = state;
    this.severity = severity;
    this.line = line;
  }

  /**
   * The refusal of something that the stand-in does not know; never answer wrongly instead.
   *
   * @param construct what the user wrote, such as {@code FOR XML}
   */
  public static SqlError refused(String construct) {
    return new SqlError(
        NOT_SUPPORTED, 1, 16, "The SQL Server stand-in does not support " + construct + ".");
  }

  /** The same error, found at a line of its batch; a line that it already has stays. */
  public SqlError at(int lineOfBatch) {
    return line.isPresent()
        ? this
        : new SqlError(
            number, state, severity, getMessage(), getCause(), OptionalInt.of(lineOfBatch));
  }

  /**
   * The line of the batch, from 1, where the parser stumbled; empty for errors of a running
   * statement, which belong to the line of that statement.
   */
  public OptionalInt line() {
    return line;
  }

  public int number() {
    return number;
  }

  public int state() {
    return state;
  }

  /** SQL Server's class (severity), 0 to 25. */
  public int severity() {
    return severity;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
