package dev.renkei.steps.expression;

/**
 * An expression that has no value for a row, and not for NULL: a division by zero, a number that
 * does not fit, a text that is none. The message names the reason and never the row's values.
 */
public final class EvaluationException extends Exception {
  private static final long serialVersionUID = 1;

  EvaluationException(String message) {
    super(message);
  }
}
