package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of one batch. Names compare ignoring case and include their at-sign. */
final class Variables {
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private @Nullable Map<String, SqlType> types;

  /** Type and value; the value is of the type's kind. */
  static final class Variable {
    private final SqlType type;
    private @Nullable Object value;

    private Variable(SqlType type, @Nullable Object value) {
      this.type = type;
      this.value = value;
    }

    SqlType type() {
      return type;
    }

    @Nullable Object value() {
      return value;
    }

    void set(@Nullable Object newValue) {
      value = newValue;
    }
  }

  void declare(String name, SqlType type, @Nullable Object value) {
    variables.put(fold(name), new Variable(type, value));
    types = null;
  }

  Variable get(String name) throws SqlError {
    Variable variable = variables.get(fold(name));
    if (variable == null) {
      throw undeclared(name);
    }
    return variable;
  }

  boolean isDeclared(String name) {
    return variables.containsKey(fold(name));
  }

  /** Types by lower-case name, as a translation's scope wants them. */
  Map<String, SqlType> types() {
    Map<String, SqlType> known = types;
    if (known == null) {
      Map<String, SqlType> all = new HashMap<>();
      variables.forEach((name, variable) -> all.put(name, variable.type()));
      known = Map.copyOf(all);
      types = known;
    }
    return known;
  }

  static SqlError undeclared(String name) {
    return new SqlError(137, 2, 15, "Must declare the scalar variable \"" + name + "\".");
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
