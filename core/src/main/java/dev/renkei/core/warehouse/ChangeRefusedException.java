package dev.renkei.core.warehouse;

import dev.renkei.core.change.Change;

/**
 * The warehouse is well but cannot take one change; nothing of the call was applied. Without that
 * change the call may be repeated.
 */
public final class ChangeRefusedException extends WarehouseException {
  private static final long serialVersionUID = 1;

  private final transient Change change;

  /**
   * @param message names table and column, never a value
   * @param change the one that was given, not a copy
   */
  public ChangeRefusedException(String message, Change change) {
    super(message);
    this.change = change;
  }

  public Change change() {
    return change;
  }
}
