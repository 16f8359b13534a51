package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far reloads are until they are over: lines drawn over themselves for somebody who
 * watches, else a line when something has changed, at most every few seconds.
 */
final class ReloadFollower {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  /** So long a wish may take until a tracker has heard of it. */
  private static final Duration UNTIL_HEARD = Duration.ofSeconds(30);

  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";

  private final Configuration config;
  private final boolean part;
  private final Instant asked;
  private final @Nullable PrintWriter out;
  private final boolean watched;
  private final Map<String, Instant> told = new HashMap<>();
  private int drawn;

  /**
   * A follower.
   *
   * @param part whether a part of the table was asked for
   * @param asked when the reload was asked for
   * @param out null where nothing is to be shown
   */
  ReloadFollower(
      Configuration config,
      boolean part,
      Instant asked,
      @Nullable PrintWriter out,
      boolean watched) {
    this.config = config;
    this.part = part;
    this.asked = asked;
    this.out = out;
    this.watched = watched;
  }

  /**
   * Follows to the end.
   *
   * @param tables empty for all that trackers know
   */
  Collection<ReloadProgress> follow(List<String> tables) throws IOException, InterruptedException {
    Map<String, ReloadProgress> known = new LinkedHashMap<>();
    while (true) {
      Processes processes = Processes.ask(config);
      if (processes.isEmpty()) {
        throw new CommandFailure(
            ExitCode.HUB,
            "nothing runs for %s on this machine, so there is nothing to follow. The wish is kept: trackers fulfil it when they run."
                .formatted(config.name()));
      }
      boolean patient = Instant.now().isBefore(asked.plus(UNTIL_HEARD));
      List<String> meant =
          tables.isEmpty() ? List.copyOf(ReloadProgress.tables(processes.reports())) : tables;
      for (String table : meant) {
        ReloadProgress before = known.get(table);
        if (before == null || !before.isOver()) {
          known.put(table, ReloadProgress.of(table, part, processes.reports(), asked, patient));
        }
      }
      show(known.values());
      boolean over = known.values().stream().allMatch(ReloadProgress::isOver);
      if (over && !(known.isEmpty() && patient)) {
        return known.values();
      }
      Thread.sleep(LOOK.toMillis());
    }
  }

  private void show(Collection<ReloadProgress> all) {
    PrintWriter to = out;
    if (to == null) {
      return;
    }
    if (watched) {
      draw(to, all);
    } else {
      all.forEach(one -> tell(to, one));
    }
    to.flush();
  }

  private void draw(PrintWriter to, Collection<ReloadProgress> all) {
    if (drawn > 0) {
      to.print(UP.formatted(drawn));
    }
    List<String> lines = new ArrayList<>();
    all.forEach(one -> lines.addAll(ReloadText.line(one).lines().toList()));
    lines.forEach(line -> to.print(line + CLEAR_TO_END_OF_LINE + "\n"));
    drawn = lines.size();
  }

  private void tell(PrintWriter to, ReloadProgress one) {
    Instant now = Instant.now();
    Instant before = told.get(one.table());
    boolean saidTheEnd = Instant.MAX.equals(before);
    boolean due =
        before == null
            || !saidTheEnd && Duration.between(before, now).compareTo(BETWEEN_LINES) >= 0;
    if (one.isOver() ? !saidTheEnd : due) {
      to.println(ReloadText.line(one));
      told.put(one.table(), one.isOver() ? Instant.MAX : now);
    }
  }
}
