package dev.renkei.sqlserver;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.ChunksDone;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import dev.renkei.core.hub.HubException;
import dev.renkei.sqlserver.TrackerState.Problem;
import dev.renkei.sqlserver.Validity.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the snapshots of a table do to its cursor: they begin, go on chunk by chunk, end or fail.
 * Holds the table's turn while it moves the cursor, and the table's lock while it looks or changes.
 */
final class TableSnapshots {
  private static final Logger log = LoggerFactory.getLogger(TableSnapshots.class);

  private final Context context;
  private final TableTracker table;
  private final Loads loads;
  private final Runnable wake;

  /**
   * The snapshots of a table.
   *
   * @param loads the table's, guarded by its lock
   */
  TableSnapshots(Context context, TableTracker table, Loads loads, Runnable wake) {
    this.context = context;
    this.table = table;
    this.loads = loads;
    this.wake = wake;
  }

  /** What a snapshot was begun with: if it differs at the end, the snapshot is void. */
  record Basis(
      int epoch, Identity identity, int lineage, SourceTable table, @Nullable String part) {}

  /** A snapshot whose basis broke (SEMANTICS 16). */
  static final class SnapshotVoid extends HubException {
    private static final long serialVersionUID = 1;

    SnapshotVoid(String message) {
      super(message);
    }
  }

  // ---- what is wanted ----

  /** The snapshot to claim, 0 where none is wanted or its time has not come. */
  int toClaim() {
    synchronized (table) {
      return table.isFollowed() && !table.rests() ? loads.toClaim(context.now()) : 0;
    }
  }

  /** How long a snapshot has been wanted. */
  Duration wantedFor(Instant now) {
    synchronized (table) {
      return loads.wantedFor(now);
    }
  }

  /** Another tracker that had claimed the snapshot is silent. */
  void wantNext() {
    synchronized (table) {
      loads.want(loads.wanted() + 1, loads.wantedPart(), context.now());
    }
  }

  boolean isPartWanted() {
    synchronized (table) {
      return loads.wantedPart() != null;
    }
  }

  /** Another tracker has completed the snapshot. */
  void seen(int generation, Collection<Cursor> cursors) {
    synchronized (table) {
      loads.seenDone(generation);
      loads.recall(context.options().name(), cursors);
      loads.wishesHeld(generation);
    }
  }

  /** Another tracker has read the part that was wanted. */
  void partSeen(int generation, Collection<Cursor> cursors) {
    synchronized (table) {
      loads.partSeen();
      loads.recall(context.options().name(), cursors);
      loads.wishesHeld(generation);
    }
  }

  // ---- what is under way ----

  /** What a snapshot reads, as the catalog shows it now. */
  Basis basis(int generation) throws SnapshotVoid {
    synchronized (table) {
      Identity id = table.identity();
      if (id == null || loads.wanted() != generation) {
        throw anotherIsWanted();
      }
      return new Basis(table.epoch(), id, loads.lineage(), table.source(), loads.wantedPart());
    }
  }

  private SnapshotVoid anotherIsWanted() {
    return new SnapshotVoid(table.name() + ": another snapshot is wanted by now");
  }

  boolean stillBasedOn(Basis basis) {
    synchronized (table) {
      return basis.lineage() == loads.lineage()
          && basis.epoch() == table.epoch()
          && basis.identity().equals(table.identity())
          && basis.table().shape().equals(table.source().shape());
    }
  }

  /** The least version that the next chunk of a snapshot can have as its stamp. */
  long leastStamp(List<SnapshotNumber.Used> used) {
    synchronized (table) {
      SnapshotProgress progress = loads.progress();
      return progress == null
          ? Math.max(table.beganAt(), SnapshotNumber.leastStart(used))
          : progress.stamp();
    }
  }

  /**
   * Begins a snapshot, or goes on with it under the next attempt of the chunk that was under way:
   * this, and a cursor at or below its first stamp, are durable first (SEMANTICS 16).
   *
   * @param stamp of the chunk that is about to be read
   */
  SnapshotProgress begin(int generation, Basis basis, long stamp, List<SnapshotNumber.Used> used)
      throws HubException, InterruptedException {
    table.turn.acquire();
    try {
      SnapshotProgress next;
      Cursor cursor;
      Loads.Said before;
      synchronized (table) {
        if (loads.wanted() != generation || !stillBasedOn(basis)) {
          throw anotherIsWanted();
        }
        next = next(generation, stamp, used);
        before = loads.said();
        loads.begins(next, basis.epoch());
        cursor = table.cursorAtMostRead();
      }
      try {
        Publication.await(new Publication(context, basis.epoch()).advance(cursor));
      } catch (HubException | InterruptedException e) {
        takeBack(before);
        throw e;
      }
      table.acknowledged(cursor);
      return next;
    } finally {
      table.turn.release();
    }
  }

