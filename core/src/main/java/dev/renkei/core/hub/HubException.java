package dev.renkei.core.hub;

/**
 * The hub could not be reached or refused; the message says what to do. Nothing counts as sent that
 * was not acknowledged.
 */
public class HubException extends Exception {
  private static final long serialVersionUID = 1;

  public HubException(String message) {
    super(message);
  }

  public HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
