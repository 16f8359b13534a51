package dev.renkei.core.change;

import dev.renkei.core.schema.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row in the order of its schema's columns.
 *
 * <p>The array is not copied: whoever makes a row gives it away. Values are of {@link
 * dev.renkei.core.schema.TypeKind#valueClass()}; their classes are not checked here, since each row
 * takes this path.
 */
public final class Row {
  private final TableSchema schema;
  private final @Nullable Object[] values;

  public Row(TableSchema schema, @Nullable Object[] values) {
    if (values.length != schema.columns().size()) {
      throw new IllegalArgumentException(
          "%s: %d values for %d columns"
              .formatted(schema.table(), values.length, schema.columns().size()));
    }
    this.schema = schema;
    this.values = values;
  }

  public TableSchema schema() {
    return schema;
  }

  /** The value of a column by position; null where it is NULL. */
  public @Nullable Object value(int column) {
    return values[column];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Row that
        && schema.equals(that.schema)
        && java.util.Arrays.deepEquals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * schema.hashCode() + java.util.Arrays.deepHashCode(values);
  }

  /** The shape only: values never enter a log. */
  @Override
  public String toString() {
    return "Row[" + schema.table() + ", " + values.length + " columns]";
  }
}
