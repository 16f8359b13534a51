package dev.renkei.standin.engine;

import java.sql.SQLException;
import org.h2.api.ErrorCode;
import org.h2.command.Command;
import org.h2.engine.Session;
import org.h2.engine.SessionLocal;
import org.h2.message.DbException;
import org.h2.result.ResultInterface;
import org.h2.value.Value;

/** The rows of a running H2 query, read one by one as H2 finds them. */
final class H2Rows implements AutoCloseable {
  private final H2Session owner;
  private final SessionLocal h2;
  private final Command command;
  private final ResultInterface result;
  private final Cancellation cancellation;

  H2Rows(
      H2Session owner,
      SessionLocal h2,
      Command command,
      ResultInterface result,
      Cancellation cancellation) {
    this.owner = owner;
    this.h2 = h2;
    this.command = command;
    this.result = result;
    this.cancellation = cancellation;
  }

  boolean next() throws SQLException, StatementCancelled {
    if (!result.isLazy()) {
      return result.next();
    }
    Session outer = h2.setThreadLocalSession();
    try {
      return result.next();
    } catch (RuntimeException e) {
      DbException converted = DbException.convert(e);
      if (converted.getErrorCode() == ErrorCode.STATEMENT_WAS_CANCELED) {
        cancellation.check();
      }
      throw DbException.toSQLException(converted);
    } finally {
      h2.resetThreadLocalSession(outer);
    }
  }

  /** The values of the row; valid until the next one is read. */
  Value[] row() {
    return result.currentRow();
  }

  @Override
  public void close() {
    try {
      result.close();
    } finally {
      owner.finished(command);
    }
  }
}
