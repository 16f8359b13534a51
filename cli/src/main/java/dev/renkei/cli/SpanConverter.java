package dev.renkei.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A span of time as the configuration writes it: {@code 30s}, {@code 5m}, {@code 6h}, {@code 2d}.
 */
final class SpanConverter implements ITypeConverter<Duration> {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");

  @Override
  public Duration convert(String text) {
    return span(text)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "': a span such as 30s, 5m or 6h"));
  }

  /** Empty where it is none. */
  static Optional<Duration> span(String text) {
    Matcher span = SPAN.matcher(text);
    if (!span.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(span.group(1));
    return Optional.of(
        switch (span.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }

  /** For a sentence, in whole seconds or minutes. */
  static String text(Duration span) {
    return span.toSeconds() % 60 == 0 ? span.toMinutes() + " min" : span.toSeconds() + " s";
  }
}
