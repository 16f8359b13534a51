package dev.renkei.steps.mask;

import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.schema.Column;
import java.util.Optional;

/** Which columns cannot have which methods, for whoever checks a configuration. */
public final class Refusals {
  private Refusals() {}

  /**
   * Why a column cannot have a method; empty where it can. It then counts as undecided.
   *
   * @param column as the source has it
   */
  public static Optional<String> of(MaskMethod method, Column column) {
    return ColumnMask.refusal(method, column);
  }
}
