package dev.renkei.core.warehouse;

/** Another process writes the warehouse; it is free when that process has ended. */
public final class WarehouseInUseException extends WarehouseException {
  private static final long serialVersionUID = 1;

  public WarehouseInUseException(String message) {
    super(message);
  }
}
