package dev.renkei.steps.expression;

import java.util.Optional;
import java.util.Set;

/** The names by which an expression reaches what it is asked about. */
enum Scope {
  /** One row, as row filters see it. */
  ROW(Set.of(Root.ROW), false, "columns are written row.NAME"),

  /** A change: the row after it and before it, and its type. */
  CHANGE(
      Set.of(Root.ROW, Root.BEFORE),
      true,
      "columns are written row.NAME and before.NAME, the kind of change type");

  /** The name of a change's type. */
  static final String TYPE = "type";

  /** What that can be. */
  static final Set<String> TYPES = Set.of("I", "U", "D");

  private final Set<Root> roots;
  private final boolean typed;
  private final String hint;

  Scope(Set<Root> roots, boolean typed, String hint) {
    this.roots = roots;
    this.typed = typed;
    this.hint = hint;
  }

  Optional<Root> root(String name) {
    return roots.stream().filter(root -> root.word().equals(name)).findFirst();
  }

  /** What a name stands for; empty where it is free. */
  Optional<String> meaning(String name) {
    return isType(name) ? Optional.of("the kind of change") : root(name).map(Root::meaning);
  }

  boolean isType(String name) {
    return typed && name.equals(TYPE);
  }

  /** What a name that is not known should have been. */
  String hint(String unknown) {
    boolean ofChanges = this == ROW && (CHANGE.root(unknown).isPresent() || CHANGE.isType(unknown));
    return ofChanges ? "only rules know it; " + hint : hint;
  }
}
