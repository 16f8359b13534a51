package dev.renkei.bigquery.standin.store;

/** A request refused, in the terms of BigQuery's errors: status, reason, sentence. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;

  public ApiException(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }

  public static ApiException notFound(String what) {
    return new ApiException(404, "notFound", "Not found: " + what);
  }

  public static ApiException duplicate(String what) {
    return new ApiException(409, "duplicate", "Already Exists: " + what);
  }

  public static ApiException invalid(String message) {
    return new ApiException(400, "invalid", message);
  }

  public static ApiException invalidQuery(String message) {
    return new ApiException(400, "invalidQuery", message);
  }

  /** BigQuery has it, the stand-in has not. */
  public static ApiException notHere(String construct) {
    return new ApiException(
        400, "invalidQuery", "The stand-in of BigQuery does not translate " + construct + ".");
  }

  /** HTTP status. */
  public int code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  /** The sentence; never absent. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
