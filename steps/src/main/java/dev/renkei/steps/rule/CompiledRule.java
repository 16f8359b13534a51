package dev.renkei.steps.rule;

import dev.renkei.core.config.Nearest;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.expression.ChangeCondition;
import dev.renkei.steps.expression.ExpressionException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rule for the rows of one schema.
 *
 * @param included positions of the columns that a notification carries; empty for all
 */
record CompiledRule(Rule rule, ChangeCondition condition, Set<Integer> included) {
  /**
   * Compiles a rule.
   *
   * @throws RuleException where it does not fit the schema
   */
  static CompiledRule of(Rule rule, TableSchema schema) throws RuleException {
    Set<Integer> included = new TreeSet<>();
    for (String column : rule.include()) {
      included.add(
          schema
              .indexOf(column)
              .orElseThrow(() -> new RuleException(unknown(rule, column, schema))));
    }
    try {
      return new CompiledRule(rule, ChangeCondition.compile(rule.when(), schema), included);
    } catch (ExpressionException e) {
      throw new RuleException(
          "rule %s does not fit %s: %s".formatted(rule.name(), schema.table(), e.getMessage()));
    }
  }

  private static String unknown(Rule rule, String column, TableSchema schema) {
    List<String> names = schema.columns().stream().map(Column::name).toList();
    return "rule %s includes a column '%s', which %s does not have; the nearest is '%s'"
        .formatted(rule.name(), column, schema.table(), Nearest.to(column, names).orElseThrow());
  }

  /** The columns of which the row before must be known. */
  Set<Integer> kept() {
    Set<Integer> kept = new TreeSet<>(condition.columns());
    kept.addAll(included);
    return kept;
  }
}
