package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides, without asking the database, which changes of one table are certainly to be applied,
 * certainly not, or to be compared with what is known of their key (SEMANTICS 6, 10, 11, 18).
 * Belongs to one thread.
 */
final class Gate {
  private final Watermarks watermarks;
  private final @Nullable SeenKeys seen;
  private final Map<String, Sequence> lastOfRound = new HashMap<>();
  private final Map<String, Boolean> aloneInRound = new HashMap<>();
  private final Set<String> comparedInRound = new HashSet<>();
  private Sequence floor;
  private Sequence purged;

  /**
   * @param highest no key of the table has a higher sequence
   * @param empty whether the table has no keys at all
   */
  Gate(Sequence highest, boolean empty, Sequence floor, Sequence purged) {
    this.watermarks = new Watermarks(highest);
    this.seen = empty ? new SeenKeys() : null;
    this.floor = floor;
    this.purged = purged;
  }

  enum Verdict {
    /** Above its key's last: goes straight into log and tail. */
    APPLY,
    /** To be compared with what is known of its key. */
    COMPARE,
    /** Not above its key's last. */
    STALE,
    /** Below the floor that a sweep raised. */
    BELOW_FLOOR,
    /** Of an unknown key, and older than what is remembered of deletes. */
    BEYOND_HORIZON
  }

  /**
   * Whether a change can be judged only after those before it are written: it is compared by its
   * content with a key that they hold, or the other way round.
   */
  boolean needsNewRound(Change change, boolean partial) {
    Boolean alone = aloneInRound.get(change.key().folded());
    return alone != null && (alone || isCompared(change, partial));
  }

  void beginRound() {
    lastOfRound.clear();
    aloneInRound.clear();
    comparedInRound.clear();
  }

  /**
   * Judges a change; those to apply or to compare count as applied from now on.
   *
   * @param partial whether its row lacks columns of the table
   */
  Verdict judge(Change change, boolean partial) {
    Sequence sequence = change.sequence();
    if (sequence.compareTo(floor) < 0) {
      return Verdict.BELOW_FLOOR;
    }
    String key = change.key().folded();
    Sequence last = lastOfRound.get(key);
    if (last != null && sequence.compareTo(last) <= 0) {
      return Verdict.STALE;
    }
    long hash = SeenKeys.hash(key);
    boolean unknown = seen != null && !seen.mayContain(hash);
    if (unknown && sequence.compareTo(purged) <= 0) {
      return Verdict.BEYOND_HORIZON;
    }
    boolean above = unknown || watermarks.isAbove(hash, sequence);
    lastOfRound.put(key, sequence);
    aloneInRound.put(key, isCompared(change, partial));
    watermarks.raise(hash, sequence);
    if (seen != null) {
      seen.add(hash);
    }
    // Behind one that waits for its look-up, a change waits too: written first, it would win.
    if (!comparedInRound.contains(key)
        && (unknown && !hasLeft(change) || above && !isCompared(change, partial))) {
      return Verdict.APPLY;
    }
    comparedInRound.add(key);
    return Verdict.COMPARE;
  }

  private static boolean isCompared(Change change, boolean partial) {
    return switch (change.type()) {
      case SNAPSHOT_ROW -> true;
      case DELETE -> hasLeft(change);
      default -> partial;
    };
  }

  /** A row that is still there, outside its filter: the log takes it if its key was in it. */
  private static boolean hasLeft(Change change) {
    return change.type() == ChangeType.DELETE && change.changedColumns() != null;
  }

  Sequence floor() {
    return floor;
  }

  Sequence purged() {
    return purged;
  }

  /** After a sweep: what is below is dropped, and every key's last may be as high. */
  void raiseFloor(Sequence start) {
    floor = start.compareTo(floor) > 0 ? start : floor;
    watermarks.raiseAll(start);
  }

  /** After a sweep of some keys: any key's last may be as high. */
  void sweptBelow(Sequence start) {
    watermarks.raiseAll(start);
  }

  /** Before tombstones up to there are forgotten. */
  void raisePurged(Sequence sequence) {
    purged = sequence.compareTo(purged) > 0 ? sequence : purged;
  }
}
