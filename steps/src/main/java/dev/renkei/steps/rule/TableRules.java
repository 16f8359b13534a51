package dev.renkei.steps.rule;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules about a table, for rows of one schema.
 *
 * @param faults why those that are left out do not fit, a sentence each
 * @param kept positions of the columns that are remembered of a row
 * @param keptColumns these columns, in the same order
 */
record TableRules(
    TableSchema schema,
    List<CompiledRule> rules,
    List<String> faults,
    List<Integer> kept,
    List<Column> keptColumns) {
  static TableRules of(List<Rule> all, TableSchema schema) {
    List<CompiledRule> fitting = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Set<Integer> kept = new TreeSet<>();
    for (Rule rule : all) {
      if (rule.isAbout(schema.table())) {
        try {
          CompiledRule compiled = CompiledRule.of(rule, schema);
          fitting.add(compiled);
          kept.addAll(compiled.kept());
        } catch (RuleException e) {
          faults.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return new TableRules(
        schema,
        List.copyOf(fitting),
        List.copyOf(faults),
        List.copyOf(kept),
        kept.stream().map(schema.columns()::get).toList());
  }
}
