package dev.renkei.standin.engine;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.engine.SessionLocal;
import org.h2.mvstore.tx.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Takes the mark "was rolled back to a savepoint" off an H2 transaction.
 *
 * <p>While a transaction bears it, H2 2.5.252 lets others that wait for its locks spin without end:
 * {@code Transaction.waitForThisToEnd} returns at once, so neither lock timeouts nor cancelling
 * work and a processor is lost. Every failed statement sets it. Waiters here look again by
 * themselves every slice of their wait, which is all that the mark is for.
 */
final class RollbackMark {
  private static final long MARK = 1L << 45;
  private static final @Nullable Field STATE = state();

  private RollbackMark() {}

  static void clear(SessionLocal h2) {
    if (STATE == null || !h2.hasPendingTransaction()) {
      return;
    }
    try {
      AtomicLong state = (AtomicLong) STATE.get(h2.getTransaction());
      state.updateAndGet(s -> s & ~MARK);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("was accessible before", e);
    }
  }

  private static @Nullable Field state() {
    try {
      Field field = Transaction.class.getDeclaredField("statusAndLogId");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException | RuntimeException e) {
      return null;
    }
  }
}
