package dev.renkei.core.feature;

/** The place for lookups cannot be reached now, or does not take anything. */
public final class FeatureSinkException extends Exception {
  private static final long serialVersionUID = 1;

  public FeatureSinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
