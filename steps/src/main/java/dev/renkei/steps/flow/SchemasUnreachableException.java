package dev.renkei.steps.flow;

/**
 * The schemas cannot be reached now. A step lets it rise: its engine gives the messages again, and
 * nothing is set aside for it.
 */
public final class SchemasUnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SchemasUnreachableException(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
