package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which windows a moment belongs to; all times are microseconds since 1970. */
final class Windowing {
  /** By whose offset of the zone days begin: offsets of long ago are of no use. */
  private static final Instant OFFSETS_OF = Instant.parse("2020-01-01T00:00:00Z");

  private final Window window;
  private final long shift;

  private Windowing(Window window, long shift) {
    this.window = window;
    this.shift = shift;
  }

  static Windowing of(FeatureConfig feature) {
    ZoneId zone = feature.timezone() == null ? ZoneOffset.UTC : feature.timezone();
    long seconds = zone.getRules().getStandardOffset(OFFSETS_OF).getTotalSeconds();
    return new Windowing(feature.window(), seconds * 1_000_000);
  }

  /**
   * A window, or what a moment alone makes of a session.
   *
   * @param end not within it
   */
  record Span(long start, long end) {}

  /** The windows of a moment, by their start; of a session, what it is without other rows. */
  List<Span> of(long micros) {
    if (window instanceof Window.Session session) {
      return List.of(new Span(micros, micros + micros(session.gap())));
    } else if (window instanceof Window.Fixed fixed) {
      return spans(micros, micros(fixed.size()), micros(fixed.size()));
    }
    Window.Sliding sliding = (Window.Sliding) window;
    return spans(micros, micros(sliding.size()), micros(sliding.every()));
  }

  private List<Span> spans(long micros, long size, long every) {
    List<Span> spans = new ArrayList<>();
    long last = Math.floorDiv(micros + shift, every) * every - shift;
    for (long start = last; start > micros - size; start -= every) {
      spans.add(0, new Span(start, start + size));
    }
    return spans;
  }

  /** How long after a row a session ends; null where windows have a size. */
  @Nullable Long gap() {
    return window instanceof Window.Session session ? (Long) micros(session.gap()) : null;
  }

  static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
