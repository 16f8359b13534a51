package dev.renkei.steps.expression;

import dev.cel.common.ast.CelExpr;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns and literals that an expression uses, as CEL's variables: {@code @row3} for a column
 * by its position, {@code @row3null} for whether it is NULL, {@code @before3} for one of the row
 * before, {@code @type} for a change's type, {@code @literal0} for an exact value. No user can
 * write such names.
 */
final class Variables {
  /**
   * What NULL is to CEL: not known. Functions of it are unknown, {@code &&} and {@code ||} decide
   * where they can: SQL's logic, and no exception on the way.
   */
  private static final Optional<Object> NULL = Optional.of(CelUnknownSet.create(0L));

  private static final String TYPE = "@type";
  private static final Optional<Object> TRUE = Optional.of(true);
  private static final Optional<Object> FALSE = Optional.of(false);

  private interface Value {
    Optional<Object> in(Subject subject);
  }

  private record At(Root root, int position, TypeKind kind) {
    @Nullable Object in(Subject subject) {
      Row row = root.of(subject);
      return row == null ? null : row.value(position);
    }
  }

  private final Map<String, CelType> types = new LinkedHashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, At> columns = new HashMap<>();
  private int literals;

  /** The variable of a column. */
  String column(Root root, int position, Column column) {
    String name = "@" + root.word() + position;
    TypeKind kind = column.kind();
    At at = new At(root, position, kind);
    types.put(name, SqlTypes.of(kind));
    columns.put(name, at);
    values.put(
        name,
        subject -> {
          Object value = at.in(subject);
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
    types.put(name, SimpleType.BOOL);
    values.put(name, subject -> at.in(subject) == null ? TRUE : FALSE);
    return name;
  }

  /** The variable of a change's type. */
  String type() {
    types.put(TYPE, SimpleType.STRING);
    values.put(TYPE, subject -> Optional.of(subject.type()));
    return TYPE;
  }

  static boolean isType(String name) {
    return name.equals(TYPE);
  }

  String literal(CelType type, Object value) {
    String name = "@literal" + literals++;
    Optional<Object> constant = Optional.of(value);
    types.put(name, type);
    values.put(name, subject -> constant);
    return name;
  }

  boolean isColumn(String name) {
    return columns.containsKey(name);
  }

  /** The column of a row that an expression is, by position; empty where it computes something. */
  OptionalInt position(CelExpr expression) {
    At column =
        expression.getKind() == CelExpr.ExprKind.Kind.IDENT
            ? columns.get(expression.ident().name())
            : null;
    return column == null ? OptionalInt.empty() : OptionalInt.of(column.position());
  }

  boolean isOf(String name, TypeKind kind) {
    At column = columns.get(name);
    return column != null && column.kind() == kind;
  }

  Map<String, CelType> types() {
    return types;
  }

  /** The columns that are looked at, by position. */
  Set<Integer> positions() {
    return columns.values().stream().map(At::position).collect(Collectors.toUnmodifiableSet());
  }

  boolean mentions(Root root) {
    return columns.values().stream().anyMatch(at -> at.root() == root);
  }

  Optional<Object> find(String name, Subject subject) {
    @Nullable Value value = values.get(name);
    return value == null ? Optional.empty() : value.in(subject);
  }
}