  private SnapshotProgress next(int generation, long stamp, List<SnapshotNumber.Used> used)
      throws SnapshotVoid {
    SnapshotProgress now = loads.progress();
    if (now != null) {
      return now.again();
    }
    int number =
        SnapshotNumber.next(stamp, used)
            .orElseThrow(
                () -> {
                  table.stop(
                      "%s: it has been loaded %d times while the database stood at version %d, and more loads cannot be told apart."
                          .formatted(table.name(), Sequence.MAX_SNAPSHOT, stamp),
                      "commit a change to any tracked table, so that the version moves on; then `renkei reload %s`"
                          .formatted(table.name()));
                  return new SnapshotVoid(table.name() + ": no number is left for a snapshot");
                });
    return new SnapshotProgress(
        generation,
        number,
        stamp,
        stamp,
        null,
        1,
        ChunksDone.NONE,
        table.layout(),
        context.now(),
        loads.wantedPart());
  }

  /** Rows flow now. */
  void goesOn(@Nullable Long estimatedRows) {
    synchronized (table) {
      loads.goesOn(estimatedRows, context.now());
    }
  }

  /** So many rows of the chunk under way are published. */
  void chunkRows(long published) {
    synchronized (table) {
      loads.chunkRows(published);
    }
  }

  /**
   * A chunk has been published: where the snapshot goes on becomes durable with it. Returns before
   * it is; until then the turn is held.
   */
  void chunkDone(SnapshotProgress next, Publication lane, Basis basis)
      throws HubException, InterruptedException {
    var unused = hand(lane, basis, () -> loads.progressed(next));
  }

  /** Ends a snapshot: its closing and the cursor that says so become durable together. */
  void end(LastSnapshot last, Publication lane, Basis basis)
      throws HubException, InterruptedException {
    Publication.await(hand(lane, basis, () -> loads.ended(last)));
  }

  private CompletableFuture<Void> hand(Publication lane, Basis basis, Runnable step)
      throws HubException, InterruptedException {
    table.turn.acquire();
    Loads.Said before;
    CompletableFuture<Void> advanced;
    Cursor cursor;
    synchronized (table) {
      before = loads.said();
    }
    try {
      synchronized (table) {
        if (!stillBasedOn(basis)) {
          throw new SnapshotVoid(table.name() + ": the table changed under its snapshot");
        }
        step.run();
        cursor = table.cursorAsDurable();
      }
      advanced = lane.advance(cursor);
    } catch (HubException | InterruptedException | RuntimeException e) {
      takeBack(before);
      table.turn.release();
      throw e;
    }
    return advanced.whenComplete(
        (nothing, failure) -> {
          if (failure == null) {
            table.acknowledged(cursor);
          } else {
            takeBack(before);
          }
          table.turn.release();
          wake.run();
        });
  }

  private void takeBack(Loads.Said before) {
    synchronized (table) {
      loads.takeBack(before);
    }
  }

  /**
   * A snapshot ended early: it goes on behind its last chunk after a while; where its basis broke
   * it begins again, as the next one.
   */
  void failed(int generation, Exception failure) {
    synchronized (table) {
      if (failure instanceof SnapshotVoid) {
        loads.voided(generation, context.now());
        return;
      }
      FailureKind kind = FailureKind.of(failure);
      int failures = loads.failures() + 1;
      Duration delay = kind.delay(failures, ThreadLocalRandom.current().nextDouble());
      String message = String.valueOf(failure.getMessage());
      loads.failed(new Problem(message, kind.cure(), context.now()), delay);
      table.snapshotInterrupted(kind);
      int most = table.settings().retryMaxTimes();
      var event = failures == most ? log.atError() : log.atWarn();
      event
          .addKeyValue("table", table.name())
          .addKeyValue("snapshot", generation)
          .addKeyValue("retry", failures)
          .addKeyValue("retryMaxTimes", most)
          .addKeyValue("delayMillis", delay.toMillis())
          .addKeyValue("kind", kind)
          .addKeyValue("reason", message)
          .log("snapshot interrupted");
    }
  }
}
