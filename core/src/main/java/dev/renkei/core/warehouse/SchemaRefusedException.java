package dev.renkei.core.warehouse;

/** The warehouse is well but cannot have such a table; the message says why, and what to do. */
public final class SchemaRefusedException extends WarehouseException {
  private static final long serialVersionUID = 1;

  public SchemaRefusedException(String message) {
    super(message);
  }
}
