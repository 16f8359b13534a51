package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.translate.Translator;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tsql.ast.Statement;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Carries out definitions, one at a time, on H2, the catalog and Change Tracking.
 *
 * <p>Each runs on a connection of its own and is committed at once; it waits for transactions that
 * use the tables concerned. Never call it inside a user's transaction that has touched such a
 * table: the two would wait for each other. Thread-safe.
 */
public final class Definitions {
  private static final int NO_TIMEOUT = -1;

  private final Instance instance;
  private final ChangeTracking tracking;
  private final Translator translator;

  /**
   * Opens the room, and makes again the views of a reopened instance that read system views, which
   * H2 does not store.
   */
  public Definitions(Instance instance, ChangeTracking tracking, Translator translator) {
    this.instance = instance;
    this.tracking = tracking;
    this.translator = translator;
    try {
      with("master", "sa", NO_TIMEOUT, work -> new Views(work).mend());
    } catch (SqlError e) {
      throw new IllegalStateException("the views of the instance cannot be made again", e);
    }
  }

  /** Whether a statement is one that {@link #execute} carries out. */
  public static boolean isDefinition(Statement statement) {
    return statement instanceof Statement.CreateDatabase
        || statement instanceof Statement.DropDatabase
        || statement instanceof Statement.AlterDatabase
        || statement instanceof Statement.RenameDatabase
        || statement instanceof Statement.CreateSchema
        || statement instanceof Statement.DropSchema
        || statement instanceof Statement.CreateTable
        || statement instanceof Statement.AlterTable
        || statement instanceof Statement.DropTable
        || statement instanceof Statement.CreateIndex
        || statement instanceof Statement.DropIndex
        || statement instanceof Statement.CreateView
        || statement instanceof Statement.DropView
        || statement instanceof Statement.CreateType
        || statement instanceof Statement.DropType
        || statement instanceof Statement.CreateLogin
        || statement instanceof Statement.DropLogin
        || statement instanceof Statement.CreateUser
        || statement instanceof Statement.DropUser
        || statement instanceof Statement.AlterRole
        || statement instanceof Statement.Permission;
  }

  /** As {@link #execute(Statement, String, String, int)}, waiting for locks without end. */
  public void execute(Statement statement, String database, String login) throws SqlError {
    execute(statement, database, login, NO_TIMEOUT);
  }

  /**
   * Carries out a definition.
   *
   * @param database the session's
   * @param login whose rights are checked
   * @param lockTimeoutMillis how long to wait for locks (then 1222); -1 without end
   */
  public void execute(Statement statement, String database, String login, int lockTimeoutMillis)
      throws SqlError {
    with(database, login, lockTimeoutMillis, work -> execute(statement, work));
  }

  private static void execute(Statement statement, Work work) throws SqlError, SQLException {
    if (statement instanceof Statement.CreateDatabase s) {
      new Databases(work).create(s);
    } else if (statement instanceof Statement.DropDatabase s) {
      new Databases(work).drop(s);
    } else if (statement instanceof Statement.AlterDatabase s) {
      new Databases(work).alter(s);
    } else if (statement instanceof Statement.RenameDatabase s) {
      new Databases(work).rename(s);
    } else if (statement instanceof Statement.CreateSchema s) {
      new Schemas(work).create(s);
    } else if (statement instanceof Statement.DropSchema s) {
      new Schemas(work).drop(s);
    } else if (statement instanceof Statement.CreateTable s) {
      new Tables(work).create(s);
    } else if (statement instanceof Statement.AlterTable s) {
      new Alterations(work).alter(s);
    } else if (statement instanceof Statement.DropTable s) {
      new Tables(work).drop(s);
    } else if (statement instanceof Statement.CreateIndex s) {
      new Tables(work).createIndex(s);
    } else if (statement instanceof Statement.DropIndex s) {
      new Tables(work).dropIndex(s);
    } else if (statement instanceof Statement.CreateView s) {
      new Views(work).create(s);
    } else if (statement instanceof Statement.DropView s) {
      new Views(work).drop(s);
    } else if (statement instanceof Statement.CreateType s) {
      new Schemas(work).create(s);
    } else if (statement instanceof Statement.DropType s) {
      new Schemas(work).drop(s);
    } else if (statement instanceof Statement.CreateLogin s) {
      new Principals(work).create(s);
    } else if (statement instanceof Statement.DropLogin s) {
      new Principals(work).drop(s);
    } else if (statement instanceof Statement.CreateUser s) {
      new Principals(work).create(s);
    } else if (statement instanceof Statement.DropUser s) {
      new Principals(work).drop(s);
    } else if (statement instanceof Statement.AlterRole s) {
      new Principals(work).alter(s);
    } else if (statement instanceof Statement.Permission s) {
      new Principals(work).change(s);
    } else {
      throw new IllegalArgumentException("not a definition: " + statement);
    }
  }

  /**
   * {@code TRUNCATE TABLE}: removes all rows, starts the identity again and tells Change Tracking.
   *
   * <p>Whether a login may is the caller's to check.
   *
   * @throws SqlError 4712 where a foreign key refers to the table
   */
  public void truncate(Table table, int lockTimeoutMillis) throws SqlError {
    with(table.database(), "sa", lockTimeoutMillis, work -> new Tables(work).truncate(table));
  }

  /**
   * {@code sp_rename}.
   *
   * @param name as given, with its parts: {@code dbo.Orders}, {@code dbo.Orders.Note}, {@code
   *     Orders.IX_Note}
   * @param kind {@code OBJECT}, {@code COLUMN}, {@code INDEX}, {@code USERDATATYPE}; empty where
   *     not given
   */
  public void rename(String name, String newName, String kind, String database, String login)
      throws SqlError {
    with(database, login, NO_TIMEOUT, work -> new Renames(work).rename(name, newName, kind));
  }

  private interface Task {
    void run(Work work) throws SqlError, SQLException;
  }

  /** Definitions take turns, so that what one of them checked still holds when it acts. */
  private synchronized void with(String database, String login, int lockTimeoutMillis, Task task)
      throws SqlError {
    try (Connection h2 = instance.connect()) {
      h2.setAutoCommit(true);
      if (lockTimeoutMillis != NO_TIMEOUT) {
        instance.setLockTimeout(h2, lockTimeoutMillis);
      }
      task.run(new Work(instance.catalog(), tracking, translator, h2, database, login));
    } catch (SQLException e) {
      throw Failures.of(e);
    }
  }
}
