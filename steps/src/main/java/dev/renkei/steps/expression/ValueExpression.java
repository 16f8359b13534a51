package dev.renkei.steps.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.ExpressionException.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value of the rows of one schema, in CEL: {@code row.Price * row.Quantity}. As SQL has it, it is
 * NULL where something in it is.
 *
 * <p>A column by itself keeps its type and its values. What is computed is a {@code bigint}, a
 * {@code decimal(38,9)}, a {@code float}, an {@code nvarchar(max)}, a {@code varbinary(max)}, a
 * {@code bit}, a {@code date}, a {@code time(7)}, a {@code datetime2(7)} or a {@code
 * datetimeoffset(7)} in UTC.
 *
 * <p>Thread-safe.
 */
public final class ValueExpression {
  /** Places of a computed decimal in a column. */
  public static final int SCALE = 9;

  private static final int PRECISION = 38;
  private static final int TICKS = 7;

  private final Expression expression;
  private final @Nullable Column column;
  private final int position;
  private final TypeKind kind;

  private ValueExpression(
      Expression expression, @Nullable Column column, int position, TypeKind kind) {
    this.expression = expression;
    this.column = column;
    this.position = position;
    this.kind = kind;
  }

  /**
   * Compiles an expression for rows of that schema.
   *
   * @throws ExpressionException with all that is wrong: syntax, unknown columns, types
   */
  public static ValueExpression compile(String text, TableSchema schema)
      throws ExpressionException {
    Expression expression = Expression.compile(text, schema, Scope.ROW);
    if (expression.column().isPresent()) {
      int position = expression.column().getAsInt();
      Column column = schema.columns().get(position);
      return new ValueExpression(expression, column, position, column.kind());
    }
    TypeKind kind = kindOf(expression.type());
    if (kind == null) {
      throw new ExpressionException(
          List.of(
              new Problem(
                  1,
                  1,
                  "it is of type %s, which no column holds"
                      .formatted(CelTypes.format(expression.type())))));
    }
    return new ValueExpression(expression, null, -1, kind);
  }

  private static @Nullable TypeKind kindOf(CelType type) {
    if (type.equals(SqlTypes.DECIMAL)) {
      return TypeKind.DECIMAL;
    } else if (type.equals(SqlTypes.DATE)) {
      return TypeKind.DATE;
    } else if (type.equals(SqlTypes.TIME)) {
      return TypeKind.TIME;
    } else if (type.equals(SqlTypes.DATETIME)) {
      return TypeKind.DATETIME2;
    } else if (type.equals(SimpleType.TIMESTAMP)) {
      return TypeKind.DATETIMEOFFSET;
    } else if (type.equals(SimpleType.INT)) {
      return TypeKind.BIGINT;
    } else if (type.equals(SimpleType.DOUBLE)) {
      return TypeKind.FLOAT;
    } else if (type.equals(SimpleType.STRING)) {
      return TypeKind.NVARCHAR;
    } else if (type.equals(SimpleType.BOOL)) {
      return TypeKind.BIT;
    }
    return type.equals(SimpleType.BYTES) ? TypeKind.VARBINARY : null;
  }

  /** The kind of its values. */
  public TypeKind kind() {
    return kind;
  }

  /** The name of the column that it is; null where it computes something. */
  public @Nullable String columnName() {
    return column == null ? null : column.name();
  }

  /** The columns that it looks at, by position. */
  public Set<Integer> columns() {
    return expression.columns();
  }

  /**
   * A column for its values.
   *
   * @param keyOrdinal 0 for one outside the key, which may be NULL
   */
  public Column column(String name, int keyOrdinal) {
    boolean nullable = keyOrdinal == 0;
    Column like = column;
    if (like != null) {
      return new Column(
          name,
          like.kind(),
          like.length(),
          like.precision(),
          like.scale(),
          like.collation(),
          nullable,
          keyOrdinal,
          false);
    }
    return switch (kind) {
      case DECIMAL ->
          new Column(name, kind, 0, PRECISION, SCALE, null, nullable, keyOrdinal, false);
      case NVARCHAR, VARBINARY ->
          new Column(name, kind, Integer.MAX_VALUE, 0, 0, null, nullable, keyOrdinal, false);
      case TIME, DATETIME2, DATETIMEOFFSET ->
          new Column(name, kind, 0, 0, TICKS, null, nullable, keyOrdinal, false);
      default -> new Column(name, kind, 0, 0, 0, null, nullable, keyOrdinal, false);
    };
  }

  /**
   * The value for a row of the schema that it was compiled for, of the class of {@link #kind}; null
   * where it is NULL. A computed decimal has all its places here.
   *
   * @throws EvaluationException where it has no value, and not for NULL
   */
  public @Nullable Object evaluate(Row row) throws EvaluationException {
    if (column != null) {
      return row.value(position);
    }
    Object value = expression.evaluate(Subject.of(row));
    if (value instanceof Decimal decimal) {
      return decimal.value();
    } else if (value instanceof CelByteString bytes) {
      return bytes.toByteArray();
    } else if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value;
  }

  /**
   * A number as a computed {@code decimal(38,9)} holds it, rounded half up; null where it has more
   * digits than that.
   */
  public static @Nullable BigDecimal fitted(BigDecimal value) {
    BigDecimal fitted = value.setScale(SCALE, RoundingMode.HALF_UP);
    return fitted.precision() <= PRECISION ? fitted : null;
  }
}
