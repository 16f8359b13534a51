package dev.renkei.bigtable;

/** Bigtable cannot be used as it is; the message is a sentence that says what to do. */
public final class BigtableException extends Exception {
  private static final long serialVersionUID = 1;

  public BigtableException(String message) {
    super(message);
  }

  public BigtableException(String message, Throwable cause) {
    super(message, cause);
  }
}
