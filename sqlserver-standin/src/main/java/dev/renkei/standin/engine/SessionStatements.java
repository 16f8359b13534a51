package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs statements about the session itself: options, transactions, messages, procedures, DDL. */
final class SessionStatements {
  private static final Pattern DELAY =
      Pattern.compile("(?<h>\\d{1,2}):(?<m>\\d{1,2})(?::(?<s>\\d{1,2})(?:[.:](?<f>\\d{1,7}))?)?");

  private final Session session;
  private final RowStatements rows;
  private final Variables variables;
  private final Response response;

  SessionStatements(Session session, RowStatements rows, Variables variables, Response response) {
    this.session = session;
    this.rows = rows;
    this.variables = variables;
    this.response = response;
  }

  void run(Statement statement) throws SqlError, IOException, StatementCancelled {
    if (statement instanceof Statement.SetOption set) {
      session.set(set.names(), set.values());
      done(Response.Command.OTHER);
    } else if (statement instanceof Statement.SetIsolation set) {
      session.settings().setIsolation(set.level());
      done(Response.Command.OTHER);
    } else if (statement instanceof Statement.SetIdentityInsert set) {
      session.setIdentityInsert(set);
      done(Response.Command.OTHER);
    } else if (statement instanceof Statement.Use use) {
      session.use(use.database(), response);
      done(Response.Command.OTHER);
    } else if (statement instanceof Statement.Print print) {
      print(print);
    } else if (statement instanceof Statement.RaiseError raise) {
      raise(raise);
    } else if (statement instanceof Statement.Throw raise) {
      throwError(raise);
    } else if (statement instanceof Statement.WaitFor wait) {
      waitFor(wait);
    } else if (statement instanceof Statement.Execute execute) {
      session.procedures().execute(execute, rows, variables, response);
    } else if (!transaction(statement)) {
      new ServerStatements(session).run(statement, response);
    }
  }

  private boolean transaction(Statement statement) throws SqlError, IOException {
    Transactions transactions = session.transactions();
    if (statement instanceof Statement.BeginTransaction begin) {
      session.beginImplicitly(response);
      transactions.begin(begin.name(), session.settings().isolation(), response);
      done(Response.Command.BEGIN_TRANSACTION);
    } else if (statement instanceof Statement.Commit) {
      transactions.commit(response);
      done(Response.Command.COMMIT);
    } else if (statement instanceof Statement.Rollback rollback) {
      transactions.rollback(rollback.name(), response);
      done(Response.Command.ROLLBACK);
    } else if (statement instanceof Statement.SaveTransaction save) {
      transactions.save(save.name());
      done(Response.Command.OTHER);
    } else {
      return false;
    }
    return true;
  }

  private void done(Response.Command command) throws IOException {
    session.setRowCount(0);
    response.done(command, null);
  }

  private void print(Statement.Print print) throws SqlError, IOException, StatementCancelled {
    Object text = rows.evaluate(print.value(), SqlType.nvarchar(4000));
    response.info(0, 1, 0, text == null ? "" : text.toString(), print.line());
    done(Response.Command.OTHER);
  }

  private void raise(Statement.RaiseError raise) throws SqlError, IOException, StatementCancelled {
    String format = text(raise.message());
    int severity = integer(raise.severity());
    int state = integer(raise.state());
    String message = MessageFormat.format(format, arguments(raise));
    if (severity <= 10) {
      response.info(50000, Math.max(0, state), Math.max(0, severity), message, raise.line());
      done(Response.Command.OTHER);
      return;
    }
    throw new SqlError(50000, Math.max(0, Math.min(255, state)), Math.min(severity, 25), message);
  }

  private List<@Nullable Object> arguments(Statement.RaiseError raise)
      throws SqlError, StatementCancelled {
    List<@Nullable Object> values = new ArrayList<>();
    for (Expression argument : raise.arguments()) {
      values.add(rows.value(argument).value());
    }
    return values;
  }

  private void throwError(Statement.Throw raise) throws SqlError, StatementCancelled {
    int number = integer(raise.number());
    if (number < 50_000) {
      throw new SqlError(
          35100,
          10,
          16,
          "Error number %d in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647."
              .formatted(number));
    }
    throw new SqlError(number, integer(raise.state()), 16, text(raise.message()));
  }

  private void waitFor(Statement.WaitFor wait) throws SqlError, IOException, StatementCancelled {
    String delay = text(wait.delay());
    Matcher matcher = DELAY.matcher(delay.trim());
    if (!matcher.matches()) {
      throw new SqlError(
          148,
          1,
          15,
          "Incorrect time syntax in time string '%s' used with WAITFOR.".formatted(delay));
    }
    Duration time =
        Duration.ofHours(Long.parseLong(matcher.group("h")))
            .plusMinutes(Long.parseLong(matcher.group("m")))
            .plusSeconds(matcher.group("s") == null ? 0 : Long.parseLong(matcher.group("s")))
            .plusNanos(fraction(matcher.group("f")));
    session.cancellation().sleep(time);
    done(Response.Command.OTHER);
  }

  private static long fraction(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong((digits + "000000000").substring(0, 9));
  }

  private String text(Expression expression) throws SqlError, StatementCancelled {
    Object value = rows.evaluate(expression, SqlType.nvarchar(4000));
    return value == null ? "" : value.toString();
  }

  private int integer(Expression expression) throws SqlError, StatementCancelled {
    Object value = rows.evaluate(expression, SqlType.of(Kind.INT));
    return value == null ? 0 : (Integer) value;
  }
}
