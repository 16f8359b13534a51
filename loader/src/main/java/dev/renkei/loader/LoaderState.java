package dev.renkei.loader;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a loader says of itself.
 *
 * @param stream what it reads; empty before it has begun
 * @param positions next messages to apply, by partition; none on an unordered hub
 * @param ends the offsets behind the last messages, by partition, as of the last look; none on an
 *     unordered hub
 * @param rows changes handed to the warehouse since the start
 * @param swept rows deleted by sweeps since the start
 * @param deadLetters messages set aside since the start
 * @param retries tries that failed since the start
 * @param lastError the sentence of the last one; null before it
 * @param replayingFrom the time of the replay under way, until it has passed what was the hub's end
 *     when it was asked for; null without one
 * @param alert what an operator should know of that has happened since the start; null when nothing
 * @param loads the last snapshot of each table that was loaded to its end since the start; on an
 *     unordered hub also before, as far as that is known
 * @param unsettled what stands for lag on an unordered hub; null on an ordered one
 */
public record LoaderState(
    String name,
    Phase phase,
    String stream,
    Map<Integer, Long> positions,
    Map<Integer, Long> ends,
    long rows,
    long batches,
    long swept,
    long deadLetters,
    long retries,
    @Nullable String lastError,
    @Nullable Instant lastErrorAt,
    @Nullable Instant lastCommit,
    @Nullable Instant replayingFrom,
    @Nullable String alert,
    Map<TableName, Load> loads,
    @Nullable Unsettled unsettled) {
  public LoaderState {
    positions = Map.copyOf(positions);
    ends = Map.copyOf(ends);
    loads = Map.copyOf(loads);
  }

  /** What there is to say before it has begun. */
  static LoaderState before(String name) {
    return new LoaderState(
        name,
        Phase.STARTING,
        "",
        Map.of(),
        Map.of(),
        0,
        0,
        0,
        0,
        0,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        null);
  }

  /**
   * What an unordered hub has delivered and the warehouse does not hold yet.
   *
   * @param deliveries how many
   * @param oldest when the oldest of those read last was published; null where nothing is on its
   *     way
   */
  public record Unsettled(int deliveries, @Nullable Instant oldest) {
    /** How long the oldest has been on its way; zero where nothing is. */
    public Duration lag(Instant now) {
      Instant since = oldest;
      return since == null || since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
    }
  }

  /**
   * A snapshot that was loaded to its end.
   *
   * @param start its first stamp with its number
   * @param rows of the snapshot
   * @param swept rows that had vanished at the source
   */
  public record Load(TableName table, Sequence start, long rows, long swept, Instant at) {}

  /**
   * What of one table has become visible in the warehouse since the start.
   *
   * @param table null for all tables together
   * @param changes without rows of snapshots
   * @param last when the last change became visible; null before the first
   * @param lag from commit to warehouse, of the changes of the last minute; null where there were
   *     none, and in a replay
   */
  public record Arrival(
      @Nullable TableName table,
      long changes,
      long snapshotRows,
      @Nullable Instant last,
      @Nullable Lag lag) {}

  /** How long changes took, exact to about 3 %. */
  public record Lag(long count, Duration p50, Duration p95, Duration p99, Duration max) {}

  /** Where a loader stands. */
  public enum Phase {
    STARTING,
    LOADING,
    /** Something failed and is tried again. */
    RETRYING,
    STOPPED
  }

  /** Messages not yet applied, by partition; none for a partition whose end is not known yet. */
  public Map<Integer, Long> lag() {
    Map<Integer, Long> lag = new TreeMap<>();
    ends.forEach(
        (partition, end) ->
            lag.put(partition, Math.max(0, end - positions.getOrDefault(partition, 0L))));
    return lag;
  }
}
