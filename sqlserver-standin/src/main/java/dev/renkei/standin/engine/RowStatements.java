package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.translate.Access;
import dev.renkei.standin.engine.translate.Binding;
import dev.renkei.standin.engine.translate.Scope;
import dev.renkei.standin.engine.translate.Translated;
import dev.renkei.standin.engine.translate.TypedSql;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/** Runs what reads and changes rows, and evaluates expressions, for one batch of a session. */
final class RowStatements {
  private final Session session;
  private final Batch batch;
  private final Variables variables;
  private final TableVariables tableVariables;
  private @Nullable Scope scope;

  RowStatements(Session session, Batch batch, Variables variables, TableVariables tableVariables) {
    this.tableVariables = tableVariables;
    this.session = session;
    this.batch = batch;
    this.variables = variables;
  }

  // ---- statements ----

  /** Runs a query or a change of rows and tells the client. */
  void run(Statement statement, Response response)
      throws SqlError, IOException, StatementCancelled {
    Translated translated = translated(statement, statement);
    execute(translated, response);
  }

  private void execute(Translated translated, Response response)
      throws SqlError, IOException, StatementCancelled {
    if (session.settings().formatOnly()) {
      describe(translated, response);
      return;
    }
    checkRights(translated);
    if (translated.touchesTables()) {
      session.beginImplicitly(response);
    }
    boolean done = false;
    Transactions transactions = session.transactions();
    transactions.enter(
        session.settings().isolation(), translated.touchesTables(), translated.tables());
    try {
      if (!translated.assignedVariables().isEmpty()) {
        assign(translated);
      } else if (translated.command() == Response.Command.SELECT) {
        select(translated, response);
      } else {
        change(translated, response);
      }
      done = true;
    } catch (SQLException e) {
      throw session.errors().of(e, translated);
    } finally {
      if (!done) {
        transactions.leaveFailed();
      }
    }
  }

  private void select(Translated translated, Response response)
      throws SQLException, SqlError, IOException, StatementCancelled {
    long count;
    try (H2Rows rows = session.h2().query(translated.sql(), bind(translated.bindings()), false)) {
      count = stream(rows, translated, response);
    }
    session.transactions().leave();
    session.setRowCount(count);
    response.done(Response.Command.SELECT, session.count(count));
  }

  private long stream(H2Rows rows, Translated translated, Response response)
      throws SQLException, IOException, StatementCancelled {
    response.columns(translated.columns());
    H2Row row = new H2Row(translated.columns());
    long limit = session.settings().rowLimit();
    long count = 0;
    while ((limit == 0 || count < limit) && rows.next()) {
      response.row(row.over(rows.row()));
      count++;
    }
    return count;
  }

  private void change(Translated translated, Response response)
      throws SQLException, SqlError, IOException, StatementCancelled {
    if (session.settings().rowLimit() != 0) {
      throw SqlError.refused("changing rows while SET ROWCOUNT is not 0");
    }
    requireWritable(translated.target());
    byte[] context = context(translated.trackingContext());
    session.transactions().changesRows(context, translated.updatedColumns());
    long count;
    String identity = identityColumn(translated);
    BigDecimal given = null;
    if (translated.columns().isEmpty()) {
      H2Session.Changed changed =
          session
              .h2()
              .update(
                  translated.sql(),
                  bind(translated.bindings()),
                  isGivenByUser(translated.target()) ? identity : null);
      count = changed.count();
      given = changed.lastKey() == null ? null : changed.lastKey().getBigDecimal();
    } else {
      try (H2Rows rows = session.h2().query(translated.sql(), bind(translated.bindings()), true)) {
        count = stream(rows, translated, response);
      }
    }
    if (translated.command() == Response.Command.INSERT && count > 0) {
      rememberIdentity(translated.target(), identity, given);
    }
    session.transactions().leave();
    session.setRowCount(count);
    response.done(translated.command(), session.count(count));
  }

