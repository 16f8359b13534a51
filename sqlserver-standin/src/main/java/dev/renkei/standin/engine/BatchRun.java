package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Statement;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the statements of one batch in order: control of flow, and how far an error reaches. */
final class BatchRun {
  private final Session session;
  private final Response response;
  private final Batch batch;
  private final Variables variables;
  private final TableVariables tableVariables;
  private final RowStatements rows;
  private final SessionStatements others;
  private int loops;

  /** What is to happen after a statement. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE,
    /** The batch is over, in peace or by an error. */
    END
  }

  BatchRun(Session session, Batch batch, Variables variables, Response response) {
    this.session = session;
    this.response = response;
    this.variables = variables;
    this.batch = batch;
    this.tableVariables = new TableVariables(session);
    this.rows = new RowStatements(session, batch, variables, tableVariables);
    this.others = new SessionStatements(session, rows, variables, response);
  }

  /** Runs all; errors go to the response. */
  void run() throws IOException, StatementCancelled {
    try {
      sequence(batch.statements());
    } finally {
      tableVariables.drop();
    }
  }

  private Flow sequence(List<Statement> statements) throws IOException, StatementCancelled {
    for (Statement statement : statements) {
      Flow flow = one(statement);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow one(Statement statement) throws IOException, StatementCancelled {
    session.cancellation().check();
    try {
      Flow flow = dispatch(statement);
      if (resetsError(statement)) {
        session.serverVariables().setError(0);
      }
      return flow;
    } catch (SqlError error) {
      return failed(error, statement);
    }
  }

  /** Blocks are not statements of their own: what happened inside is still to be seen. */
  private static boolean resetsError(Statement statement) {
    return !(statement instanceof Statement.Block
        || statement instanceof Statement.If
        || statement instanceof Statement.While
        || statement instanceof Statement.Declare
        || statement instanceof Statement.RaiseError
        || statement instanceof Statement.Execute);
  }

  private Flow failed(SqlError error, Statement statement) throws IOException {
    session.serverVariables().setError(error.number());
    session.setRowCount(0);
    ErrorEffect effect = ErrorEffect.of(error);
    boolean raised = statement instanceof Statement.RaiseError;
    if (raised && effect == ErrorEffect.ENDS_BATCH) {
      effect = ErrorEffect.ENDS_STATEMENT;
    } else if (statement instanceof Statement.Throw) {
      effect = ErrorEffect.ENDS_BATCH;
    }
    if (session.settings().xactAbort() && !raised) {
      effect = ErrorEffect.ENDS_TRANSACTION;
    }
    response.error(error, error.line().orElse(statement.line()));
    if (effect == ErrorEffect.ENDS_TRANSACTION) {
      session.transactions().rolledBackWith(response);
    }
    if (effect == ErrorEffect.ENDS_TRANSACTION || statement instanceof Statement.Throw) {
      session.abortBatch();
    }
    if (effect != ErrorEffect.ENDS_STATEMENT) {
      return Flow.END;
    }
    if (ErrorEffect.isFollowedByTermination(error)) {
      response.info(3621, 0, 0, "The statement has been terminated.", statement.line());
    }
    return Flow.NEXT;
  }

  private Flow dispatch(Statement statement) throws SqlError, IOException, StatementCancelled {
    if (statement instanceof Statement.Insert insert
        && insert.source() instanceof Statement.InsertExecute source) {
      insertExecute(insert, source.execute());
      return Flow.NEXT;
    }
    if (statement instanceof Statement.Select
        || statement instanceof Statement.Insert
        || statement instanceof Statement.Update
        || statement instanceof Statement.Delete
        || statement instanceof Statement.Merge) {
      rows.run(statement, response);
      return Flow.NEXT;
    }
    if (statement instanceof Statement.Block block) {
      return sequence(block.statements());
    }
    if (statement instanceof Statement.If choice) {
      return choose(choice);
    }
    if (statement instanceof Statement.While loop) {
      return repeat(loop);
    }
    if (statement instanceof Statement.Break) {
      requireLoop("BREAK", 135);
      return Flow.BREAK;
    }
    if (statement instanceof Statement.Continue) {
      requireLoop("CONTINUE", 136);
      return Flow.CONTINUE;
    }
    if (statement instanceof Statement.Return) {
      return Flow.END;
    }
    if (statement instanceof Statement.Declare declare) {
      declare(declare);
      return Flow.NEXT;
    }
    if (statement instanceof Statement.DeclareTable declare) {
      tableVariables.declare(declare);
      return Flow.NEXT;
    }
    if (statement instanceof Statement.SetVariable set) {
      rows.set(set, response);
      return Flow.NEXT;
    }
    others.run(statement);
    return session.isBatchAborted() ? Flow.END : Flow.NEXT;
  }

  private void insertExecute(Statement.Insert insert, Statement.Execute execute)
      throws SqlError, IOException, StatementCancelled {
    CapturedRows captured = new CapturedRows(response);
    session.procedures().execute(execute, rows, variables, captured);
    long count = tableVariables.insert(insert.table().name(), captured);
    session.setRowCount(count);
    response.done(Response.Command.INSERT, session.count(count));
  }

  private Flow choose(Statement.If choice) throws SqlError, IOException, StatementCancelled {
    if (rows.isTrue(choice.condition(), choice.line(), response)) {
      return one(choice.then());
    }
    return choice.otherwise() == null ? Flow.NEXT : one(choice.otherwise());
  }

  private Flow repeat(Statement.While loop) throws SqlError, IOException, StatementCancelled {
    loops++;
    try {
      while (rows.isTrue(loop.condition(), loop.line(), response)) {
        Flow flow = one(loop.body());
        if (flow == Flow.END) {
          return flow;
        }
        if (flow == Flow.BREAK || session.settings().formatOnly()) {
          break;
        }
        session.cancellation().check();
      }
      return Flow.NEXT;
    } finally {
      loops--;
    }
  }

  private void requireLoop(String keyword, int number) throws SqlError {
    if (loops == 0) {
      throw new SqlError(
          number,
          1,
          15,
          "Cannot use a %s statement outside the scope of a WHILE statement.".formatted(keyword));
    }
  }

  private void declare(Statement.Declare declare) throws SqlError, IOException, StatementCancelled {
    for (Statement.Declaration declaration : declare.declarations()) {
      SqlType type = session.translator().resolve(declaration.type(), session.database());
      @Nullable Object value =
          declaration.value() == null ? null : rows.evaluate(declaration.value(), type);
      variables.declare(declaration.name(), type, value);
    }
  }
}
