package dev.renkei.standin.sql;

import org.jspecify.annotations.Nullable;

/**
 * A value passed with a request.
 *
 * @param name with its {@code @}; empty where the client passes by position
 * @param type as the client declared it on the wire
 * @param value of {@link Kind#valueClass()}, or null
 * @param output whether the client wants the value back
 */
public record Parameter(String name, SqlType type, @Nullable Object value, boolean output) {
  public Parameter {
    if (value != null && !type.kind().valueClass().isInstance(value)) {
      throw new IllegalArgumentException(
          "%s: a %s cannot be a %s"
              .formatted(name, type.declaration(), value.getClass().getName()));
    }
  }
}
