package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.ArrayList;
import java.util.List;

/** Whole batches: which statement begins with which word, and control of flow. */
final class StatementGrammar extends SessionGrammar {
  StatementGrammar(List<Token> tokens) {
    super(tokens);
  }

  List<Statement> batch() throws SqlError {
    List<Statement> statements = new ArrayList<>();
    boolean terminated = semicolons(true);
    if (isName() && !is("THROW") && !peek(1).is(":")) {
      statements.add(call(line()));
      terminated = semicolons(false);
    }
    statements(statements, terminated);
    return toTheEnd(statements);
  }

  /** Takes statements up to END or the end of the batch. */
  private void statements(List<Statement> statements, boolean terminatedBefore) throws SqlError {
    boolean terminated = terminatedBefore;
    while (!atEnd() && !is("END")) {
      if (is("WITH") && !terminated) {
        throw error(
            319,
            "Incorrect syntax near the keyword 'with'. If this statement is a common table"
                + " expression, an xmlnamespaces clause or a change tracking context clause, the"
                + " previous statement must be terminated with a semicolon.");
      }
      statements.add(statement(statements.isEmpty()));
      terminated = semicolons(false);
    }
  }

  private boolean semicolons(boolean terminatedBefore) {
    boolean terminated = terminatedBefore;
    while (accept(";")) {
      terminated = true;
    }
    return terminated;
  }

  private Statement statement(boolean first) throws SqlError {
    enter(6);
    Statement statement = statementAt(first);
    leave(6);
    return statement;
  }

  private Statement statementAt(boolean first) throws SqlError {
    int line = line();
    return switch (peek().word()) {
      case "SELECT", "(", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE" -> queryOrChange();
      case "SET" -> set();
      case "DECLARE" -> declare();
      case "EXEC", "EXECUTE" -> execute();
      case "IF" -> ifStatement(line);
      case "WHILE" -> whileStatement(line);
      case "BEGIN" -> begin(line);
      case "COMMIT" -> commit(line);
      case "ROLLBACK" -> rollback(line);
      case "SAVE" -> save(line);
      case "CREATE" -> create(first);
      case "ALTER" -> alter();
      case "DROP" -> drop();
      case "GRANT", "REVOKE", "DENY" -> permission();
      case "BACKUP" -> backup();
      case "RESTORE" -> restore();
      default -> shortStatement(line);
    };
  }

  /** Statements of few words. */
  private Statement shortStatement(int line) throws SqlError {
    Token token = peek();
    switch (token.word()) {
      case "BREAK" -> {
        next();
        return new Statement.Break(line);
      }
      case "CONTINUE" -> {
        next();
        return new Statement.Continue(line);
      }
      case "RETURN" -> {
        return returnStatement(line);
      }
      case "TRUNCATE" -> {
        return truncate(line);
      }
      case "USE" -> {
        next();
        return new Statement.Use(name(), line);
      }
      case "PRINT" -> {
        next();
        return new Statement.Print(value(), line);
      }
      case "RAISERROR" -> {
        return raiseError(line);
      }
      case "THROW" -> {
        return throwStatement(line);
      }
      case "WAITFOR" -> {
        return waitFor(line);
      }
      case "CHECKPOINT" -> {
        next();
        if (isKind(Kind.NUMBER)) {
          next();
        }
        return new Statement.Checkpoint(line);
      }
      case "KILL" -> {
        next();
        if (is("STATS") || is("QUERY")) {
          throw refused("KILL " + peek().word());
        }
        return new Statement.Kill(wholeNumber(), line);
      }
      default -> throw unknown(token);
    }
  }

  private SqlError unknown(Token token) {
    return switch (token.word()) {
      case "FETCH", "OPEN", "CLOSE", "DEALLOCATE" ->
          refused("cursors (%s)".formatted(token.word()));
      case "GOTO",
          "DBCC",
          "RECONFIGURE",
          "SHUTDOWN",
          "REVERT",
          "SETUSER",
          "READTEXT",
          "WRITETEXT",
          "UPDATETEXT",
          "BULK",
          "LINENO",
          "DUMP",
          "LOAD" ->
          refused(token.word());
      default -> {
        if (token.isName() && peek(1).is(":")) {
          yield refused("labels (GOTO)");
        }
        if (isOneOf("ENABLE", "DISABLE") && peek(1).is("TRIGGER")) {
          yield refused(token.word() + " TRIGGER");
        }
        yield unexpected();
      }
    };
  }

  // ---- control of flow ----