  private static @Nullable String identityColumn(Translated translated) {
    Table target = translated.target();
    if (target == null || translated.command() != Response.Command.INSERT) {
      return null;
    }
    return target.columns().stream()
        .filter(c -> c.identity() != null)
        .map(Table.Column::name)
        .findFirst()
        .orElse(null);
  }

  private boolean isGivenByUser(@Nullable Table target) {
    Integer table = session.identityInsert();
    return table != null && target != null && table == target.objectId();
  }

  /** After an INSERT: what {@code SCOPE_IDENTITY()} is to say, NULL without an identity column. */
  private void rememberIdentity(
      @Nullable Table target, @Nullable String column, @Nullable BigDecimal given) {
    BigDecimal last = given;
    if (target != null && column != null) {
      if (given == null) {
        last = session.h2().lastIdentity(target, column);
      } else {
        session.h2().continueIdentityAfter(target, column, given.longValue());
      }
    }
    session.serverVariables().setIdentity(last);
  }

  private void requireWritable(@Nullable Table target) throws SqlError {
    if (target != null
        && session
            .catalog()
            .database(target.database())
            .map(Database::readableSecondary)
            .orElse(false)) {
      throw new SqlError(
          3906,
          2,
          16,
          "Failed to update database \"%s\" because the database is read-only."
              .formatted(target.database()));
    }
  }

  private byte @Nullable [] context(@Nullable TypedSql context)
      throws SQLException, SqlError, StatementCancelled {
    if (context == null) {
      return null;
    }
    Value value = session.h2().scalar("SELECT " + context.sql(), bind(context.bindings()));
    return value == null ? null : (byte[]) H2Values.fromH2(value, SqlType.varbinary(128));
  }

  private void assign(Translated translated) throws SQLException, SqlError, StatementCancelled {
    List<String> names = translated.assignedVariables();
    List<@Nullable Object> last = new ArrayList<>();
    long count = 0;
    try (H2Rows rows = session.h2().query(translated.sql(), bind(translated.bindings()), false)) {
      while (rows.next()) {
        count++;
        last.clear();
        for (int i = 0; i < names.size(); i++) {
          last.add(H2Values.fromH2(rows.row()[i], translated.columns().get(i).type()));
        }
      }
    }
    session.transactions().leave();
    if (count > 0) {
      for (int i = 0; i < names.size(); i++) {
        variables.get(names.get(i)).set(last.get(i));
      }
    }
    session.setRowCount(count);
  }

  private static void describe(Translated translated, Response response) throws IOException {
    if (!translated.columns().isEmpty() && translated.assignedVariables().isEmpty()) {
      response.columns(translated.columns());
      response.done(translated.command(), 0L);
    }
  }

  private void checkRights(Translated translated) throws SqlError {
    for (Access access : translated.accesses()) {
      if (!TableVariables.isVariable(access.table())) {
        session.checkRight(access);
      }
    }
  }

  // ---- expressions ----

  /** {@code SET @x = e}, by the rules of {@code SELECT @x = e}. */
  void set(Statement.SetVariable statement, Response response)
      throws SqlError, IOException, StatementCancelled {
    variables.get(statement.name());
    execute(
        translated(
            statement,
            select(new Query.Assign(statement.name(), statement.value()), statement.line())),
        response);
  }

  /** Whether a condition is true; unknown counts as false. */
  boolean isTrue(Expression condition, int line, Response response)
      throws SqlError, IOException, StatementCancelled {
    if (session.settings().formatOnly()) {
      return true;
    }
    Translated translated =
        translated(
            condition,
            select(
                new Query.Item(
                    new Expression.Case(
                        null, List.of(new Expression.When(condition, number(1))), number(0)),
                    null),
                line));
    checkRights(translated);
    if (translated.touchesTables()) {
      session.beginImplicitly(response);
    }
    boolean done = false;
    Transactions transactions = session.transactions();
    transactions.enter(
        session.settings().isolation(), translated.touchesTables(), translated.tables());
    try {
      Value value = session.h2().scalar(translated.sql(), bind(translated.bindings()));
      transactions.leave();
      done = true;
      return value != null && value.getInt() == 1;
    } catch (SQLException e) {
      throw session.errors().of(e, translated);
    } finally {
      if (!done) {
        transactions.leaveFailed();
      }
    }
  }

