package dev.renkei.steps.contract.feature;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.steps.contract.feature.Lines.Event;
import dev.renkei.steps.contract.feature.Lines.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The final results of {@link Lines#feature}, computed without any state that is kept between rows:
 * which lines count in which windows, then each window by itself.
 */
public final class Reference {
  private final Window window;
  private final long lateness;
  private final Map<Integer, Entry> current = new HashMap<>();
  private final Map<Integer, Long> versions = new HashMap<>();
  private final Map<Place, List<Entry>> windows = new HashMap<>();
  private final List<Entry> sessions = new ArrayList<>();

  /** A line since a version; which of its windows it was in time for. */
  private record Entry(Line line, long version, long addedAt) {
    long at() {
      return Objects.requireNonNull(line.at()).toEpochMilli();
    }

    int product() {
      return Objects.requireNonNull(line.product());
    }

    boolean isLike(Line other) {
      return line.equals(other);
    }
  }

  private record Place(int product, long start) {}

  Reference(FeatureConfig feature) {
    this.window = feature.window();
    this.lateness = feature.lateness().toMillis();
  }

  /** Results of all events, by product and start of the window: end and values. */
  public static Map<String, List<@Nullable Object>> of(
      FeatureConfig feature, List<Event> delivered) {
    Reference reference = new Reference(feature);
    delivered.forEach(reference::take);
    return reference.results();
  }

  private void take(Event event) {
    if (event.version() <= versions.getOrDefault(event.id(), 0L)) {
      return;
    }
    versions.put(event.id(), event.version());
    long changed = event.committed().toEpochMilli();
    Line line = counts(event.line()) ? event.line() : null;
    Entry old = current.get(event.id());
    if (old != null && line != null && old.isLike(line)) {
      return;
    }
    if (old != null) {
      current.remove(event.id());
      for (long start : starts(old.at())) {
        if (isOpen(start, Math.max(changed, old.addedAt()))) {
          remove(old, start);
        }
      }
    }
    if (line != null) {
      Entry entry = new Entry(line, event.version(), changed);
      boolean open = false;
      for (long start : starts(entry.at())) {
        if (isOpen(start, changed)) {
          open = true;
          add(entry, start);
        }
      }
      if (open) {
        current.put(event.id(), entry);
      }
    }
  }

  private static boolean counts(@Nullable Line line) {
    return line != null
        && line.product() != null
        && line.at() != null
        && (line.quantity() == null || line.quantity() >= 0);
  }

  private void add(Entry entry, long start) {
    if (window instanceof Window.Session) {
      sessions.add(entry);
    } else {
      windows.computeIfAbsent(new Place(entry.product(), start), p -> new ArrayList<>()).add(entry);
    }
  }

  private void remove(Entry entry, long start) {
    if (window instanceof Window.Session) {
      sessions.remove(entry);
    } else {
      Objects.requireNonNull(windows.get(new Place(entry.product(), start))).remove(entry);
    }
  }

  /** Every window, by trial: no arithmetic in common with what is tested. */
  private List<Long> starts(long at) {
    if (window instanceof Window.Session) {
      return List.of(at);
    }
    long every =
        window instanceof Window.Sliding sliding ? sliding.every().toMillis() : size().toMillis();
    List<Long> starts = new ArrayList<>();
    for (long start = at - size().toMillis() - every; start <= at; start++) {
      if (start % every == 0 && start <= at && at < start + size().toMillis()) {
        starts.add(start);
      }
    }
    return starts;
  }

  private Duration size() {
    if (window instanceof Window.Fixed fixed) {
      return fixed.size();
    } else if (window instanceof Window.Sliding sliding) {
      return sliding.size();
    }
    return ((Window.Session) window).gap();
  }

  private boolean isOpen(long start, long changed) {
    return changed < start + size().toMillis() + lateness;
  }

  private Map<String, List<@Nullable Object>> results() {
    Map<String, List<@Nullable Object>> results = new TreeMap<>();
    windows.forEach(
        (place, entries) -> {
          if (!entries.isEmpty()) {
            results.put(
                name(place.product(), place.start()),
                values(place.start() + size().toMillis(), entries));
          }
        });
    sessions.stream().map(Entry::product).distinct().forEach(p -> sessions(p, results));
    return results;
  }

  private void sessions(int product, Map<String, List<@Nullable Object>> results) {
    List<Entry> entries =
        sessions.stream()
            .filter(e -> e.product() == product)
            .sorted(Comparator.comparingLong(Entry::at))
            .toList();
    List<Entry> session = new ArrayList<>();
    for (Entry entry : entries) {
      if (!session.isEmpty()
          && entry.at() - session.get(session.size() - 1).at() >= size().toMillis()) {
        putSession(product, session, results);
        session = new ArrayList<>();
      }
      session.add(entry);
    }
    putSession(product, session, results);
  }

  private void putSession(
      int product, List<Entry> session, Map<String, List<@Nullable Object>> results) {
    long end = session.get(session.size() - 1).at() + size().toMillis();
    results.put(name(product, session.get(0).at()), values(end, session));
  }

  public static String name(int product, long startMillis) {
    return product + " " + Instant.ofEpochMilli(startMillis);
  }

  private static List<@Nullable Object> values(long end, List<Entry> entries) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(Instant.ofEpochMilli(end));
    List<Line> lines = entries.stream().map(Entry::line).toList();
    values.add((long) lines.size());
    List<BigDecimal> prices =
        lines.stream().map(Line::price).filter(Objects::nonNull).map(p -> (BigDecimal) p).toList();
    values.add((long) prices.size());
    List<Integer> quantities =
        lines.stream().map(Line::quantity).filter(Objects::nonNull).map(q -> (Integer) q).toList();
    values.add(
        quantities.isEmpty() ? null : quantities.stream().mapToLong(Integer::longValue).sum());
    List<BigDecimal> amounts =
        lines.stream()
            .filter(l -> l.price() != null && l.quantity() != null)
            .map(
                l ->
                    Objects.requireNonNull(l.price())
                        .multiply(BigDecimal.valueOf(Objects.requireNonNull(l.quantity()))))
            .toList();
    values.add(amounts.isEmpty() ? null : sum(amounts).setScale(9));
    List<BigDecimal> weights =
        lines.stream()
            .filter(l -> l.weight() != null)
            .map(l -> new BigDecimal(Objects.requireNonNull(l.weight())))
            .toList();
    values.add(weights.isEmpty() ? null : sum(weights).doubleValue());
    values.add(
        prices.isEmpty()
            ? null
            : sum(prices).divide(BigDecimal.valueOf(prices.size()), 9, RoundingMode.HALF_UP));
    values.add(prices.stream().min(Comparator.naturalOrder()).orElse(null));
    values.add(quantities.stream().max(Comparator.naturalOrder()).orElse(null));
    values.add(
        entries.stream()
            .filter(e -> e.line().name() != null)
            .max(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::version))
            .map(e -> e.line().name())
            .orElse(null));
    values.add(lines.stream().map(Line::name).filter(Objects::nonNull).distinct().count());
    return values;
  }

  private static BigDecimal sum(List<BigDecimal> values) {
    return values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
