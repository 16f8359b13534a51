package dev.renkei.core.message;

import dev.renkei.core.change.Change;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses the attributes of a poll once for all its rows. Belongs to one thread. */
final class PollMemory {
  private String start = "";
  private String end = "";
  private String interval = "";
  private Change.@Nullable Poll last;

  Change.Poll poll(String startText, String endText, String seconds, @Nullable String trace) {
    Change.Poll poll = last;
    if (poll == null
        || !start.equals(startText)
        || !end.equals(endText)
        || !interval.equals(seconds)
        || !Objects.equals(poll.trace(), trace)) {
      poll =
          new Change.Poll(
              Instant.parse(startText), Instant.parse(endText), duration(seconds), trace);
      start = startText;
      end = endText;
      interval = seconds;
      last = poll;
    }
    return poll;
  }

  private static Duration duration(String text) {
    BigDecimal seconds = new BigDecimal(text);
    BigDecimal[] parts = seconds.divideAndRemainder(BigDecimal.ONE);
    return Duration.ofSeconds(
        parts[0].longValueExact(), parts[1].movePointRight(9).longValueExact());
  }
}
