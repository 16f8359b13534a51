package dev.renkei.core.warehouse;

/**
 * The warehouse could not be reached or refused; the message says what to do. Nothing was applied
 * of the call that threw.
 */
public class WarehouseException extends Exception {
  private static final long serialVersionUID = 1;

  public WarehouseException(String message) {
    super(message);
  }

  public WarehouseException(String message, Throwable cause) {
    super(message, cause);
  }
}
