package dev.renkei.steps.expression;

import java.util.List;
import java.util.stream.Collectors;

/** An expression that cannot be compiled; the message holds one line for each problem. */
public final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * One thing that is wrong.
   *
   * @param line from 1
   * @param column from 1, in characters as people count them
   */
  public record Problem(int line, int column, String message) {
    public Problem {
      if (line < 1 || column < 1) {
        throw new IllegalArgumentException("line %d, column %d".formatted(line, column));
      }
    }

    @Override
    public String toString() {
      return "line %d, column %d: %s".formatted(line, column, message);
    }
  }

  ExpressionException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the text. */
  public List<Problem> problems() {
    return problems;
  }
}
