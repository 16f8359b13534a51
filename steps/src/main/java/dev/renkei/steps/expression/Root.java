package dev.renkei.steps.expression;

import dev.renkei.core.change.Row;
import org.jspecify.annotations.Nullable;

/** A name that stands before columns: {@code row.Price}. */
enum Root {
  ROW("row", "the row"),
  BEFORE("before", "the row before the change");

  private final String word;
  private final String meaning;

  Root(String word, String meaning) {
    this.word = word;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  String meaning() {
    return meaning;
  }

  /** The row that it means; null where there is none, so that all its columns are NULL. */
  @Nullable Row of(Subject subject) {
    return switch (this) {
      case ROW -> subject.row();
      case BEFORE -> subject.before();
    };
  }
}
