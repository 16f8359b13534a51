package dev.renkei.steps.expression;

import dev.cel.common.types.SimpleType;
import dev.renkei.core.change.Row;
import dev.renkei.core.schema.TableSchema;
import java.util.Set;

/**
 * A condition on the rows of one schema, in CEL: {@code row.Status != 'DRAFT' && row.Price >
 * 10.50}. What it may say is in {@code docs/expressions.md}.
 *
 * <p>As in SQL, what is compared or computed with NULL is neither true nor false, {@code !} leaves
 * it so, {@code &&} and {@code ||} decide where the other side does, and a condition that remains
 * undecided does not hold. {@code row.X == null} and {@code has(row.X)} are always decided.
 *
 * <p>Thread-safe. Nothing is parsed for a row, and only the columns that are needed are looked at.
 */
public final class Condition {
  private final Expression expression;

  private Condition(Expression expression) {
    this.expression = expression;
  }

  /**
   * Compiles a condition for rows of that schema; it takes some milliseconds, and half a second the
   * first time in a process.
   *
   * @throws ExpressionException with all that is wrong: syntax, unknown columns, types
   */
  public static Condition compile(String text, TableSchema schema) throws ExpressionException {
    return new Condition(Expression.compile(text, schema, Scope.ROW, SimpleType.BOOL));
  }

  /** The positions of the columns that it looks at. */
  public Set<Integer> columns() {
    return expression.columns();
  }

  /**
   * Whether it holds for a row of the schema that it was compiled for.
   *
   * @throws EvaluationException where it has no value, and not for NULL
   */
  public boolean holds(Row row) throws EvaluationException {
    return Boolean.TRUE.equals(expression.evaluate(Subject.of(row)));
  }
}
