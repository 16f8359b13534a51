package dev.renkei.steps.expression;

import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.expression.ExpressionException.Problem;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A moment that the rows of one schema tell, in CEL: {@code row.OrderedAt}. A datetime without an
 * offset is no moment until somebody says its time zone; none is made up.
 *
 * <p>Thread-safe.
 */
public final class TimeExpression {
  private final Expression expression;
  private final @Nullable ZoneId zone;

  private TimeExpression(Expression expression, @Nullable ZoneId zone) {
    this.expression = expression;
    this.zone = zone;
  }

  /**
   * Compiles an expression for rows of that schema.
   *
   * @param zone of datetimes without an offset, by the rules of {@link
   *     LocalDateTime#atZone(ZoneId)}; null where none is said
   * @throws ExpressionException with all that is wrong: syntax, unknown columns, types, no zone
   */
  public static TimeExpression compile(String text, TableSchema schema, @Nullable ZoneId zone)
      throws ExpressionException {
    Expression expression = Expression.compile(text, schema, Scope.ROW);
    if (expression.type().equals(SqlTypes.DATETIME)) {
      if (zone == null) {
        throw new ExpressionException(
            List.of(
                new Problem(
                    1,
                    1,
                    "a datetime without an offset; say its zone by `timezone: Asia/Tokyo`, or in the expression by timestamp(%s, 'Asia/Tokyo')"
                        .formatted(text.strip()))));
      }
    } else if (!expression.type().equals(SimpleType.TIMESTAMP)) {
      throw new ExpressionException(
          List.of(
              new Problem(
                  1,
                  1,
                  "it is of type %s, not a datetimeoffset or a datetime"
                      .formatted(CelTypes.format(expression.type())))));
    }
    return new TimeExpression(expression, zone);
  }

  /** The columns that it looks at, by position. */
  public Set<Integer> columns() {
    return expression.columns();
  }

  /**
   * The moment of a row of the schema that it was compiled for; null where it is NULL.
   *
   * @throws EvaluationException where it has no value, and not for NULL
   */
  public @Nullable Instant evaluate(Row row) throws EvaluationException {
    Object value = expression.evaluate(Subject.of(row));
    if (value instanceof LocalDateTime local && zone != null) {
      return local.atZone(zone).toInstant();
    }
    return (Instant) value;
  }
}
