package dev.renkei.beam;

/** A failure that the user can mend: its message says what, where and what to do next. */
public final class PipelineFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  private PipelineFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Wrong usage or configuration, an engine that is not where it should be included. */
  public static PipelineFailure usage(String message) {
    return new PipelineFailure(2, message);
  }

  /** The hub cannot be reached, or is not as it must be. */
  public static PipelineFailure hub(String message) {
    return new PipelineFailure(4, message);
  }

  /** The warehouse cannot be reached, or refuses. */
  public static PipelineFailure warehouse(String message) {
    return new PipelineFailure(5, message);
  }

  /** How {@code renkei} ends with it. */
  public int exitCode() {
    return exitCode;
  }
}
