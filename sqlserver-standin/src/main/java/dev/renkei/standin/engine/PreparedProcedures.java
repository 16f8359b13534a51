package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ParameterDeclaration;
import dev.renkei.standin.tsql.Parser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Statements with parameters: run at once, or prepared and run by handle. */
final class PreparedProcedures {
  private final Session session;
  private final Map<Integer, Prepared> prepared = new HashMap<>();
  private int lastHandle;

  private record Prepared(Batch batch, List<Declared> parameters) {}

  private record Declared(String name, SqlType type, boolean output) {}

  PreparedProcedures(Session session) {
    this.session = session;
  }

  void forgetAll() {
    prepared.clear();
  }

  @Nullable String textOf(String name, List<Parameter> parameters) {
    int at =
        switch (name) {
          case "sp_executesql" -> 0;
          case "sp_prepare", "sp_prepexec" -> 2;
          default -> -1;
        };
    if (at >= 0 && at < parameters.size()) {
      return String.valueOf(parameters.get(at).value());
    }
    if (name.equals("sp_execute")
        && !parameters.isEmpty()
        && parameters.get(0).value() instanceof Integer handle) {
      Prepared known = prepared.get(handle);
      return known == null ? null : known.batch().text();
    }
    return null;
  }

  int run(String name, Arguments arguments, Response response)
      throws SqlError, IOException, StatementCancelled {
    switch (name) {
      case "sp_executesql" -> {
        Prepared statement =
            prepare(arguments.text(0, "@stmt"), arguments.optionalText(1, "@params"));
        return execute(statement, arguments, 2, response);
      }
      case "sp_prepare" ->
          keep(
              prepare(arguments.text(2, "@stmt"), arguments.optionalText(1, "@params")), arguments);
      case "sp_prepexec" -> {
        Prepared statement =
            prepare(arguments.text(2, "@stmt"), arguments.optionalText(1, "@params"));
        if (arguments.get(0).value() instanceof Integer old) {
          prepared.remove(old);
        }
        keep(statement, arguments);
        return execute(statement, arguments, 3, response);
      }
      case "sp_execute" -> {
        return execute(known(arguments.integer(0, "@handle")), arguments, 1, response);
      }
      case "sp_unprepare" -> {
        int handle = arguments.integer(0, "@handle");
        known(handle);
        prepared.remove(handle);
      }
      default -> throw Procedures.notFound(name);
    }
    return 0;
  }

  private Prepared known(int handle) throws SqlError {
    Prepared known = prepared.get(handle);
    if (known == null) {
      throw new SqlError(
          8179, 1, 16, "Could not find prepared statement with handle %d.".formatted(handle));
    }
    return known;
  }

  private void keep(Prepared statement, Arguments arguments) {
    int handle = ++lastHandle;
    prepared.put(handle, statement);
    arguments.put(0, new Parameter(arguments.get(0).name(), SqlType.INT, handle, true));
  }

  private Prepared prepare(String text, @Nullable String declarations) throws SqlError {
    List<Declared> declared = new ArrayList<>();
    String wanted = declarations == null ? "" : declarations;
    if (!wanted.isBlank()) {
      for (ParameterDeclaration declaration : Parser.parseParameters(wanted)) {
        declared.add(
            new Declared(
                declaration.name(),
                session.translator().resolve(declaration.type(), session.database()),
                declaration.output()));
      }
    }
    Batch batch = session.engine().batches().get(session.database(), session.login(), wanted, text);
    return new Prepared(batch, List.copyOf(declared));
  }

  private int execute(Prepared statement, Arguments arguments, int first, Response response)
      throws SqlError, IOException, StatementCancelled {
    Variables variables = new Variables();
    int[] sources = new int[statement.parameters().size()];
    for (int i = 0; i < sources.length; i++) {
      Declared declared = statement.parameters().get(i);
      sources[i] = source(declared.name(), i, arguments, first);
      if (sources[i] < 0) {
        throw new SqlError(
            8178,
            1,
            16,
            "The parameterized query '%s' expects the parameter '%s', which was not supplied."
                .formatted(statement.batch().text(), declared.name()));
      }
      Parameter given = arguments.get(sources[i]);
      variables.declare(
          declared.name(),
          declared.type(),
          session.convert(given.value(), given.type(), declared.type()));
    }
    session.serverVariables().setError(0);
    session.runNested(statement.batch(), variables, response);
    for (int i = 0; i < sources.length; i++) {
      Declared declared = statement.parameters().get(i);
      Parameter given = arguments.get(sources[i]);
      if (declared.output() && given.output()) {
        Variables.Variable result = variables.get(declared.name());
        arguments.put(sources[i], new Parameter(given.name(), result.type(), result.value(), true));
      }
    }
    return session.serverVariables().error();
  }

  private static int source(String name, int position, Arguments arguments, int first) {
    int at = first + position;
    if (at < arguments.size() && arguments.get(at).name().equalsIgnoreCase(name)) {
      return at; // as nearly always
    }
    for (int i = first; i < arguments.size(); i++) {
      if (arguments.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return at < arguments.size() && arguments.get(at).name().isEmpty() ? at : -1;
  }
}