  /** The value of an expression that reads no table, converted to a type. */
  @Nullable Object evaluate(Expression expression, SqlType type)
      throws SqlError, StatementCancelled {
    if (expression instanceof Expression.NullLiteral) {
      return null;
    }
    TypedSql sql =
        batch.expression(
            expression,
            session.catalog().version(),
            scope(),
            () -> session.translator().expression(expression, type, scope()));
    boolean done = false;
    session.transactions().enter(session.settings().isolation(), false, Set.of());
    try {
      Value value = session.h2().scalar("SELECT " + sql.sql(), bind(sql.bindings()));
      session.transactions().leave();
      done = true;
      return value == null ? null : H2Values.fromH2(value, type);
    } catch (SQLException e) {
      throw session.errors().of(e, null);
    } finally {
      if (!done) {
        session.transactions().leaveFailed();
      }
    }
  }

  /** An argument of EXEC or RAISERROR: a constant, a variable, or a bare word. */
  Procedures.TypedValue value(Expression argument) throws SqlError, StatementCancelled {
    if (argument instanceof Expression.Variable variable && !variable.name().startsWith("@@")) {
      Variables.Variable known = variables.get(variable.name());
      return new Procedures.TypedValue(known.type(), known.value());
    }
    if (argument instanceof Expression.Column word && word.qualifier().isEmpty()) {
      return new Procedures.TypedValue(SqlType.nvarchar(128), word.name());
    }
    if (argument instanceof Expression.NullLiteral) {
      return new Procedures.TypedValue(SqlType.INT, null);
    }
    if (argument instanceof Expression.StringLiteral text) {
      return new Procedures.TypedValue(SqlType.nvarchar(SqlType.MAX), text.value());
    }
    TypedSql typed = session.translator().expression(argument, scope());
    return new Procedures.TypedValue(typed.type(), evaluate(argument, typed.type()));
  }

  private static Statement select(Query.SelectItem item, int line) {
    return new Statement.Select(
        new Query(
            List.of(),
            new Query.Select(false, null, List.of(item), null, List.of(), null, List.of(), null),
            List.of(),
            null,
            null),
        line);
  }

  private static Expression number(int value) {
    return new Expression.NumberLiteral(java.math.BigDecimal.valueOf(value));
  }

  private Translated translated(Object part, Statement statement) throws SqlError {
    return batch.translated(
        part,
        session.catalog().version(),
        scope(),
        () -> session.translator().translate(statement, scope()));
  }

  private Scope scope() {
    Scope known = scope;
    if (known == null
        || known.variables() != variables.types()
        || known.tables().size() != tableVariables.tables().size()
        || !known.database().equals(session.database())
        || !java.util.Objects.equals(known.identityInsert(), session.identityInsert())) {
      known =
          new Scope(
              session.database(),
              session.login(),
              variables.types(),
              tableVariables.tables(),
              session.identityInsert());
      scope = known;
    }
    return known;
  }

  private List<Value> bind(List<Binding> bindings) throws SqlError {
    if (bindings.isEmpty()) {
      return List.of();
    }
    List<Value> values = new ArrayList<>(bindings.size());
    for (Binding binding : bindings) {
      String name = binding.variable();
      if (name.startsWith("@@")) {
        values.add(H2Values.toH2(session.serverVariables().value(name), binding.type()));
      } else {
        Variables.Variable variable = variables.get(name);
        values.add(H2Values.toH2(variable.value(), variable.type()));
      }
    }
    return values;
  }
}
