package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the masked side may show.
 *
 * @param keyset the keys of masking; null where nothing is masked
 */
public record PrivacyConfig(Policy policy, @Nullable Secret keyset) {
  /** Nothing is masked: there is no masked side. */
  public static final PrivacyConfig NONE =
      new PrivacyConfig(new Policy(Undecided.MASK, List.of()), null);

  /** Whether there is a masked side. */
  public boolean masks() {
    return keyset != null;
  }

  /** What becomes of columns for which no pattern gives a method. */
  public enum Undecided {
    MASK,
    PASS
  }

  /** The method of the columns that match. */
  public record Rule(ColumnPattern columns, MaskMethod method) implements Serializable {}

  /**
   * Which column is masked how.
   *
   * @param rules the first that matches holds
   */
  public record Policy(Undecided undecided, List<Rule> rules) implements Serializable {
    public Policy {
      rules = List.copyOf(rules);
    }

    /** What the configuration says of a column; empty where it says nothing. */
    public Optional<MaskMethod> decided(TableName table, String column) {
      return rules.stream()
          .filter(rule -> rule.columns().matches(table, column))
          .map(Rule::method)
          .findFirst();
    }

    /** Whether any pattern speaks of the table by name, not of all tables. */
    public boolean names(TableName table) {
      return rules.stream().anyMatch(rule -> rule.columns().names(table));
    }
  }
}
