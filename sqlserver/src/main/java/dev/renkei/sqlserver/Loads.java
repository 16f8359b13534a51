package dev.renkei.sqlserver;

import dev.renkei.core.hub.Cursor.SnapshotProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
  private @Nullable Instant wantedSince;
  private @Nullable SnapshotProgress progress;

  /** Counts what makes a snapshot under way void. */
  private int lineage;

  private boolean asked;
  private final List<Wish> wishes = new ArrayList<>();

  /** Somebody waits until the hub holds that a snapshot is wanted. */
  private static final class Wish {
    final CompletableFuture<Boolean> answer = new CompletableFuture<>();

    /** The snapshot that fulfils it, or a later one; 0 until the table begins. */
    int number;
  }

  // ---- what is wanted ----

  /** The last snapshot that was completed, by whichever tracker. */
  int done() {
    return done;
  }

  void setDone(int number) {
    done = number;
  }

  void want(int snapshot, Instant now) {
    wanted = snapshot;
    wantedSince = now;
  }

  void wantNone() {
    wanted = 0;
  }

  /** Whether or not it is under way; 0 where none is. */
  int wanted() {
    return wanted;
  }

  /** The snapshot to claim; 0 where none is wanted or one is under way. */
  int toClaim() {
    return progress == null ? wanted : 0;
  }

  /** How long a snapshot has been wanted. */
  Duration wantedFor(Instant now) {
    return wantedSince == null ? Duration.ZERO : Duration.between(wantedSince, now);
  }

  /** The highest number that is used or wanted. */
  int lastNumber() {
    return Math.max(done, progress == null ? wanted : progress.number());
  }

  // ---- what is under way ----

  @Nullable SnapshotProgress progress() {
    return progress;
  }

  int lineage() {
    return lineage;
  }

  /** What is under way is void. */
  void breakOff() {
    lineage++;
    progress = null;
  }

  void begins(SnapshotProgress first) {
    progress = first;
  }

  void progressed(SnapshotProgress now) {
    if (progress != null && progress.number() == now.number()) {
      progress = now;
    }
  }

  void ended(int number) {
    progress = null;
    done = number;
    wanted = 0;
  }

  /** One that failed is wanted again under the next number. */
  void failed(int number, Instant now) {
    progress = null;
    if (done == number) {
      done = number - 1; // its end did not become durable
    }
    want(Math.max(wanted, number) + 1, now);
  }

  /** Another tracker has completed one. */
  void seenDone(int number) {
    if (number >= wanted && wanted > 0) {
      wanted = 0;
    }
    done = Math.max(done, number);
  }

  /**
   * As a cursor says it; a snapshot that is only wanted is said too, so that a restart does not
   * forget it.
   */
  @Nullable SnapshotProgress forCursor(long version) {
    return progress == null && wanted > 0
        ? new SnapshotProgress(wanted, version, null, 0)
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
  void fulfilWishesBy(int snapshot) {
    asked = false;
    for (Wish wish : wishes) {
      if (wish.number == 0) {
        wish.number = snapshot;
      }
    }
  }

  /** The table begins anew, and numbers with it. */
  void askWishesAgain() {
    wishes.forEach(wish -> wish.number = 0);
    asked |= !wishes.isEmpty();
  }

  boolean hasWishes() {
    return wishes.stream().anyMatch(wish -> wish.number > 0);
  }

  void wishesHeld(int snapshot) {
    answerWishes(wish -> wish.number > 0 && wish.number <= snapshot, true);
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
