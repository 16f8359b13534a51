package dev.renkei.standin.engine.translate;

import dev.renkei.standin.engine.functions.Errors;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;

/** SQL Server's errors about statements, worded as it words them. */
final class Faults {
  private Faults() {}

  static SqlError error(int number, String message, Object... arguments) {
    return new SqlError(number, 1, 16, message.formatted(arguments));
  }

  static SqlError invalidObject(String name) {
    return error(208, "Invalid object name '%s'.", name);
  }

  static SqlError invalidColumn(String name) {
    return error(207, "Invalid column name '%s'.", name);
  }

  static SqlError unbound(String name) {
    return error(4104, "The multi-part identifier \"%s\" could not be bound.", name);
  }

  static SqlError ambiguous(String name) {
    return error(209, "Ambiguous column name '%s'.", name);
  }

  static SqlError undeclared(String variable) {
    return new SqlError(137, 2, 15, "Must declare the scalar variable \"" + variable + "\".");
  }

  static SqlError unknownFunction(String name) {
    return new SqlError(195, 10, 15, "'" + name + "' is not a recognized built-in function name.");
  }

  static SqlError argumentCount(String function, int wanted) {
    return new SqlError(
        174,
        1,
        15,
        "The "
            + function.toLowerCase(java.util.Locale.ROOT)
            + " function requires "
            + wanted
            + " argument(s).");
  }

  static SqlError clash(SqlType a, SqlType b) {
    return new SqlError(
        206,
        2,
        16,
        "Operand type clash: %s is incompatible with %s".formatted(Errors.name(a), Errors.name(b)));
  }

  static SqlError incompatible(SqlType a, SqlType b, String operation) {
    return error(
        402,
        "The data types %s and %s are incompatible in the %s operator.",
        Errors.name(a),
        Errors.name(b),
        operation);
  }

  static SqlError invalidOperand(SqlType a, String operation) {
    return error(
        8117, "Operand data type %s is invalid for %s operator.", Errors.name(a), operation);
  }

  static SqlError implicitNotAllowed(SqlType from, SqlType to) {
    return new SqlError(
        257,
        3,
        16,
        "Implicit conversion from data type %s to %s is not allowed. Use the CONVERT function to run this query."
            .formatted(Errors.name(from), Errors.name(to)));
  }

  static SqlError explicitNotAllowed(SqlType from, SqlType to) {
    return new SqlError(
        529,
        2,
        16,
        "Explicit conversion from data type %s to %s is not allowed."
            .formatted(Errors.name(from), Errors.name(to)));
  }

  static SqlError collationConflict(String operation) {
    return new SqlError(
        468,
        9,
        16,
        "Cannot resolve the collation conflict between \"SQL_Latin1_General_CP1_CS_AS\" and "
            + "\"SQL_Latin1_General_CP1_CI_AS\" in the "
            + operation
            + " operation.");
  }
}
