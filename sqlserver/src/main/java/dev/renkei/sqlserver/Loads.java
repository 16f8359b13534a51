package dev.renkei.sqlserver;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import dev.renkei.sqlserver.TrackerState.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one table: which one is wanted and by whom, which one is under way, which one
 * was the last. Guarded by the table that it belongs to: whoever calls holds its lock.
 */
final class Loads {
  private int done;
  private int wanted;
  private Instant wantedSince = Instant.EPOCH;

  /** The condition of the rows that are wanted; null for all. */
  private @Nullable String part;

  private @Nullable SnapshotProgress progress;

  /** Of the snapshot under way. */
  private int epoch;

  private @Nullable LastSnapshot last;
  private @Nullable LastSnapshot lastWhole;
  private @Nullable LastSnapshot lastPart;

  /** Counts what makes a snapshot under way void. */
  private int lineage;

  /** Failures of the snapshot under way since its last chunk. */
  private int failures;

  private Instant notBefore = Instant.EPOCH;
  private @Nullable Problem problem;

  /** Rows that the chunk under way has published. */
  private long chunkRows;

  /** How far it was when this run of it began, and when that was. */
  private long rowsBefore;

  private Instant goesSince = Instant.EPOCH;
  private @Nullable Long estimatedRows;

  private boolean asked;
  private final List<Wish> wishes = new ArrayList<>();

  /** Somebody waits until the hub holds that a snapshot is wanted. */
  private static final class Wish {
    final CompletableFuture<Boolean> answer = new CompletableFuture<>();

    /** The generation that fulfils it, or a later one; 0 until the table begins. */
    int generation;
  }

  // ---- what is wanted ----

  /** The last generation that was completed, by whichever tracker. */
  int done() {
    return done;
  }

  void setDone(int generation) {
    done = generation;
  }

  @Nullable LastSnapshot last() {
    return last;
  }

  /** What the cursors say of snapshots that are over, and of the tracker's own that had begun. */
  void recall(String tracker, Collection<Cursor> cursors) {
    for (Cursor cursor : cursors) {
      LastSnapshot other = cursor.last();
      if (other != null && (last == null || other.generation() > last.generation())) {
        last = other;
        remember(other);
      }
    }
    for (Cursor cursor : cursors) {
      SnapshotProgress begun = cursor.snapshot();
      if (cursor.tracker().equals(tracker)
          && begun != null
          && begun.isBegun()
          && (last == null || begun.generation() > last.generation())) {
        begins(begun, cursor.epoch());
      }
    }
  }

  /** A whole table is wanted; what of it was wanted is a part of that. */
  void want(int generation, Instant now) {
    want(generation, null, now);
  }

  void want(int generation, @Nullable String onlyPart, Instant now) {
    wanted = generation;
    part = onlyPart;
    wantedSince = now;
    clearFailures();
  }

  void wantNone() {
    wanted = 0;
  }

  @Nullable String wantedPart() {
    return part;
  }

  /** Whether or not it is under way; 0 where none is. */
  int wanted() {
    return wanted;
  }

  /** The snapshot to claim and to begin or go on with; 0 where none is, or none yet. */
  int toClaim(Instant now) {
    return notBefore.isAfter(now) ? 0 : wanted;
  }

  /** How long a snapshot has been wanted. */
  Duration wantedFor(Instant now) {
    return Duration.between(wantedSince, now);
  }

  /** The highest generation that is used or wanted. */
  int lastGeneration() {
    return Math.max(Math.max(done, wanted), last == null ? 0 : last.generation());
  }

  // ---- what is under way ----

  /** What the hub holds of the snapshot that has begun; null without one. */
  @Nullable SnapshotProgress progress() {
    return progress;
  }

  int lineage() {
    return lineage;
  }

  /** What is under way is void. */
  void breakOff(Instant now) {
    lineage++;
    abandon(now);
  }

  private void abandon(Instant now) {
    SnapshotProgress broken = progress;
    if (broken != null) {
      last =
          new LastSnapshot(
              epoch,
              broken.generation(),
              broken.number(),
              broken.start(),
              broken.stamp(),
              false,
              broken.done().rows(),
              broken.done().count(),
              broken.begun(),
              now,
              broken.part());
    }
    progress = null;
    chunkRows = 0;
  }

  /** One that has begun, or goes on; where it stands is in the hub. */
  void begins(SnapshotProgress now, int inEpoch) {
    epoch = inEpoch;
    progress = now;
    chunkRows = 0;
  }

  /**
   * A reader is about to go on with it.
   *
   * @param estimated rows of the whole table; null where the source does not say
   */
  void goesOn(@Nullable Long estimated, Instant now) {
    rowsBefore = rows();
    goesSince = now;
    estimatedRows = estimated;
  }