  private Statement ifStatement(int line) throws SqlError {
    expect("IF");
    Expression condition = condition();
    Statement then = statement(false);
    if (is(";") && peek(1).is("ELSE")) {
      next();
    }
    Statement otherwise = accept("ELSE") ? statement(false) : null;
    return new Statement.If(condition, then, otherwise, line);
  }

  private Statement whileStatement(int line) throws SqlError {
    expect("WHILE");
    Expression condition = condition();
    return new Statement.While(condition, statement(false), line);
  }

  private Statement begin(int line) throws SqlError {
    expect("BEGIN");
    switch (peek().word()) {
      case "TRAN", "TRANSACTION" -> {
        next();
        String name = transactionName();
        if (is("WITH", "MARK")) {
          throw refused("WITH MARK");
        }
        return new Statement.BeginTransaction(name, line);
      }
      case "TRY", "CATCH" -> throw refused("BEGIN TRY .. CATCH");
      case "DISTRIBUTED" -> throw refused("BEGIN DISTRIBUTED TRANSACTION");
      case "ATOMIC", "DIALOG", "CONVERSATION" -> throw refused("BEGIN " + peek().word());
      default -> {
        semicolons(true);
        List<Statement> statements = new ArrayList<>();
        statements.add(statement(false));
        statements(statements, semicolons(false));
        expect("END");
        return new Statement.Block(statements, line);
      }
    }
  }

  private Statement returnStatement(int line) throws SqlError {
    expect("RETURN");
    if (isOperandStart() && !is("THROW")) {
      throw error(178, "A RETURN statement with a return value cannot be used in this context.");
    }
    return new Statement.Return(line);
  }

  // ---- transactions ----

  private String transactionName() throws SqlError {
    if (isVariable()) {
      throw refused("names of transactions in variables");
    }
    return isName() ? name() : "";
  }

  private boolean acceptTransaction() {
    return accept("TRAN") || accept("TRANSACTION");
  }

  private Statement commit(int line) throws SqlError {
    expect("COMMIT");
    if (acceptTransaction()) {
      transactionName();
    } else {
      accept("WORK");
    }
    if (accept("WITH", "(")) {
      expect("DELAYED_DURABILITY");
      expect("=");
      onOrOff();
      expect(")");
    }
    return new Statement.Commit(line);
  }

  private Statement rollback(int line) throws SqlError {
    expect("ROLLBACK");
    if (acceptTransaction()) {
      return new Statement.Rollback(transactionName(), line);
    }
    accept("WORK");
    return new Statement.Rollback("", line);
  }

  private Statement save(int line) throws SqlError {
    expect("SAVE");
    if (!acceptTransaction()) {
      throw unexpected();
    }
    String name = transactionName();
    if (name.isEmpty()) {
      throw unexpected();
    }
    return new Statement.SaveTransaction(name, line);
  }

  // ---- others ----

  private Statement truncate(int line) throws SqlError {
    expect("TRUNCATE");
    expect("TABLE");
    Statement truncate = new Statement.Truncate(objectName(), line);
    if (is("WITH", "(")) {
      throw refused("TRUNCATE TABLE .. WITH (PARTITIONS ..)");
    }
    return truncate;
  }

  private Statement raiseError(int line) throws SqlError {
    expect("RAISERROR");
    expect("(");
    Expression message = value();
    expect(",");
    Expression severity = value();
    expect(",");
    Expression state = value();
    List<Expression> arguments = new ArrayList<>();
    while (accept(",")) {
      arguments.add(value());
    }
    expect(")");
    if (accept("WITH") && !accept("NOWAIT")) {
      throw unexpectedOrRefused("RAISERROR .. WITH " + peek().text());
    }
    return new Statement.RaiseError(message, severity, state, arguments, line);
  }

  private Statement throwStatement(int line) throws SqlError {
    expect("THROW");
    if (!isKind(Kind.NUMBER) && !isVariable()) {
      throw error(
          10704,
          "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the"
              + " THROW statement inside a CATCH block, or add error parameters to the THROW"
              + " statement.");
    }
    Expression number = value();
    expect(",");
    Expression message = value();
    expect(",");
    return new Statement.Throw(number, message, value(), line);
  }

  private Statement waitFor(int line) throws SqlError {
    expect("WAITFOR");
    if (is("TIME") || is("(")) {
      throw refused("WAITFOR " + peek().text());
    }
    expect("DELAY");
    return new Statement.WaitFor(value(), line);
  }
}
