package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.define.Definitions;
import dev.renkei.standin.engine.translate.Access;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Statements about what exists in the server: definitions, databases, copies, other sessions.
 *
 * <p>H2 commits at every definition, so none is let into a transaction that has begun. A driver
 * with autocommit off can define first and write then: the first write begins its transaction.
 */
final class ServerStatements {
  /** How long sessions whose clients have just hung up may take to be gone. */
  private static final Duration LEAVING = Duration.ofSeconds(2);

  private final Session session;
  private final Engine engine;

  ServerStatements(Session session) {
    this.session = session;
    this.engine = session.engine();
  }

  void run(Statement statement, Response response)
      throws SqlError, IOException, StatementCancelled {
    if (statement instanceof Statement.Kill kill) {
      kill(kill);
    } else if (statement instanceof Statement.Checkpoint) {
      session.setRowCount(0);
    } else if (statement instanceof Statement.Backup backup) {
      outsideOfTransactions("BACKUP DATABASE");
      engine.backups().backup(backup.database(), backup.device());
    } else if (statement instanceof Statement.Restore restore) {
      restore(restore);
    } else if (statement instanceof Statement.Truncate truncate) {
      outsideOfTransactions("TRUNCATE TABLE");
      truncate(truncate);
    } else if (Definitions.isDefinition(statement)) {
      outsideOfTransactions("definitions (DDL)");
      define(statement);
    } else {
      throw SqlError.refused(statement.getClass().getSimpleName());
    }
    session.setRowCount(0);
    response.done(Response.Command.OTHER, null);
  }

  private void define(Statement statement) throws SqlError, StatementCancelled {
    if (statement instanceof Statement.AlterDatabase alter && isAboutUsers(alter)) {
      restrictUsers(alter);
      return;
    }
    if (statement instanceof Statement.DropDatabase drop) {
      for (String name : drop.names()) {
        requireUnused(name, 3702, "Cannot drop database \"%s\" because it is currently in use.");
      }
    }
    if (statement instanceof Statement.RenameDatabase rename) {
      requireUnused(
          rename.database(),
          5030,
          "The database could not be exclusively locked to perform the operation.");
    }
    if (statement instanceof Statement.CreateTable create
        && create.table().name().startsWith("#")) {
      throw SqlError.refused("temporary tables such as " + create.table().name());
    }
    for (ObjectName name : tablesOf(statement)) {
      awaitUnused(name);
    }
    engine
        .definitions()
        .execute(
            statement,
            session.database(),
            session.login(),
            (int) session.settings().lockTimeoutMillis());
  }

  /** The tables that a definition must have for itself. */
  private static List<ObjectName> tablesOf(Statement statement) {
    if (statement instanceof Statement.AlterTable alter) {
      return List.of(alter.table());
    }
    if (statement instanceof Statement.DropTable drop) {
      return drop.tables();
    }
    if (statement instanceof Statement.CreateIndex create) {
      return List.of(create.table());
    }
    return statement instanceof Statement.DropIndex drop ? List.of(drop.table()) : List.of();
  }

  private void awaitUnused(ObjectName name) throws SqlError, StatementCancelled {
    Optional<Table> table = session.find(name).filter(t -> t.kind() == Table.TableKind.USER_TABLE);
    if (table.isPresent()) {
      try {
        session.h2().awaitUnused(table.get());
      } catch (SQLException e) {
        throw H2Errors.of(e);
      }
    }
  }

  private static boolean isAboutUsers(Statement.AlterDatabase alter) {
    return switch (alter.option()) {
      case "SINGLE_USER", "RESTRICTED_USER", "MULTI_USER" -> true;
      default -> false;
    };
  }

  /** {@code SET SINGLE_USER WITH ROLLBACK IMMEDIATE} ends the other sessions in the database. */
  private void restrictUsers(Statement.AlterDatabase alter) throws SqlError {
    if (alter.option().equals("MULTI_USER")) {
      return;
    }
    String name = alter.database().equals("CURRENT") ? session.database() : alter.database();
    for (Session other : engine.sessionsIn(name)) {
      if (other != session) {
        engine.kill(other.id());
      }
    }
  }

  private void restore(Statement.Restore restore) throws SqlError, StatementCancelled {
    outsideOfTransactions("RESTORE DATABASE");
    if (session.database().equalsIgnoreCase(restore.database())) {
      throw new SqlError(
          3102,
          1,
          16,
          "RESTORE cannot process database '%s' because it is in use by this session. It is recommended that the master database be used when performing this operation."
              .formatted(restore.database()));
    }
    requireUnused(
        restore.database(),
        3101,
        "Exclusive access could not be obtained because the database is in use.");
    engine.backups().restore(restore.database(), restore.device(), restore.replace());
  }

  private void truncate(Statement.Truncate truncate) throws SqlError, StatementCancelled {
    Table table = session.table(truncate.table());
    session.checkRight(new Access(table, Permission.ALTER, Set.of(), true));
    awaitUnused(truncate.table());
    engine.definitions().truncate(table, (int) session.settings().lockTimeoutMillis());
  }

  private void kill(Statement.Kill kill) throws SqlError {
    if (kill.session() == session.id()) {
      throw new SqlError(6104, 1, 16, "Cannot use KILL to kill your own process.");
    }
    if (!engine.kill(kill.session())) {
      throw new SqlError(
          6106, 2, 16, "Process ID %d is not an active process ID.".formatted(kill.session()));
    }
  }

  /** {@code sp_rename}. */
  void rename(String name, String newName, String kind) throws SqlError {
    outsideOfTransactions("sp_rename");
    engine.definitions().rename(name, newName, kind, session.database(), session.login());
  }

  private void outsideOfTransactions(String what) throws SqlError {
    if (session.transactions().isOpen()) {
      throw SqlError.refused(
          what
              + " inside a transaction, because H2 commits there; send it before the transaction begins");
    }
  }

  private void requireUnused(String database, int number, String message)
      throws SqlError, StatementCancelled {
    long patience = System.nanoTime() + LEAVING.toNanos();
    while (!engine.sessionsIn(database).isEmpty() && System.nanoTime() < patience) {
      session.cancellation().sleep(Duration.ofMillis(10));
    }
    if (!engine.sessionsIn(database).isEmpty()) {
      throw new SqlError(number, 3, 16, message.formatted(database));
    }
  }
}