  /** How far the one under way is; null without one. */
  TrackerState.@Nullable Snapshot state(Instant now) {
    SnapshotProgress at = progress;
    if (at == null) {
      return null;
    }
    long millis = Math.max(1, Duration.between(goesSince, now).toMillis());
    long perSecond = goesSince.equals(Instant.EPOCH) ? 0 : (rows() - rowsBefore) * 1000 / millis;
    return new TrackerState.Snapshot(
        at.generation(),
        at.number(),
        at.done().count(),
        rows(),
        estimatedRows,
        Math.max(0, perSecond),
        at.begun(),
        at.part());
  }

  /** A chunk is on its way into the hub. */
  void progressed(SnapshotProgress now) {
    progress = now;
    chunkRows = 0;
    clearFailures();
  }

  void chunkRows(long rows) {
    chunkRows = rows;
  }

  /** Rows that are published, those of the chunk under way included. */
  long rows() {
    return chunkRows + (progress == null ? 0 : progress.done().rows());
  }

  void ended(LastSnapshot snapshot) {
    progress = null;
    chunkRows = 0;
    last = snapshot;
    remember(snapshot);
    if (snapshot.part() == null) {
      done = snapshot.generation();
    }
    wanted = 0;
    clearFailures();
  }

  /** What a cursor that the hub refused had said is taken back. */
  void takeBack(Said before) {
    if (before.lineage() == lineage) {
      done = before.done();
      wanted = before.wanted();
      progress = before.progress();
      last = before.last();
    }
  }

  /** What the next cursor says. */
  record Said(
      int lineage,
      int done,
      int wanted,
      @Nullable SnapshotProgress progress,
      @Nullable LastSnapshot last) {}

  Said said() {
    return new Said(lineage, done, wanted, progress, last);
  }

  /** The basis of one is gone: it is wanted again from the beginning. */
  void voided(int generation, Instant now) {
    if (wanted == generation) {
      breakOff(now);
      want(lastGeneration() + 1, part, now);
    }
  }

  private void remember(LastSnapshot snapshot) {
    if (snapshot.complete() && snapshot.part() == null) {
      lastWhole = snapshot;
    } else if (snapshot.complete()) {
      lastPart = snapshot;
    }
  }

  /** The last one of a whole table that was completed, as far as it is known. */
  @Nullable LastSnapshot lastWhole() {
    return lastWhole;
  }

  @Nullable LastSnapshot lastPart() {
    return lastPart;
  }

  /** Another tracker has read the part that was wanted. */
  void partSeen() {
    wanted = 0;
  }

  /** One failed, and goes on where it stands after a while. */
  void failed(Problem why, Duration delay) {
    failures++;
    problem = why;
    notBefore = why.at().plus(delay);
    chunkRows = 0;
  }

  private void clearFailures() {
    failures = 0;
    problem = null;
    notBefore = Instant.EPOCH;
  }

  int failures() {
    return failures;
  }

  @Nullable Problem problem() {
    return problem;
  }

  /** Another tracker has completed one. */
  void seenDone(int generation) {
    if (generation >= wanted && wanted > 0) {
      wanted = 0;
    }
    done = Math.max(done, generation);
  }

  /**
   * As a cursor says it; a snapshot that is only wanted is said too, so that a restart does not
   * forget it.
   */
  @Nullable SnapshotProgress forCursor(long version) {
    return progress == null && wanted > 0
        ? SnapshotProgress.wanted(wanted, version, wantedSince, part)
        : progress;
  }

  // ---- wishes ----

  CompletableFuture<Boolean> wish() {
    Wish wish = new Wish();
    wishes.add(wish);
    asked = true;
    return wish.answer;
  }

  /** Whether a wish waits for the table to begin. */
  boolean asked() {
    return asked;
  }

  /** A snapshot is wanted for all that was asked so far. */
  void fulfilWishesBy(int generation) {
    asked = false;
    for (Wish wish : wishes) {
      if (wish.generation == 0) {
        wish.generation = generation;
      }
    }
  }

  /** The table begins anew, and generations with it. */
  void askWishesAgain() {
    wishes.forEach(wish -> wish.generation = 0);
    asked |= !wishes.isEmpty();
  }

  boolean hasWishes() {
    return wishes.stream().anyMatch(wish -> wish.generation > 0);
  }

  void wishesHeld(int generation) {
    answerWishes(wish -> wish.generation > 0 && wish.generation <= generation, true);
  }

  void wishesDenied() {
    answerWishes(wish -> true, false);
  }

  /** Whoever waits is told on a thread of its own: locks may be held here. */
  private void answerWishes(Predicate<Wish> which, boolean held) {
    List<Wish> answered = wishes.stream().filter(which).toList();
    wishes.removeAll(answered);
    answered.forEach(wish -> wish.answer.completeAsync(() -> held));
  }

  /** Nobody will hold what is still wished. */
  void refuseWishes(Exception why) {
    List<Wish> refused = List.copyOf(wishes);
    wishes.clear();
    refused.forEach(
        wish -> CompletableFuture.runAsync(() -> wish.answer.completeExceptionally(why)));
  }
}
