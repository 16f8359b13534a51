package dev.renkei.notifier;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has become of one call. */
sealed interface Outcome {
  /** It has arrived. */
  record Done() implements Outcome {}

  /**
   * It may arrive another time.
   *
   * @param what the end of a sentence, without addresses and contents
   * @param notBefore how long the receiver wants not to be called
   */
  record Again(String what, Duration notBefore) implements Outcome {}

  /**
   * It will not arrive.
   *
   * @param what the end of a sentence, without addresses and contents
   */
  record Refused(String what) implements Outcome {}

  /** The longest wait that a receiver can ask for. */
  Duration LONGEST_WAIT = Duration.ofMinutes(10);

  /** Of 4xx, those that speak of the moment and not of the call. */
  Set<Integer> OF_THE_MOMENT = Set.of(408, 425, 429);

  /**
   * What an answer means.
   *
   * @param retryAfter its header of that name, in seconds or as a date; null where there is none
   */
  static Outcome of(int status, @Nullable String retryAfter, Instant now) {
    if (status >= 200 && status < 300) {
      return new Done();
    }
    String what = "answered " + status;
    if (status >= 300 && status < 400) {
      return new Refused(what + ", a redirect, which is not followed");
    }
    return status >= 500 || OF_THE_MOMENT.contains(status)
        ? new Again(what, wait(retryAfter, now))
        : new Refused(what);
  }

  private static Duration wait(@Nullable String retryAfter, Instant now) {
    if (retryAfter == null) {
      return Duration.ZERO;
    }
    Duration wanted;
    try {
      String text = retryAfter.strip();
      wanted =
          text.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
    return wanted.isNegative()
        ? Duration.ZERO
        : wanted.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wanted;
  }
}
