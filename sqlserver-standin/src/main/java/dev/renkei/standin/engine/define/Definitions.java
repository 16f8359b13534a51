package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.translate.Translator;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tsql.ast.Statement;

/**
 * Carries out definitions, one at a time, on H2, the catalog and Change Tracking.
 *
 * <p>Each runs on a connection of its own and is committed at once; it waits for transactions that
 * use the tables concerned. Never call it inside a user's transaction that has touched such a
 * table: the two would wait for each other.
 */
public final class Definitions {
  public Definitions(Instance instance, ChangeTracking tracking, Translator translator) {
    throw new UnsupportedOperationException("not built yet" + instance + tracking + translator);
  }

  /** Whether a statement is one that {@link #execute} carries out. */
  public static boolean isDefinition(Statement statement) {
    return statement instanceof Statement.CreateTable;
  }

  /** As {@link #execute(Statement, String, String, int)}, waiting for locks without end. */
  public void execute(Statement statement, String database, String login) throws SqlError {
    execute(statement, database, login, -1);
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
    throw SqlError.refused(statement.getClass().getSimpleName());
  }

  /**
   * {@code TRUNCATE TABLE}: removes all rows, starts the identity again and tells Change Tracking.
   *
   * @throws SqlError 4712 where a foreign key refers to the table
   */
  public void truncate(Table table, int lockTimeoutMillis) throws SqlError {
    throw SqlError.refused("TRUNCATE");
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
    throw SqlError.refused("sp_rename");
  }
}
