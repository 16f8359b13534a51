package dev.renkei.sqlserver;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.ClaimStore.Claim;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which unbroken history of the database its versions belong to (SEMANTICS 2). All trackers of a
 * source agree on it by the claims: epoch n belongs to the recovery fork that was claimed for it
 * first, and whoever loses a claim adopts the winner's.
 *
 * <p>A new one begins where the fork changes or the version goes back. A tracker that reaches a
 * database of an earlier fork than the others publishes nothing.
 *
 * <p>Used by the poll loop alone, but for {@link #adopted} and {@link #suspect}.
 */
final class Epochs {
  private static final Logger log = LoggerFactory.getLogger(Epochs.class);

  static final int FIRST = 1;
  private static final String UNSEEN = "unseen";

  private final ClaimStore claims;
  private final String source;
  private final String tracker;
  private final List<Epoch> history = new ArrayList<>();
  private volatile @Nullable Epoch adopted;
  private volatile boolean suspected = true;

  /** The highest version of the adopted epoch. */
  private long highest;

  /** The fork as last seen, also where the epoch was agreed on by somebody who could not see it. */
  private @Nullable String lastFork;

  Epochs(ClaimStore claims, String source, String tracker) {
    this.claims = claims;
    this.source = source;
    this.tracker = tracker;
  }

  /**
   * An epoch.
   *
   * @param fork the recovery fork; {@code unseen} where its claimant had no right to see it
   */
  record Epoch(int number, String fork) {
    /** Whether versions of a database with that fork can belong to it. */
    boolean has(@Nullable String other) {
      return other == null || fork.equals(UNSEEN) || fork.equalsIgnoreCase(other);
    }

    private boolean isOf(@Nullable String other) {
      return fork.equalsIgnoreCase(other == null ? UNSEEN : other);
    }
  }

  /** What a tracker does that finds itself before a history of epochs. */
  enum Step {
    ADOPT_NEWEST,
    OPEN_NEXT,
    /** Its database is an earlier one than the others'. */
    STAY_BEHIND
  }

  /**
   * Decides.
   *
   * @param history all epochs so far, in order; not empty
   * @param fork as the database shows it; null where it is not to be seen
   * @param wentBack whether the version is below one that the newest epoch has had
   * @param livedIn the highest epoch that this tracker has published in; 0 before the first
   */
  static Step next(List<Epoch> history, @Nullable String fork, boolean wentBack, int livedIn) {
    Epoch newest = history.get(history.size() - 1);
    if (newest.has(fork)) {
      return wentBack ? Step.OPEN_NEXT : Step.ADOPT_NEWEST;
    }
    boolean earlier = history.stream().anyMatch(epoch -> epoch.isOf(fork));
    return earlier && livedIn < newest.number() ? Step.STAY_BEHIND : Step.OPEN_NEXT;
  }

  /** The epoch of what is published now; null before the first. */
  @Nullable Epoch adopted() {
    return adopted;
  }

  /** Something does not fit: nothing is to be published before {@link #settle}. */
  void suspect() {
    suspected = true;
  }

  boolean isSuspected() {
    return suspected;
  }

  /** Looks whether another tracker has opened a newer epoch. */
  void look() throws HubException, InterruptedException {
    Epoch now = adopted;
    if (now != null && claim(now.number() + 1).isPresent()) {
      suspected = true;
    }
  }

  /** Whether what a poll has seen belongs to the adopted epoch; if not, it is suspected. */
  boolean holds(@Nullable String fork, long current) {
    Epoch now = adopted;
    if (suspected || now == null || !now.has(fork) || current < highest || isAnother(fork)) {
      suspected = true;
      return false;
    }
    highest = current;
    lastFork = fork == null ? lastFork : fork;
    return true;
  }

  private boolean isAnother(@Nullable String fork) {
    return fork != null && lastFork != null && !fork.equalsIgnoreCase(lastFork);
  }

  /**
   * Agrees with the other trackers on the epoch of what the database shows.
   *
   * @param cursors all of the source, read before {@code current} was asked for
   * @return whether it is another one than before
   * @throws BehindException where nothing may be published
   */
  boolean settle(@Nullable String fork, long current, Collection<Cursor> cursors)
      throws HubException, InterruptedException {
    while (true) {
      readHistory();
      if (history.isEmpty()) {
        open(FIRST, fork);
        continue;
      }
      Epoch newest = history.get(history.size() - 1);
      switch (next(history, fork, wentBack(newest, fork, current, cursors), livedIn(cursors))) {
        case ADOPT_NEWEST -> {
          return adopt(newest, fork, current);
        }
        case OPEN_NEXT -> open(newest.number() + 1, fork);
        case STAY_BEHIND -> {
          suspected = true;
          throw new BehindException(source, newest);
        }
      }
    }
  }

  private boolean wentBack(
      Epoch newest, @Nullable String fork, long current, Collection<Cursor> cursors) {
    boolean known = newest.equals(adopted);
    long most = known ? highest : 0;
    for (Cursor cursor : cursors) {
      if (cursor.epoch() == newest.number()) {
        most = Math.max(most, cursor.version());
      }
    }
    return current < most || (known && isAnother(fork));
  }

  private int livedIn(Collection<Cursor> cursors) {
    Epoch now = adopted;
    int last = now == null ? 0 : now.number();
    for (Cursor cursor : cursors) {
      if (cursor.tracker().equals(tracker)) {
        last = Math.max(last, cursor.epoch());
      }
    }
    return last;
  }

  private boolean adopt(Epoch epoch, @Nullable String fork, long current) {
    boolean other = !epoch.equals(adopted);
    if (other) {
      log.atInfo()
          .addKeyValue("source", source)
          .addKeyValue("epoch", epoch.number())
          .addKeyValue("fork", epoch.fork())
          .log("epoch adopted");
    }
    adopted = epoch;
    highest = current;
    lastFork = fork == null && !other ? lastFork : fork;
    suspected = false;
    return other;
  }

  private void readHistory() throws HubException, InterruptedException {
    for (Optional<Claim> next = claim(history.size() + 1);
        next.isPresent();
        next = claim(history.size() + 1)) {
      history.add(new Epoch(history.size() + 1, next.get().content()));
    }
  }

  private Optional<Claim> claim(int epoch) throws HubException, InterruptedException {
    return claims.holder(subject(epoch));
  }

  private void open(int number, @Nullable String fork) throws HubException, InterruptedException {
    if (number > Sequence.MAX_EPOCH) {
      throw new HubException(
          "source %s: the database has been restored or exchanged %d times, and more cannot be told apart. Give the source a new `name`: everything is loaded again under it."
              .formatted(source, Sequence.MAX_EPOCH));
    }
    if (number > FIRST) {
      log.atError()
          .addKeyValue("source", source)
          .addKeyValue("epoch", number)
          .log("the database was restored, failed over with loss, or exchanged");
    }
    var unused = claims.claim(subject(number), tracker, fork == null ? UNSEEN : fork);
  }

  private String subject(int epoch) {
    return source + "/epoch/" + epoch;
  }

  /** The database that is reached has an earlier history than the one that others track. */
  static final class BehindException extends HubException {
    private static final long serialVersionUID = 1;

    BehindException(String source, Epoch newest) {
      super(
          "source %s: the database that this tracker reaches has an older history (recovery fork) than the one of epoch %d, which another tracker follows; nothing is published."
              .formatted(source, newest.number()));
    }
  }
}
