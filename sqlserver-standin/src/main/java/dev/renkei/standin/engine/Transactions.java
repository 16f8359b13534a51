package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.Response.TransactionEvent;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.TrackedTransaction;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.engine.IsolationLevel;
import org.h2.message.DbException;

/**
 * The transactions of one session: nesting, savepoints, isolation, and what of it H2 knows.
 *
 * <p>The H2 transaction is <em>fixed</em> by the first statement that touches a table. Before that,
 * statements run outside of it, so a snapshot begins at the first access to data, as in SQL Server.
 */
final class Transactions {
  private static final AtomicLong DESCRIPTORS = new AtomicLong(0x0000_0034_0000_0001L);
  private static final String AT_THE_BEGINNING = "";

  private final H2Session h2;
  private final Catalog catalog;
  private final TrackedTransaction tracked;
  private final Map<String, String> savepoints = new HashMap<>();
  private int depth;
  private long descriptor;
  private String name = "";
  private boolean beganInSnapshot;
  private boolean fixed;
  private boolean changed;
  private Isolation fixedLevel = Isolation.READ_COMMITTED;
  private long fixedAtVersion;
  private int savepointsMade;

  Transactions(H2Session h2, Catalog catalog, TrackedTransaction tracked) {
    this.h2 = h2;
    this.catalog = catalog;
    this.tracked = tracked;
  }

  /** {@code @@TRANCOUNT}. */
  int depth() {
    return depth;
  }

  boolean isOpen() {
    return depth > 0;
  }

  /** The number by which clients know the open transaction; 0 where none is. */
  long descriptor() {
    return depth > 0 ? descriptor : 0;
  }

  // ---- what users ask for ----

  void begin(String transactionName, Isolation level, Response response) throws IOException {
    depth++;
    if (depth > 1) {
      return;
    }
    name = transactionName;
    beganInSnapshot = level == Isolation.SNAPSHOT;
    descriptor = DESCRIPTORS.incrementAndGet();
    response.transaction(TransactionEvent.BEGAN, descriptor);
  }

