package dev.renkei.core.source;

/** Rows of a source cannot be read; the message says why and what to do. */
public class SourceRowsException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean refused;

  /**
   * @param refused whether it will be so again: the table is not one that can be read like this
   */
  public SourceRowsException(String message, boolean refused) {
    super(message);
    this.refused = refused;
  }

  public SourceRowsException(String message, Throwable cause) {
    super(message, cause);
    this.refused = false;
  }

  /** Whether it will be so again. */
  public boolean isRefused() {
    return refused;
  }
}
