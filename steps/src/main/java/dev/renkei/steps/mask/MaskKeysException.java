package dev.renkei.steps.mask;

/** A keyset that cannot be used; the sentence holds nothing of it. */
public final class MaskKeysException extends Exception {
  private static final long serialVersionUID = 1;

  MaskKeysException(String message) {
    super(message);
  }
}
