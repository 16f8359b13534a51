package dev.renkei.loader.verify;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Passage;
import dev.renkei.core.source.SourceRows.Standing;
import dev.renkei.loader.LoaderState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * By the cursors, by what has passed the hub since, and by what the loader says of itself. On an
 * unordered hub nothing but time tells what is still on its way: there it waits until nothing of
 * before is unsettled, and some seconds more.
 */
public final class HubArrivals implements Arrivals {
  private static final Duration LOOK = Duration.ofMillis(200);

  /** An unordered hub delivers within it, as a rule; the second look is for what is later. */
  static final Duration UNORDERED_GRACE = Duration.ofSeconds(5);

  private final Hub hub;
  private final String source;
  private final Supplier<Optional<LoaderState>> loader;
  private final Duration patience;
  private final Clock clock;
  private final CountDownLatch closing;

  /**
   * @param loader of the warehouse; empty while it is not loaded here
   * @param patience how long the trackers, and then the loader, may take
   * @param closing ends the waiting
   */
  public HubArrivals(
      Hub hub,
      String source,
      Supplier<Optional<LoaderState>> loader,
      Duration patience,
      Clock clock,
      CountDownLatch closing) {
    this.hub = hub;
    this.source = source;
    this.loader = loader;
    this.patience = patience;
    this.clock = clock;
    this.closing = closing;
  }

  @Override
  public Ground ground(Standing table) throws HubException, InterruptedException {
    return Ground.of(hub.cursors().cursors(source, table.table()), table);
  }

  @Override
  public void await(Standing table, int epoch)
      throws NotArrivedException, HubException, InterruptedException {
    awaitCursor(table, epoch);
    Instant begun = clock.instant();
    try (Passage passage = hub.passage()) {
      while (!isLoaded(passage, clock.instant())) {
        nap();
        if (begun.plus(patience).isBefore(clock.instant())) {
          throw new NotArrivedException(
              "%s: the warehouse has not taken within %s what was in the hub at %s. `renkei status` shows what holds it up."
                  .formatted(table.table(), text(patience), passage.since()));
        }
      }
    }
  }

  private void awaitCursor(Standing table, int epoch)
      throws NotArrivedException, HubException, InterruptedException {
    Instant begun = clock.instant();
    while (true) {
      Collection<Cursor> cursors = hub.cursors().cursors(source, table.table());
      if (cursors.stream().anyMatch(cursor -> cursor.epoch() > epoch)
          || Ground.of(cursors, table) instanceof Ground.NotFollowed) {
        throw new NotArrivedException(
            "%s: its history broke off meanwhile, as the database was restored or the table made anew. Compare it again when it is loaded again."
                .formatted(table.table()));
      }
      if (Ground.reaches(cursors, table, epoch, table.version())) {
        return;
      }
      nap();
      if (begun.plus(patience).isBefore(clock.instant())) {
        throw new NotArrivedException(
            "%s: no tracker has come to version %d within %s. `renkei status` shows what holds it up; trackers must run."
                .formatted(table.table(), table.version(), text(patience)));
      }
    }
  }

  private boolean isLoaded(Passage passage, Instant now)
      throws HubException, InterruptedException, NotArrivedException {
    Optional<Map<Integer, Long>> ends = passage.ends();
    if (ends.isEmpty()) {
      return false;
    }
    LoaderState state =
        loader
            .get()
            .orElseThrow(
                () ->
                    new NotArrivedException("the warehouse is no longer loaded by this process."));
    return isLoaded(state, ends.get(), passage.since(), now);
  }

  /**
   * Decides.
   *
   * @param ends as of {@link Passage#ends}
   * @param since when it was made
   */
  static boolean isLoaded(LoaderState state, Map<Integer, Long> ends, Instant since, Instant now) {
    if (state.replayingFrom() != null) {
      return false; // its positions lie behind what it has
    }
    LoaderState.Unsettled unsettled = state.unsettled();
    if (unsettled != null) {
      Instant oldest = unsettled.oldest();
      boolean settled = unsettled.deliveries() == 0 || oldest != null && oldest.isAfter(since);
      return settled && !now.isBefore(since.plus(UNORDERED_GRACE));
    }
    return ends.entrySet().stream()
        .allMatch(end -> state.positions().getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private void nap() throws InterruptedException {
    if (closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("closing");
    }
  }

  private static String text(Duration duration) {
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " minutes"
        : duration.toSeconds() + " seconds";
  }
}
