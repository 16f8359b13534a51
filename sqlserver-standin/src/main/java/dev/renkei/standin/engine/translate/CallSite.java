package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One call of a function, with what its translation may ask.
 *
 * @param name in upper case
 */
record CallSite(Expressions expressions, Expression.Call call, String name, Names names) {

  int count() {
    return call.arguments().size();
  }

  /** Checks the number of arguments. */
  CallSite expect(int least, int most) throws SqlError {
    if (count() < least || count() > most) {
      throw least == most
          ? Faults.argumentCount(name, least)
          : new SqlError(
              189,
              1,
              15,
              "The %s function requires %d to %d arguments."
                  .formatted(name.toLowerCase(Locale.ROOT), least, most));
    }
    return this;
  }

  Typed argument(int index) throws SqlError {
    return expressions.value(call.arguments().get(index), names);
  }

  List<Typed> arguments() throws SqlError {
    return expressions.values(call.arguments(), names);
  }

  /** An argument as text, char with its blanks. */
  Typed text(int index) throws SqlError {
    Typed x = argument(index);
    if (x.type().kind() == dev.renkei.standin.sql.Kind.XML) {
      throw Faults.error(
          8116,
          "Argument data type xml is invalid for argument %d of %s function.",
          index + 1,
          name.toLowerCase(Locale.ROOT));
    }
    return expressions.text(x);
  }

  String integer(int index) throws SqlError {
    return expressions.integer(argument(index)).sql();
  }

  String bigint(int index) throws SqlError {
    return expressions.bigint(argument(index)).sql();
  }

  /** An argument's H2 SQL in a type. */
  Typed as(int index, SqlType type) throws SqlError {
    return Casts.implicitly(argument(index), type);
  }

  /** The text of an argument that is a string literal. */
  Optional<String> literal(int index) {
    return call.arguments().get(index) instanceof Expression.StringLiteral s
        ? Optional.of(s.value())
        : Optional.empty();
  }

  /** An argument that is a keyword, such as the part in DATEADD, in lower case. */
  String word(int index) throws SqlError {
    Expression e = call.arguments().get(index);
    if (e instanceof Expression.Column c && c.qualifier().isEmpty()) {
      return c.name().toLowerCase(Locale.ROOT);
    }
    throw new SqlError(
        1023,
        1,
        15,
        "Invalid parameter %d specified for %s."
            .formatted(index + 1, name.toLowerCase(Locale.ROOT)));
  }

  String database() {
    return expressions.work.scope.database();
  }

  SqlError invalidArgument(int index, SqlType type) {
    return Faults.error(
        8116,
        "Argument data type %s is invalid for argument %d of %s function.",
        dev.renkei.standin.engine.functions.Errors.name(type),
        index + 1,
        name.toLowerCase(Locale.ROOT));
  }
}
