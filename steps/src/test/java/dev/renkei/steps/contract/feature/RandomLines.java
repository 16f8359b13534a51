package dev.renkei.steps.contract.feature;

import dev.renkei.steps.contract.feature.Lines.Event;
import dev.renkei.steps.contract.feature.Lines.Line;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What may happen to lines. */
public final class RandomLines {
  private RandomLines() {}

  /**
   * Inserts, updates that move key, time and values, deletes.
   *
   * @param start before which nothing is committed; each change is committed 0.35 s after the one
   *     before, on an average
   */
  public static List<Event> events(Random random, Instant start, int count) {
    List<Event> events = new ArrayList<>();
    Map<Integer, @Nullable Line> lines = new HashMap<>();
    Instant clock = start;
    for (int version = 1; version <= count; version++) {
      clock = clock.plusMillis(random.nextInt(700));
      int id = random.nextInt(25);
      Line before = lines.get(id);
      Line now = before != null && random.nextInt(5) == 0 ? null : line(random, id, before, clock);
      lines.put(id, now);
      events.add(new Event(id, version, clock, now));
    }
    return events;
  }

  private static Line line(Random random, int id, @Nullable Line before, Instant clock) {
    if (before != null && random.nextInt(4) == 0) {
      return before;
    }
    boolean stays = before != null && random.nextInt(3) > 0;
    Instant at =
        random.nextInt(30) == 0
            ? null
            : clock.minusMillis(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 12_000));
    return new Line(
        id,
        before != null && stays
            ? before.product()
            : random.nextInt(20) == 0 ? null : (Integer) random.nextInt(3),
        random.nextInt(8) == 0 ? null : "name-" + random.nextInt(6),
        random.nextInt(8) == 0 ? null : (Integer) (random.nextInt(12) - 1),
        random.nextInt(8) == 0 ? null : BigDecimal.valueOf(random.nextInt(100_000), 2),
        random.nextInt(8) == 0 ? null : (Double) random.nextGaussian(),
        before != null && stays && random.nextInt(2) == 0 ? before.at() : at);
  }

  /** Copies, and changes of different rows out of order; those of one row stay in theirs. */
  public static List<Event> disordered(List<Event> events, Random random) {
    List<Event> mixed = new ArrayList<>();
    List<Event> held = new ArrayList<>();
    for (Event event : events) {
      held.add(event);
      while (held.size() > 6) {
        mixed.add(held.remove(first(held, random.nextInt(held.size()))));
      }
      if (random.nextInt(10) == 0 && !mixed.isEmpty()) {
        mixed.add(mixed.get(mixed.size() - 1 - random.nextInt(Math.min(5, mixed.size()))));
      }
    }
    mixed.addAll(held);
    return mixed;
  }

  /** The first one of the row that stands there. */
  private static int first(List<Event> held, int at) {
    for (int i = 0; i < at; i++) {
      if (held.get(i).id() == held.get(at).id()) {
        return i;
      }
    }
    return at;
  }
}
