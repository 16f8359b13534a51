package dev.renkei.server;

import org.jspecify.annotations.Nullable;

/** A request to a control endpoint that was not fulfilled; the message is for the operator. */
public abstract sealed class ControlException extends Exception {
  private static final long serialVersionUID = 1;

  private ControlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Nobody listens there. */
  public static final class NotRunning extends ControlException {
    private static final long serialVersionUID = 1;

    NotRunning(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The token is missing or wrong. */
  public static final class Unauthorised extends ControlException {
    private static final long serialVersionUID = 1;

    Unauthorised(String message) {
      super(message, null);
    }
  }

  /** The server understood and refused, or failed; the message is its own sentence. */
  public static final class Refused extends ControlException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String cure;

    Refused(int status, String message, @Nullable String cure) {
      super(message, null);
      this.status = status;
      this.cure = cure;
    }

    /** The HTTP status: 4xx where the request was at fault. */
    public int status() {
      return status;
    }

    /** What to do; null where the message says it, or nobody knows. */
    public @Nullable String cure() {
      return cure;
    }
  }

  /** Something answers there, but not in time or not what a Renkei of this version answers. */
  public static final class NoAnswer extends ControlException {
    private static final long serialVersionUID = 1;

    NoAnswer(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
