package dev.renkei.core.change;

/**
 * A row filter that cannot tell of a row, or of any row of a schema, whether it is to be published.
 * The message names the table and what is wrong, and no value of a row.
 */
public final class RowFilterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RowFilterException(String message) {
    super(message);
  }
}
