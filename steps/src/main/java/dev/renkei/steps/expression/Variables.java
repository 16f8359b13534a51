package dev.renkei.steps.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelUnknownSet;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The columns and literals that an expression uses, as CEL's variables: {@code @row3} for a column
 * by its position, {@code @row3null} for whether it is NULL, {@code @literal0} for an exact value.
 * No user can write such names.
 */
final class Variables {
  /**
   * What NULL is to CEL: not known. Functions of it are unknown, {@code &&} and {@code ||} decide
   * where they can: SQL's logic, and no exception on the way.
   */
  private static final Optional<Object> NULL = Optional.of(CelUnknownSet.create(0L));

  private static final Optional<Object> TRUE = Optional.of(true);
  private static final Optional<Object> FALSE = Optional.of(false);

  private interface Value {
    Optional<Object> in(Row row);
  }

  private record At(int position, TypeKind kind) {}

  private final Map<String, CelType> types = new LinkedHashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, At> columns = new HashMap<>();
  private int literals;

  /** The variable of a column. */
  String column(int position, Column column) {
    String name = "@row" + position;
    TypeKind kind = column.kind();
    types.put(name, SqlTypes.of(kind));
    columns.put(name, new At(position, kind));
    values.put(
        name,
        row -> {
          Object value = row.value(position);
          return value == null ? NULL : Optional.of(SqlTypes.value(kind, value));
        });
    return name;
  }

  /** The variable that says whether a column is NULL. */
  String isNull(String column) {
    String name = column + "null";
    At at = columns.get(column);
    if (at == null) {
      throw new IllegalStateException(column + " is no column");
    }
    int position = at.position();
    types.put(name, SimpleType.BOOL);
    values.put(name, row -> row.value(position) == null ? TRUE : FALSE);
    return name;
  }

  String literal(CelType type, Object value) {
    String name = "@literal" + literals++;
    Optional<Object> constant = Optional.of(value);
    types.put(name, type);
    values.put(name, row -> constant);
    return name;
  }

  boolean isColumn(String name) {
    return columns.containsKey(name);
  }

  boolean isOf(String name, TypeKind kind) {
    At column = columns.get(name);
    return column != null && column.kind() == kind;
  }

  Map<String, CelType> types() {
    return types;
  }

  Optional<Object> find(String name, Row row) {
    @Nullable Value value = values.get(name);
    return value == null ? Optional.empty() : value.in(row);
  }
}
