package dev.renkei.server;

/** The control endpoint cannot be opened; the message says why, and what to do. */
public final class ServerException extends Exception {
  private static final long serialVersionUID = 1;

  public ServerException(String message) {
    super(message);
  }

  public ServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
