package dev.renkei.core.message;

/**
 * A message that cannot be read. Its sentence names the table, the column and what to do, and never
 * a value: it stands in logs and dead letters.
 */
public final class MessageException extends Exception {
  private static final long serialVersionUID = 1;

  public MessageException(String message) {
    super(message);
  }
}
