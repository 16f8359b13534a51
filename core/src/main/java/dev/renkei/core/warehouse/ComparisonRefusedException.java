package dev.renkei.core.warehouse;

/** A table of this warehouse cannot be compared with its source; the sentence says what can. */
public class ComparisonRefusedException extends WarehouseException {
  private static final long serialVersionUID = 1;

  public ComparisonRefusedException(String message) {
    super(message);
  }
}
