package dev.renkei.steps.feature;

import java.util.List;

/** A feature that does not go with the columns of its table; a sentence for each thing wrong. */
public final class FeatureException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  FeatureException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** At least one, for example {@code features.sales.key: line 1, column 5: ...}. */
  public List<String> problems() {
    return problems;
  }
}
