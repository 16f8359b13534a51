package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of one call of a procedure, by position or name, and what it puts out. */
final class Arguments {
  private final String procedure;
  private final List<Parameter> parameters;
  private final @Nullable Parameter[] outputs;

  Arguments(String procedure, List<Parameter> parameters) {
    this.procedure = procedure;
    this.parameters = List.copyOf(parameters);
    this.outputs = new @Nullable Parameter[parameters.size()];
  }

  int size() {
    return parameters.size();
  }

  Parameter get(int position) {
    return parameters.get(position);
  }

  /** The index of an argument passed by name, or by position without a name; -1 where left out. */
  int indexOf(int position, String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return position < parameters.size() && parameters.get(position).name().isEmpty()
        ? position
        : -1;
  }

  private @Nullable Parameter find(int position, String name) {
    int index = indexOf(position, name);
    return index < 0 ? null : parameters.get(index);
  }

  String text(int position, String name) throws SqlError {
    String text = optionalText(position, name);
    if (text == null) {
      throw missing(name);
    }
    return text;
  }

  @Nullable String optionalText(int position, String name) {
    Parameter parameter = find(position, name);
    return parameter == null || parameter.value() == null ? null : parameter.value().toString();
  }

  int integer(int position, String name) throws SqlError {
    Parameter parameter = find(position, name);
    if (parameter == null || !(parameter.value() instanceof Number number)) {
      throw missing(name);
    }
    return number.intValue();
  }

  private SqlError missing(String name) {
    return new SqlError(
        201,
        4,
        16,
        "Procedure or function '%s' expects parameter '%s', which was not supplied."
            .formatted(procedure, name));
  }

  void put(int index, Parameter output) {
    outputs[index] = output;
  }

  @Nullable Parameter output(int index) {
    return outputs[index];
  }

  /** What was put out, in the order of the arguments. */
  List<Parameter> outputs() {
    List<Parameter> put = new ArrayList<>();
    for (Parameter output : outputs) {
      if (output != null) {
        put.add(output);
      }
    }
    return put;
  }
}
