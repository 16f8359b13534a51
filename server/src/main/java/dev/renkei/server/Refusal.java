package dev.renkei.server;

import org.jspecify.annotations.Nullable;

/**
 * A request that is not fulfilled, as its sender reads it: {@code {"error": {"message", "cure"}}}.
 *
 * @param status of HTTP
 * @param cure what to do; null where the message says it, or nobody knows
 */
record Refusal(int status, String message, @Nullable String cure) {
  /** The body. */
  record Body(Detail error) {}

  /** What is in the body. */
  record Detail(String message, @Nullable String cure) {}

  String json() {
    return Json.write(new Body(new Detail(message, cure)));
  }

  RefusedException asException() {
    return new RefusedException(this);
  }

  /** Ends a request. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    private RefusedException(Refusal refusal) {
      super(refusal.message(), null, false, false);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }
}
