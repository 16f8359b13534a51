package dev.renkei.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one process of an installation says of itself. {@link StatusView} puts several together.
 *
 * <p>As JSON ({@code GET /api/status}): the names below, instants in ISO 8601, what is unknown as
 * null. A reader ignores fields that it does not know and refuses another {@code format}.
 *
 * @param format {@link #FORMAT}
 * @param name of the installation, as configured
 * @param at when this was said
 * @param roles what the process does, for example {@code track}, {@code flow dedupe}, {@code load}
 * @param alerts that this process fires
 * @param gone trackers that ran in other processes of this machine and run no more
 * @param flowLags what waits for each flow, of this process or another, as the hub knows it; told
 *     by the process that hosts the hub, and on a cluster of its own by those that load, for flows
 *     that have read it before
 */
public record StatusReport(
    int format,
    String name,
    String version,
    long pid,
    Instant startedAt,
    Instant at,
    List<String> roles,
    Hub hub,
    List<Tracker> trackers,
    List<Flow> flows,
    List<Warehouse> warehouses,
    Resources resources,
    List<Alert> alerts,
    List<String> gone,
    List<FlowLag> flowLags) {
  public static final int FORMAT = 1;

  /** Without alerts. */
  public StatusReport(
      int format,
      String name,
      String version,
      long pid,
      Instant startedAt,
      Instant at,
      List<String> roles,
      Hub hub,
      List<Tracker> trackers,
      List<Flow> flows,
      List<Warehouse> warehouses,
      Resources resources) {
    this(
        format,
        name,
        version,
        pid,
        startedAt,
        at,
        roles,
        hub,
        trackers,
        flows,
        warehouses,
        resources,
        List.of(),
        List.of(),
        List.of());
  }

  public StatusReport {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "a status of format %d; this program reads format %d".formatted(format, FORMAT));
    }
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(hub, "hub");
    Objects.requireNonNull(resources, "resources");
    roles = List.copyOf(roles);
    trackers = List.copyOf(trackers);
    flows = List.copyOf(flows);
    warehouses = List.copyOf(warehouses);
    alerts = alerts == null ? List.of() : List.copyOf(alerts); // an earlier build does not say
    gone = gone == null ? List.of() : List.copyOf(gone);
    flowLags = flowLags == null ? List.of() : List.copyOf(flowLags);
  }

  /** The same with what is known of other processes. */
  public StatusReport beside(List<String> trackersGone, List<FlowLag> lags) {
    return new StatusReport(
        format,
        name,
        version,
        pid,
        startedAt,
        at,
        roles,
        hub,
        trackers,
        flows,
        warehouses,
        resources,
        alerts,
        trackersGone,
        lags);
  }

  /** The same with these alerts. */
  public StatusReport with(List<Alert> firing) {
    return new StatusReport(
        format,
        name,
        version,
        pid,
        startedAt,
        at,
        roles,
        hub,
        trackers,
        flows,
        warehouses,
        resources,
        firing,
        gone,
        flowLags);
  }

  /** Reads what {@link #toJson} wrote, or throws what Jackson finds wrong. */
  public static StatusReport parse(String json) throws JsonProcessingException {
    return Json.MAPPER.readValue(json, StatusReport.class);
  }

  public String toJson() {
    return Json.write(this);
  }

  /**
   * The hub as this process sees it.
   *
   * @param kind for example {@code kafka}
   * @param address where clients reach it
   * @param embedded whether the broker runs inside one of our processes
   * @param reachable whether it answered lately
   */
  public record Hub(String kind, String address, boolean embedded, boolean reachable) {
    public Hub {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(address, "address");
    }
  }

  /**
   * An alert that fires ({@code docs/alerts.md}).
   *
   * @param name of its definition
   * @param subject what it is about, for example {@code table dbo.Orders, tracker tracker-a}
   * @param message what is wrong
   * @param cure what to do
   * @param since when it began to fire
   */
  public record Alert(String name, String subject, String message, String cure, Instant since) {
    public Alert {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(message, "message");
      Objects.requireNonNull(cure, "cure");
      Objects.requireNonNull(since, "since");
    }
  }

  /** What went wrong, and what to do. */
  public record Problem(String message, String cure, Instant at) {
    public Problem {
      Objects.requireNonNull(message, "message");
      Objects.requireNonNull(cure, "cure");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * One tracker.
   *
   * @param source the configured name
   * @param problem of the source as a whole; null while it answers
   * @param currentVersion of the database as of the last look; null before the first
   * @param retentionMillis how long the database keeps changes; null before it was asked
   */
  public record Tracker(
      String name,
      String source,
      @Nullable Problem problem,
      List<Table> tables,
      @Nullable Long currentVersion,
      @Nullable Long retentionMillis) {
    /** Of a source that was not asked yet. */
    public Tracker(String name, String source, @Nullable Problem problem, List<Table> tables) {
      this(name, source, problem, tables, null, null);
    }

    public Tracker {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(source, "source");
      tables = List.copyOf(tables);
    }

    /** How long this tracker may still be away before a table's changes are gone at the source. */
    public @Nullable Long retentionLeftMillis(Table table) {
      return retentionMillis == null || table.cursor() == null
          ? null
          : Math.max(0, retentionMillis - table.lagMillis());
    }

    /** How many versions a table's cursor is behind the database. */
    public @Nullable Long versionsBehind(Table table) {
      Long cursor = table.cursor();
      return currentVersion == null || cursor == null ? null : Math.max(0, currentVersion - cursor);
    }
  }

  /**
   * One table of a tracker.
   *
   * @param table {@code schema.table}
   * @param cursor the durable version; null before there is one
   * @param lagMillis how long ago the table was last known whole
   * @param retries in a row
   * @param retriesTotal since the start
   * @param rows published since the start
   * @param skipped changes whose row was gone
   * @param lateFound changes that became visible behind the cursor and were found by reading the
   *     last versions again
   * @param snapshot the one under way; null without one
   * @param lastReload why it was loaded again last without anybody's wish; null where that has not
   *     happened since the start
   * @param lastSnapshot the last one that was completed; null before the first, and where this
   *     process does not know it
   * @param lastPart the same of {@code reload --where}
   */
  public record Table(
      String table,
      Phase phase,
      @Nullable Long cursor,
      long lagMillis,
      @Nullable Problem problem,
      int retries,
      long retriesTotal,
      long rows,
      long skipped,
      long lateFound,
      @Nullable Snapshot snapshot,
      int snapshotsDone,
      @Nullable Problem lastReload,
      @Nullable LastSnapshot lastSnapshot,
      @Nullable LastSnapshot lastPart) {
    public Table {
      Objects.requireNonNull(table, "table");
      Objects.requireNonNull(phase, "phase");
    }

    /** Named as the tracker names them. */
    public enum Phase {
      @JsonProperty("starting")
      STARTING,
      @JsonProperty("snapshot")
      SNAPSHOT,
      @JsonProperty("tracking")
      TRACKING,
      @JsonProperty("retrying")
      RETRYING,
      /** Failed often in a row; goes on trying. */
      @JsonProperty("alert")
      ALERT,
      /** An operator lets it rest. */
      @JsonProperty("paused")
      PAUSED,
      /** Waits for an operator. */
      @JsonProperty("stopped")
      STOPPED
    }
  }

  /**
   * A snapshot under way.
   *
   * @param number counts the table's snapshots
   * @param rows read so far
   * @param chunks that the hub holds
   * @param estimatedRows of the whole table; null where the source does not say
   * @param rowsPerSecond since it began, or went on last
   * @param where the condition of the rows that are read; null where all are
   */
  public record Snapshot(
      int number,
      long rows,
      int chunks,
      @Nullable Long estimatedRows,
      long rowsPerSecond,
      @Nullable Instant begun,
      @Nullable String where) {
    /** How long it may take yet; null where that cannot be told. */
    public @Nullable Duration timeLeft() {
      return estimatedRows == null || rowsPerSecond <= 0
          ? null
          : Duration.ofSeconds(Math.max(0, estimatedRows - rows) / rowsPerSecond);
    }
  }

  /**
   * A snapshot that was read to its end.
   *
   * @param number as of {@link Snapshot}
   * @param start its start as a sequence, in hex: warehouses name it alike
   * @param where as of {@link Snapshot}
   */
  public record LastSnapshot(
      int number,
      String start,
      long rows,
      int chunks,
      Instant begun,
      Instant ended,
      @Nullable String where) {
    public LastSnapshot {
      Objects.requireNonNull(start, "start");
      Objects.requireNonNull(begun, "begun");
      Objects.requireNonNull(ended, "ended");
    }
  }

  /**
   * One flow.
   *
   * @param state the engine's word, for example {@code RUNNING}, or {@link #PAUSED}
   * @param counts of messages since this process started
   * @param others what else it has counted since then, by names of its own
   * @param problem what it cannot do at the moment, and what to do about it; null for nothing
   */
  public record Flow(
      String name,
      String state,
      Counts counts,
      Map<String, Long> others,
      @Nullable String problem) {
    /** The state of a flow that an operator lets rest; its problem says why. */
    public static final String PAUSED = "PAUSED";

    public Flow {
      others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(counts, "counts");
    }

    /** The same, resting. */
    public Flow paused(String sentence) {
      return new Flow(name, PAUSED, counts, others, sentence);
    }
  }

  /**
   * How far a flow is behind.
   *
   * @param messages between its place and the end of what it reads
   * @param standingMillis since when it has taken none though some wait; 0 while it takes, rests,
   *     or nothing waits
   */
  public record FlowLag(String flow, long messages, long standingMillis) {}

  /** Messages that came and went. */
  public record Counts(
      long in, long out, long duplicates, long superseded, long filtered, long deadLetters) {
    Counts plus(Counts more) {
      return new Counts(
          in + more.in,
          out + more.out,
          duplicates + more.duplicates,
          superseded + more.superseded,
          filtered + more.filtered,
          deadLetters + more.deadLetters);
    }
  }

  /**
   * One warehouse as its loader sees it; counts since this process started.
   *
   * @param path where it lies
   * @param lagMessages not yet applied; null while the ends are not known, and on an unordered hub,
   *     which has none
   * @param rows changes handed to the warehouse
   * @param swept rows deleted at the end of snapshots
   * @param retries tries that failed
   * @param alert what an operator should know of; null when nothing
   * @param replayingFrom where a replay under way began; null without one
   * @param loads the last snapshot of each table that was loaded to its end since this process
   *     started
   * @param lagMillis on an unordered hub: how long ago the oldest message that is on its way was
   *     published; null on an ordered one
   * @param unsettled on an unordered hub: messages that it has delivered and that the warehouse
   *     does not hold yet; null on an ordered one
   * @param verified the last comparison of each table with its source, also before this process
   *     started
   * @param arrivals how fresh each table arrives
   */
  public record Warehouse(
      String name,
      String path,
      Phase phase,
      @Nullable Long lagMessages,
      long rows,
      long batches,
      long swept,
      long deadLetters,
      long retries,
      @Nullable String lastError,
      @Nullable Instant lastErrorAt,
      @Nullable Instant lastCommit,
      @Nullable String alert,
      @Nullable Instant replayingFrom,
      List<Load> loads,
      @Nullable Long lagMillis,
      @Nullable Integer unsettled,
      List<Verified> verified,
      List<Arrival> arrivals) {
    /** Of an ordered hub. */
    public Warehouse(
        String name,
        String path,
        Phase phase,
        @Nullable Long lagMessages,
        long rows,
        long batches,
        long swept,
        long deadLetters,
        long retries,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt,
        @Nullable Instant lastCommit,
        @Nullable String alert,
        @Nullable Instant replayingFrom,
        List<Load> loads) {
      this(
          name,
          path,
          phase,
          lagMessages,
          rows,
          batches,
          swept,
          deadLetters,
          retries,
          lastError,
          lastErrorAt,
          lastCommit,
          alert,
          replayingFrom,
          loads,
          null,
          null,
          List.of(),
          List.of());
    }

    public Warehouse {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(phase, "phase");
      loads = loads == null ? List.of() : List.copyOf(loads); // an earlier build does not say
      verified = verified == null ? List.of() : List.copyOf(verified);
      arrivals = arrivals == null ? List.of() : List.copyOf(arrivals);
    }

    /** The same, with what was compared. */
    public Warehouse with(List<Verified> compared) {
      return new Warehouse(
          name,
          path,
          phase,
          lagMessages,
          rows,
          batches,
          swept,
          deadLetters,
          retries,
          lastError,
          lastErrorAt,
          lastCommit,
          alert,
          replayingFrom,
          loads,
          lagMillis,
          unsettled,
          compared,
          arrivals);
    }

    /**
     * The last comparison of a table with its source ({@code renkei verify}).
     *
     * @param at when it ended
     * @param rows of the source that were compared
     * @param leftOut differences that do not count, as their rows were changing
     * @param missing rows of the source that the warehouse has not
     * @param onlyInWarehouse rows that the source has not
     * @param different rows whose values differ
     * @param problem why it could not be compared, and what to do about it; null where it could
     * @param equalAt when it was last found equal; null where that was never so
     */
    public record Verified(
        String table,
        State state,
        Instant at,
        long rows,
        long leftOut,
        long missing,
        long onlyInWarehouse,
        long different,
        @Nullable String problem,
        @Nullable Instant equalAt) {
      public Verified {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(at, "at");
      }

      /** How a comparison ended. */
      public enum State {
        @JsonProperty("equal")
        EQUAL,
        @JsonProperty("different")
        DIFFERENT,
        /** It was begun and not finished: {@code problem} says why. */
        @JsonProperty("failed")
        FAILED,
        /** Tables like this one cannot be compared: {@code problem} says why. */
        @JsonProperty("refused")
        REFUSED
      }
    }

    /**
     * What of one table has become visible in the warehouse, and how long after its commit at the
     * source.
     *
     * @param table {@code schema.table}; null for all tables together
     * @param changes since this process started, without rows of snapshots
     * @param snapshotRows since this process started
     * @param last when the last change became visible; null before the first
     * @param lag of the changes of the last minute; null where there were none, and in a replay
     */
    public record Arrival(
        @Nullable String table,
        long changes,
        long snapshotRows,
        @Nullable Instant last,
        @Nullable Lag lag) {}

    /**
     * How long changes took from commit to warehouse, exact to about 3 %.
     *
     * @param count how many there were
     */
    public record Lag(long count, long p50Millis, long p95Millis, long p99Millis, long maxMillis) {}

    /**
     * A snapshot that the warehouse has loaded to its end.
     *
     * @param start as of {@link LastSnapshot#start}
     * @param rows of the snapshot
     * @param swept rows that had vanished at the source
     */
    public record Load(String table, String start, long rows, long swept, Instant at) {
      public Load {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(at, "at");
      }
    }

    /** Named as the loader names them. */
    public enum Phase {
      @JsonProperty("starting")
      STARTING,
      @JsonProperty("loading")
      LOADING,
      /** Something failed and is tried again. */
      @JsonProperty("retrying")
      RETRYING,
      /** An operator lets it rest; {@code alert} says why. */
      @JsonProperty("paused")
      PAUSED,
      @JsonProperty("stopped")
      STOPPED
    }
  }
}
