package dev.renkei.steps.rule;

/** A rule that does not fit a table; the message says what and where in it. */
public final class RuleException extends Exception {
  private static final long serialVersionUID = 1;

  RuleException(String message) {
    super(message);
  }
}
