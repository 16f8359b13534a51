package dev.renkei.bigquery.standin.write;

/** What befalls one AppendRows request. */
public enum AppendFault {
  NONE,
  /** The connection ends with UNAVAILABLE; nothing was applied. */
  DROP_BEFORE_APPLY,
  /** The rows are there, the connection ends with UNAVAILABLE before the answer. */
  DROP_AFTER_APPLY,
  /** Neither applied nor answered; the connection stays. */
  HANG_BEFORE_APPLY,
  /** Applied, never answered; the connection stays. */
  HANG_AFTER_APPLY,
  /** Answered with INTERNAL; nothing was applied. */
  INTERNAL,
  /** Answered with UNAVAILABLE; nothing was applied. */
  UNAVAILABLE,
  /** Answered as when a quota is used up; nothing was applied. */
  RESOURCE_EXHAUSTED,
  /** The connection ends with PERMISSION_DENIED. */
  PERMISSION_DENIED
}
