package dev.renkei.standin.tracking;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one session changes in tracked tables, from one commit to the next. Used by the session's
 * thread; close it with the session.
 */
public final class TrackedTransaction implements AutoCloseable {
  TrackedTransaction() {}

  /**
   * Announces a statement that changes rows.
   *
   * @param context {@code WITH CHANGE_TRACKING_CONTEXT}, up to 128 bytes; null where not given
   * @param updatedColumns names of the SET list; null where unknown, then the values tell
   */
  public void statement(byte @Nullable [] context, @Nullable Set<String> updatedColumns) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Commits the session's H2 transaction, giving it a version in each database where it changed
   * tracked tables. May wait where {@link LateCommits} holds it.
   */
  public void commit() throws SQLException {
    throw new UnsupportedOperationException("not built yet");
  }

  /** To be called after the H2 transaction was rolled back as a whole (not to a savepoint). */
  public void rolledBack() {
    throw new UnsupportedOperationException("not built yet");
  }

  @Override
  public void close() {}
}
