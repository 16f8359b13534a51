package dev.renkei.core.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many in a time.
 *
 * @param count at least 1
 */
public record Rate(int count, Duration per) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d{0,9}(?:ms|s|m|h|d))");
  private static final ValueType<Duration> SPAN = ValueType.duration("1ms", "1d");

  public Rate {
    if (count < 1 || per.isNegative() || per.isZero()) {
      throw new IllegalArgumentException("a rate of %d in %s".formatted(count, per));
    }
  }

  /** Reads {@code 500/s} or {@code 1000/10m}. */
  public static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not of the form 500/s");
    }
    String per = matcher.group(2);
    return new Rate(
        Integer.parseInt(matcher.group(1)),
        SPAN.parser().apply(Character.isDigit(per.charAt(0)) ? per : "1" + per));
  }
}
