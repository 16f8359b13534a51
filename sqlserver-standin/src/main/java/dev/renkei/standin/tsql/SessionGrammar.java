package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.StringLiteral;
import dev.renkei.standin.tsql.ast.Expression.Unary;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import dev.renkei.standin.tsql.ast.Expression.Variable;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.Statement.Argument;
import dev.renkei.standin.tsql.ast.Statement.Declaration;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** DECLARE, SET and EXECUTE. */
abstract class SessionGrammar extends DefinitionGrammar {
  private static final Set<String> SWITCHES =
      Set.of(
          """
          ANSI_DEFAULTS ANSI_NULL_DFLT_OFF ANSI_NULL_DFLT_ON ANSI_NULLS ANSI_PADDING ANSI_WARNINGS
          ARITHABORT ARITHIGNORE CONCAT_NULL_YIELDS_NULL CURSOR_CLOSE_ON_COMMIT
          DISABLE_DEF_CNST_CHK FMTONLY FORCEPLAN IMPLICIT_TRANSACTIONS NOCOUNT NOEXEC NO_BROWSETABLE
          NUMERIC_ROUNDABORT PARSEONLY QUOTED_IDENTIFIER REMOTE_PROC_TRANSACTIONS SHOWPLAN_ALL
          SHOWPLAN_TEXT SHOWPLAN_XML XACT_ABORT
          """
              .trim()
              .split("\\s+"));

  private static final Set<String> SETTINGS =
      Set.of(
          """
          CONTEXT_INFO DATEFIRST DATEFORMAT DEADLOCK_PRIORITY LANGUAGE LOCK_TIMEOUT
          QUERY_GOVERNOR_COST_LIMIT ROWCOUNT TEXTSIZE
          """
              .trim()
              .split("\\s+"));

  SessionGrammar(List<Token> tokens) {
    super(tokens);
  }

  // ---- DECLARE ----

  final Statement declare() throws SqlError {
    int line = line();
    expect("DECLARE");
    if (isName()) {
      throw peek(1).is("CURSOR") ? refused("cursors") : unexpected();
    }
    if (isVariable() && (peek(1).is("TABLE") || peek(1).is("AS") && peek(2).is("TABLE"))) {
      String name = next().text();
      accept("AS");
      expect("TABLE");
      Elements elements = elementsInBrackets();
      if (is(",")) {
        throw refused("DECLARE of a table variable with others");
      }
      return new Statement.DeclareTable(name, elements.columns(), elements.constraints(), line);
    }
    List<Declaration> declarations = new ArrayList<>();
    do {
      String name = variable();
      accept("AS");
      TypeName type = typeName();
      declarations.add(new Declaration(name, type, accept("=") ? value() : null));
    } while (accept(","));
    return new Statement.Declare(declarations, line);
  }

  /** A variable of the user's own. */
  final String variable() throws SqlError {
    if (!isVariable() || peek().text().startsWith("@@")) {
      throw unexpected();
    }
    return next().text();
  }

  /** The parameters of sp_executesql, up to the end of the text. */
  final List<ParameterDeclaration> parameters() throws SqlError {
    List<ParameterDeclaration> parameters = new ArrayList<>();
    if (atEnd()) {
      return parameters;
    }
    do {
      String name = variable();
      accept("AS");
      TypeName type = typeName();
      if (is("READONLY")) {
        throw refused("table-valued parameters");
      }
      if (is("=")) {
        throw refused("defaults of parameters");
      }
      parameters.add(new ParameterDeclaration(name, type, accept("OUTPUT") || accept("OUT")));
    } while (accept(","));
    return parameters;
  }

  // ---- SET ----

  final Statement set() throws SqlError {
    int line = line();
    expect("SET");
    if (isVariable()) {
      return setVariable(line);
    }
    switch (peek().word()) {
      case "TRANSACTION" -> {
        next();
        expect("ISOLATION");
        expect("LEVEL");
        return new Statement.SetIsolation(isolation(), line);
      }
      case "IDENTITY_INSERT" -> {
        next();
        ObjectName table = objectName();
        return new Statement.SetIdentityInsert(table, onOrOff(), line);
      }
      case "STATISTICS" -> {
        next();
        return setStatistics(line);
      }
      default -> {
        return setOption(line);
      }
    }
  }

  private Statement setVariable(int line) throws SqlError {
    String name = variable();
    if (is(".") || is("::")) {
      throw refused("methods of variables");
    }
    if (is("=", "CURSOR")) {
      throw refused("cursors");
    }
    return new Statement.SetVariable(name, assigned(new Variable(name)), line);
  }