  void commit(Response response) throws SqlError, IOException {
    if (depth == 0) {
      throw new SqlError(
          3902, 1, 16, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
    }
    if (depth > 1) {
      depth--;
      return;
    }
    try {
      commitWork();
    } catch (SqlError e) {
      rolledBackWith(response);
      throw e;
    }
    depth = 0;
    response.transaction(TransactionEvent.COMMITTED, descriptor);
  }

  void rollback(String target, Response response) throws SqlError, IOException {
    if (depth == 0) {
      throw new SqlError(
          3903, 1, 16, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
    }
    String savepoint = savepoints.get(fold(target));
    if (!target.isEmpty() && savepoint != null) {
      rollbackToSavepoint(savepoint);
    } else if (target.isEmpty() || target.equalsIgnoreCase(name)) {
      rolledBackWith(response);
    } else {
      throw new SqlError(
          6401,
          1,
          16,
          "Cannot roll back " + target + ". No transaction or savepoint of that name was found.");
    }
  }

  /** Rolls back everything and tells the client. */
  void rolledBackWith(Response response) throws IOException {
    rollbackWork();
    if (depth > 0) {
      depth = 0;
      response.transaction(TransactionEvent.ROLLED_BACK, descriptor);
    }
  }

  void save(String savepoint) throws SqlError {
    if (depth == 0) {
      throw new SqlError(
          628, 0, 16, "Cannot issue SAVE TRANSACTION when there is no active transaction.");
    }
    if (fixed) {
      String h2Name = "s" + ++savepointsMade;
      h2.save(h2Name);
      savepoints.put(fold(savepoint), h2Name);
    } else {
      savepoints.put(fold(savepoint), AT_THE_BEGINNING);
    }
  }

  private void rollbackToSavepoint(String h2Name) {
    if (!fixed) {
      return;
    }
    if (h2Name.equals(AT_THE_BEGINNING)) {
      savepoints.values().removeIf(s -> !s.equals(AT_THE_BEGINNING));
      h2.rollbackTo("s0");
    } else {
      h2.rollbackTo(h2Name);
    }
  }

  private static String fold(String savepoint) {
    return savepoint.toLowerCase(Locale.ROOT);
  }

  /** Rolls back without a client to tell: the session ends or is reset. */
  void abandon() {
    rollbackWork();
    depth = 0;
  }

  // ---- around each statement ----

  /**
   * Lets a statement in.
   *
   * @param tables what it reads or writes; empty where it touches none
   * @param touchesTables whether it reads or writes anything kept in tables
   */
  void enter(Isolation level, boolean touchesTables, Collection<Table> tables) throws SqlError {
    if (touchesTables && level == Isolation.SNAPSHOT) {
      checkSnapshot(tables);
    }
    if (!touchesTables) {
      if (!fixed) {
        h2.setIsolation(IsolationLevel.READ_COMMITTED);
      }
      return;
    }
    if (fixed) {
      if (!sameInH2(level, fixedLevel)) {
        throw SqlError.refused(
            "another isolation level in a transaction that has already read or written tables");
      }
      return;
    }
    h2.setIsolation(h2Level(level));
    fixed = true;
    fixedLevel = level;
    fixedAtVersion = catalog.version();
    if (savepoints.containsValue(AT_THE_BEGINNING)) {
      h2.save("s0");
    }
  }

  /** Announces that the statement will change rows. */
  void changesRows(
      byte @org.jspecify.annotations.Nullable [] context,
      java.util.@org.jspecify.annotations.Nullable Set<String> updatedColumns) {
    changed = true;
    tracked.statement(context, updatedColumns);
  }

  /** A statement is done: outside of a user's transaction its work is committed. */
  void leave() throws SqlError {
    if (depth == 0) {
      commitWork();
    } else if (!fixed) {
      h2.commit();
    }
  }

  /** A statement failed and H2 has undone it: outside of a user's transaction nothing is left. */
  void leaveFailed() {
    if (depth == 0) {
      rollbackWork();
    } else if (!fixed) {
      h2.commit();
    }
  }

  private void checkSnapshot(Collection<Table> tables) throws SqlError {
    for (Table table : tables) {
      if (table.kind() == Table.TableKind.SYSTEM_VIEW || TableVariables.isVariable(table)) {
        continue;
      }
      Database database = catalog.database(table.database()).orElse(null);
      if (database != null && !database.snapshotIsolation()) {
        throw SnapshotErrors.notAllowed(database.name());
      }
      if (depth > 0 && !beganInSnapshot) {
        throw SnapshotErrors.begunOtherwise(table.database());
      }
      if (fixed && table.schemaVersion() > fixedAtVersion) {
        throw SnapshotErrors.tableAltered(table.database());
      }
    }
  }

  private static IsolationLevel h2Level(Isolation level) {
    return switch (level) {
      case READ_UNCOMMITTED, READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
      case REPEATABLE_READ -> IsolationLevel.REPEATABLE_READ;
      case SERIALIZABLE -> IsolationLevel.SERIALIZABLE;
      case SNAPSHOT -> IsolationLevel.SNAPSHOT;
    };
  }

  private static boolean sameInH2(Isolation one, Isolation other) {
    return h2Level(one) == h2Level(other);
  }

  private void commitWork() throws SqlError {
    try {
      if (changed) {
        tracked.commit();
      } else {
        h2.commit();
      }
    } catch (SQLException e) {
      rollbackWork();
      throw H2Errors.of(e);
    } catch (DbException e) {
      rollbackWork();
      throw H2Errors.of(DbException.toSQLException(e));
    }
    forget();
  }

  private void rollbackWork() {
    h2.rollback();
    if (changed) {
      tracked.rolledBack();
    }
    forget();
  }

  private void forget() {
    fixed = false;
    changed = false;
    savepoints.clear();
    savepointsMade = 0;
  }
}
