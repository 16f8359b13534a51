package dev.renkei.steps.expression;

import dev.cel.common.types.SimpleType;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.TableSchema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the changes of rows of one schema: {@code row.Quantity == 1 && before.Quantity >
 * 1}. As {@link Condition}, with two more names: {@code before} is the row before the change, and
 * {@code type} is {@code 'I'}, {@code 'U'} or {@code 'D'}.
 *
 * <p>Where there is no row, all its columns are NULL, those of the key too: {@code row} after a
 * delete, {@code before} of an insert and of a row that was never seen. So {@code has(before.X)} is
 * false there, and comparisons with {@code before} are undecided and do not hold.
 *
 * <p>Thread-safe.
 */
public final class ChangeCondition {
  private final Expression expression;

  private ChangeCondition(Expression expression) {
    this.expression = expression;
  }

  /**
   * Compiles a condition for changes of rows of that schema.
   *
   * @throws ExpressionException with all that is wrong: syntax, unknown columns, types
   */
  public static ChangeCondition compile(String text, TableSchema schema)
      throws ExpressionException {
    return new ChangeCondition(Expression.compile(text, schema, Scope.CHANGE, SimpleType.BOOL));
  }

  /**
   * Whether it holds for a change. Both rows are of the schema that it was compiled for.
   *
   * @param row null after a delete
   * @param before null where there was none, or none is known
   * @throws EvaluationException where it has no value, and not for NULL
   */
  public boolean holds(@Nullable Row row, @Nullable Row before, ChangeType type)
      throws EvaluationException {
    return Boolean.TRUE.equals(
        expression.evaluate(new Subject(row, before, String.valueOf(type.letter()))));
  }

  /** The columns of either row that it looks at, by position. */
  public Set<Integer> columns() {
    return expression.columns();
  }

  /** Whether it asks about the row before. */
  public boolean mentionsBefore() {
    return expression.mentions(Root.BEFORE);
  }
}
