package dev.renkei.steps.dedupe;

import dev.renkei.core.change.ChangeType;
import org.jspecify.annotations.Nullable;

/** What the gate decides of a message. */
public enum Verdict {
  PASS,
  PASS_AND_REMEMBER,
  DUPLICATE,
  SUPERSEDED;

  /**
   * SEMANTICS 9.
   *
   * @param last the packed sequence that the key's last change had; null for an unknown key
   */
  public static Verdict of(ChangeType type, long sequence, @Nullable Long last) {
    if (!isGated(type)) {
      return PASS;
    }
    if (last == null || Long.compareUnsigned(sequence, last) > 0) {
      return PASS_AND_REMEMBER;
    }
    return sequence == last ? DUPLICATE : SUPERSEDED;
  }

  /** Whether the key's last sequence is asked at all. */
  public static boolean isGated(ChangeType type) {
    return type != ChangeType.SNAPSHOT_ROW && type != ChangeType.CONTROL;
  }
}
