package dev.renkei.standin.catalog;

import java.lang.reflect.Field;
import org.h2.command.ddl.CreateTableData;
import org.h2.engine.SessionLocal;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.db.MVPrimaryIndex;
import org.h2.mvstore.db.Store;
import org.h2.mvstore.tx.Transaction;
import org.h2.result.Row;
import org.h2.result.SearchRow;
import org.h2.value.VersionedValue;

/**
 * A table of H2 that loses no row to a lock which found none.
 *
 * <p>H2 (2.3.232 to 2.5.252) locks a row by writing an undo record before it knows whether the row
 * is still there. Where a session waits for a row and the row turns out to be deleted, that record
 * stays: "there was no row with this key". If somebody else then inserts the key and commits, and
 * the session that had waited rolls back, even just a failed statement, H2 removes the committed
 * row. This takes such records out of the transaction's undo log at once.
 */
final class StoredTable extends ExactTable {
  /** How many bits of an operation's id number it within its transaction. */
  private static final int LOG_ID_BITS = 40;

  private static final Field STORE = field(Transaction.class, "store");
  private static final Field UNDO_LOGS = field(STORE.getType(), "undoLogs");

  StoredTable(CreateTableData data, Store store) {
    super(data, store);
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("another H2 than the stand-in was written for", e);
    }
  }

  @Override
  public Row lockRow(SessionLocal session, Row row, int timeoutMillis) {
    Transaction transaction = session.getTransaction();
    long first = transaction.setSavepoint();
    Row locked = super.lockRow(session, row, timeoutMillis);
    long end = transaction.setSavepoint();
    long meant = locked != null || isOwn(session, transaction, row.getKey()) ? end - 1 : end;
    if (first < meant) {
      forget(transaction, first, meant);
    }
    return locked;
  }

  /** Whether the entry in the table is the transaction's, such as that of a row it has deleted. */
  private boolean isOwn(SessionLocal session, Transaction transaction, long key) {
    MVPrimaryIndex rows = (MVPrimaryIndex) getScanIndex(session);
    VersionedValue<SearchRow> entry = rows.getMVMap().get(key);
    return entry != null
        && !entry.isCommitted()
        && entry.getOperationId() >>> LOG_ID_BITS == transaction.getId();
  }

  /** Removes undo records; H2 skips numbers without a record. */
  private static void forget(Transaction transaction, long from, long to) {
    try {
      MVMap<?, ?>[] undoLogs = (MVMap<?, ?>[]) UNDO_LOGS.get(STORE.get(transaction));
      MVMap<?, ?> undoLog = undoLogs[transaction.getId()];
      for (long logId = from; logId < to; logId++) {
        undoLog.remove((long) transaction.getId() << LOG_ID_BITS | logId);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
