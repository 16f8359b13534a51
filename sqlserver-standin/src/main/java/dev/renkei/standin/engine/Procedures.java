package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The system procedures, called by RPC or by EXEC. */
final class Procedures {
  private final Session session;
  private final PreparedProcedures prepared;
  private final CatalogProcedures catalog;

  Procedures(Session session) {
    this.session = session;
    this.prepared = new PreparedProcedures(session);
    this.catalog = new CatalogProcedures(session);
  }

  void forgetPrepared() {
    prepared.forgetAll();
  }

  /** What faults look at: the statement behind a call, or the procedure's name. */
  String textOf(String procedure, List<Parameter> parameters) {
    String statement = prepared.textOf(simpleName(procedure), parameters);
    return statement == null ? procedure : statement;
  }

  /** A call by RPC: the status and the output parameters go to the client. */
  void call(String procedure, List<Parameter> parameters, Response response)
      throws SqlError, IOException, StatementCancelled {
    Arguments arguments = new Arguments(procedure, parameters);
    int status = run(procedure, arguments, response);
    response.returnStatus(status);
    for (Parameter output : arguments.outputs()) {
      response.outputValue(output);
    }
  }

  /** EXEC: output parameters go to the caller's variables. */
  void execute(
      Statement.Execute execute, RowStatements rows, Variables variables, Response response)
      throws SqlError, IOException, StatementCancelled {
    List<Parameter> parameters = new ArrayList<>();
    for (Statement.Argument argument : execute.arguments()) {
      TypedValue value = rows.value(argument.value());
      parameters.add(
          new Parameter(
              argument.name() == null ? "" : argument.name(),
              value.type(),
              value.value(),
              argument.output()));
    }
    Arguments arguments = new Arguments(execute.procedure().name(), parameters);
    run(execute.procedure().name(), arguments, response);
    for (int i = 0; i < parameters.size(); i++) {
      Statement.Argument argument = execute.arguments().get(i);
      if (argument.output() && argument.value() instanceof Expression.Variable variable) {
        Variables.Variable target = variables.get(variable.name());
        Parameter output = arguments.output(i);
        if (output != null) {
          target.set(session.convert(output.value(), output.type(), target.type()));
        }
      }
    }
  }

  private int run(String procedure, Arguments arguments, Response response)
      throws SqlError, IOException, StatementCancelled {
    String name = simpleName(procedure);
    switch (name) {
      case "sp_executesql", "sp_prepare", "sp_prepexec", "sp_execute", "sp_unprepare" -> {
        return prepared.run(name, arguments, response);
      }
      case "sp_reset_connection" -> session.reset();
      case "sp_rename" ->
          new ServerStatements(session)
              .rename(
                  arguments.text(0, "@objname"),
                  arguments.text(1, "@newname"),
                  Objects.requireNonNullElse(arguments.optionalText(2, "@objtype"), ""));
      case "sp_flush_ct_internal_table_on_demand", "sp_flush_commit_table_on_demand" ->
          session.engine().cleanup(session.database());
      default -> {
        if (name.startsWith("sp_cursor")) {
          throw SqlError.refused("server cursors (" + name + ")");
        }
        return catalog.run(name, procedure, arguments, response);
      }
    }
    return 0;
  }

  private static String simpleName(String procedure) {
    String name = procedure.substring(procedure.lastIndexOf('.') + 1);
    return name.replace("[", "").replace("]", "").toLowerCase(Locale.ROOT);
  }

  /** Error 2812, for every procedure that is not there. */
  static SqlError notFound(String procedure) {
    return new SqlError(2812, 62, 16, "Could not find stored procedure '" + procedure + "'.");
  }

  /** A value with its type. */
  record TypedValue(SqlType type, @org.jspecify.annotations.Nullable Object value) {}
}
