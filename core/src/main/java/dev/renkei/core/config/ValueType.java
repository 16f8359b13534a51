package dev.renkei.core.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a text becomes a value.
 *
 * @param accepted what would be accepted, as the end of a sentence
 * @param parser throws IllegalArgumentException for anything else
 */
record ValueType<T>(Class<T> javaType, String accepted, Function<String, T> parser) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,10}");

  /** Whether what was given is not to be shown. */
  boolean isHidden() {
    return Hidden.class.isAssignableFrom(javaType);
  }

  static ValueType<String> text(String accepted, String pattern) {
    Pattern compiled = Pattern.compile(pattern, Pattern.DOTALL);
    return new ValueType<>(
        String.class,
        accepted,
        text -> {
          require(compiled.matcher(text).matches());
          return text;
        });
  }

  static ValueType<Secret> secret(String accepted) {
    return new ValueType<>(
        Secret.class,
        accepted,
        text -> {
          require(!text.isEmpty());
          return new Secret(text);
        });
  }

  static ValueType<Integer> number(int least, int most) {
    String accepted =
        least == most
            ? Integer.toString(least)
            : String.format(Locale.ROOT, "a number from %d to %d", least, most);
    return new ValueType<>(
        Integer.class,
        accepted,
        text -> {
          require(NUMBER.matcher(text).matches());
          long number = Long.parseLong(text);
          require(number >= least && number <= most);
          return (int) number;
        });
  }

  static ValueType<Boolean> bool() {
    return new ValueType<>(
        Boolean.class,
        "`true` or `false`",
        text -> {
          require(text.equals("true") || text.equals("false"));
          return text.equals("true");
        });
  }

  /** A constant by its name in lower case. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    E[] constants = type.getEnumConstants();
    return new ValueType<>(
        type,
        Arrays.stream(constants)
            .map(c -> "`" + c.name().toLowerCase(Locale.ROOT) + "`")
            .collect(Collectors.joining(" or ")),
        text ->
            Arrays.stream(constants)
                .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  /** A duration as {@code 500ms}, {@code 5s}, {@code 1m}, {@code 12h} or {@code 7d}. */
  static ValueType<Duration> duration(String least, String most) {
    Duration from = parseDuration(least);
    Duration to = parseDuration(most);
    return new ValueType<>(
        Duration.class,
        "a duration from %s to %s (units ms, s, m, h, d)".formatted(least, most),
        text -> {
          Duration duration = parseDuration(text);
          require(duration.compareTo(from) >= 0 && duration.compareTo(to) <= 0);
          return duration;
        });
  }

  /** A size in bytes as {@code 512KiB}, {@code 64MiB} or {@code 1GiB}. */
  static ValueType<Long> size(String least, String most) {
    long from = parseSize(least);
    long to = parseSize(most);
    return new ValueType<>(
        Long.class,
        "a size from %s to %s (units B, KiB, MiB, GiB)".formatted(least, most),
        text -> {
          long size = parseSize(text);
          require(size >= from && size <= to);
          return size;
        });
  }

  static ValueType<Path> path() {
    return new ValueType<>(
        Path.class,
        "a path; a relative one starts from the folder of this file",
        text -> {
          require(!text.isEmpty());
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no path");
          }
        });
  }

  static <T> ValueType<T> of(Class<T> type, String accepted, Function<String, T> parser) {
    return new ValueType<>(type, accepted, parser);
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    require(matcher.matches());
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static long parseSize(String text) {
    Matcher matcher = SIZE.matcher(text);
    require(matcher.matches());
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "B" -> amount;
      case "KiB" -> amount << 10;
      case "MiB" -> amount << 20;
      default -> amount << 30;
    };
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("not accepted");
    }
  }
}
