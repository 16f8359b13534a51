package dev.renkei.standin.sql;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session answers to a request, in the order in which the client is to see it.
 *
 * <p>An {@link IOException} from any method means that the client is gone or has cancelled: the
 * session stops the statement, cleans up, and lets it rise. The writer of the wire decides which
 * completion is the last one; a session just reports.
 */
public interface Response {
  /** Opens a result; rows follow, then {@link #done}. */
  void columns(List<ResultColumn> columns) throws IOException;

  /** Writes a row of the open result; blocks while the client does not read. */
  void row(Row row) throws IOException;

  /**
   * A statement has ended.
   *
   * @param command which kind of statement
   * @param count rows read or changed; null where SQL Server sends none (DDL, SET, and all of
   *     NOCOUNT ON)
   */
  void done(Command command, @Nullable Long count) throws IOException;

  /**
   * An error that ended a statement; the batch may go on after it. An open result is closed by it.
   */
  void error(SqlError error, int line) throws IOException;

  /** An informational message (PRINT has number 0, class 0). */
  void info(int number, int state, int severity, String message, int line) throws IOException;

  void databaseChanged(String from, String to) throws IOException;

  /**
   * A transaction began, committed or rolled back; {@code descriptor} is its number in this server,
   * never 0.
   */
  void transaction(TransactionEvent event, long descriptor) throws IOException;

  /** The status of a procedure, such as 0 after {@code sp_executesql}. */
  void returnStatus(int status) throws IOException;

  /** The value of an output parameter. */
  void outputValue(Parameter parameter) throws IOException;

  /** Kinds of statements, with their codes in the DONE token ({@code CurCmd}). */
  enum Command {
    OTHER(0),
    SELECT(0xC1),
    INSERT(0xC3),
    DELETE(0xC4),
    UPDATE(0xC5),
    MERGE(0x117),
    BEGIN_TRANSACTION(0xD4),
    COMMIT(0xD5),
    ROLLBACK(0xD6);

    private final int code;

    Command(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  /** What happened to a transaction. */
  enum TransactionEvent {
    BEGAN,
    COMMITTED,
    ROLLED_BACK
  }
}