  private Isolation isolation() throws SqlError {
    if (accept("SNAPSHOT")) {
      return Isolation.SNAPSHOT;
    }
    if (accept("SERIALIZABLE")) {
      return Isolation.SERIALIZABLE;
    }
    if (accept("REPEATABLE", "READ")) {
      return Isolation.REPEATABLE_READ;
    }
    expect("READ");
    if (accept("COMMITTED")) {
      return Isolation.READ_COMMITTED;
    }
    expect("UNCOMMITTED");
    return Isolation.READ_UNCOMMITTED;
  }

  private Statement setStatistics(int line) throws SqlError {
    List<String> names = new ArrayList<>();
    do {
      if (!isOneOf("IO", "TIME", "PROFILE", "XML")) {
        throw unexpected();
      }
      names.add("STATISTICS " + next().word());
    } while (accept(","));
    return new Statement.SetOption(names, List.of(onOrOff() ? "ON" : "OFF"), line);
  }

  private Statement setOption(int line) throws SqlError {
    if (!isKind(Kind.WORD)) {
      throw unexpected();
    }
    if (SETTINGS.contains(peek().word())) {
      String name = next().word();
      return new Statement.SetOption(List.of(name), List.of(setting()), line);
    }
    List<String> names = new ArrayList<>();
    do {
      if (is("OFFSETS")) {
        throw refused("SET OFFSETS");
      }
      if (!SWITCHES.contains(peek().word())) {
        throw isKind(Kind.WORD)
            ? error(195, "'%s' is not a recognized SET option.".formatted(peek().text()))
            : unexpected();
      }
      names.add(next().word());
    } while (accept(","));
    return new Statement.SetOption(names, List.of(onOrOff() ? "ON" : "OFF"), line);
  }

  private String setting() throws SqlError {
    if (isKind(Kind.NUMBER) || is("-") || is("+")) {
      return Long.toString(signedNumber());
    }
    if (isKind(Kind.BINARY)) {
      return "0x" + next().text();
    }
    if (isVariable() || isName() || peek().isString()) {
      return next().text();
    }
    throw unexpected();
  }

  // ---- EXECUTE ----

  @Override
  final Statement.Execute execute() throws SqlError {
    int line = line();
    next();
    if (is("(")) {
      throw refused("EXEC ('string')");
    }
    if (is("AS")) {
      throw refused("EXECUTE AS");
    }
    if (isVariable()) {
      throw peek(1).is("=")
          ? refused("EXEC @status = procedure")
          : refused("EXEC of a procedure named by a variable");
    }
    Statement.Execute execute = call(line);
    if (is("WITH") && !accept("WITH", "RECOMPILE")) {
      throw peek(1).is("RESULT") ? refused("EXEC .. WITH RESULT SETS") : unexpected();
    }
    return execute;
  }

  /** A call from the procedure's name on; at the start of a batch it needs no EXEC. */
  final Statement.Execute call(int line) throws SqlError {
    ObjectName procedure = objectName();
    List<Argument> arguments = new ArrayList<>();
    if (isArgument()) {
      do {
        arguments.add(argument());
      } while (accept(","));
    }
    return new Statement.Execute(procedure, arguments, line);
  }

  private boolean isArgument() {
    return switch (peek().kind()) {
      case NUMBER, FLOAT, MONEY, BINARY, STRING, NATIONAL_STRING, VARIABLE, QUOTED -> true;
      case WORD -> isName() || is("NULL") || is("DEFAULT");
      case SYMBOL -> is("-") || is("+");
      case END -> false;
    };
  }

  private Argument argument() throws SqlError {
    String name = null;
    if (isVariable() && peek(1).is("=")) {
      name = variable();
      expect("=");
    }
    Expression value = argumentValue();
    boolean output = value instanceof Variable && (accept("OUTPUT") || accept("OUT"));
    return new Argument(name, value, output);
  }

  private Expression argumentValue() throws SqlError {
    if (accept("DEFAULT")) {
      return Statement.DEFAULT_VALUE;
    }
    if (accept("-")) {
      return new Unary(UnaryOperator.MINUS, constant());
    }
    if (accept("+")) {
      return constant();
    }
    if (isName()) {
      // A bare word is a string here: EXEC sp_help Orders.
      return new StringLiteral(next().text(), true);
    }
    return isArgument() ? operand() : constant();
  }

  private Expression constant() throws SqlError {
    return switch (peek().kind()) {
      case NUMBER, FLOAT, MONEY -> operand();
      default -> throw unexpected();
    };
  }
}
