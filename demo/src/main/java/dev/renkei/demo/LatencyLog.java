package dev.renkei.demo;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;

/**
 * When changes became visible in the warehouse, 16 bytes for each. Thread-safe.
 *
 * <p>A change is told by its version: the writer is the only one, so its ledger knows when that
 * version was committed.
 */
public final class LatencyLog {
  private long[] versions = new long[1 << 12];
  private long[] micros = new long[1 << 12];
  private int size;

  /** Changes that a query sees from that time on; rows of snapshots are left out. */
  public synchronized void visible(Collection<Change> changes, Instant at) {
    long now = micros(at);
    for (Change change : changes) {
      if (change.type() != ChangeType.SNAPSHOT_ROW) {
        visible(change.sequence().version(), now);
      }
    }
  }

  /**
   * One change that a query sees from that time on.
   *
   * @param atMicros since 1970
   */
  public synchronized void visible(long version, long atMicros) {
    if (size == versions.length) {
      versions = Arrays.copyOf(versions, size * 2);
      micros = Arrays.copyOf(micros, size * 2);
    }
    versions[size] = version;
    micros[size++] = atMicros;
  }

  /** Microseconds since 1970. */
  public static long micros(Instant at) {
    return at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
  }

  /**
   * How long changes took from the writer's commit to being visible; a change that was visible
   * before its commit had returned took no time.
   */
  public synchronized DemoReport.Latency since(Ledger ledger) {
    long[] took = new long[size];
    int samples = 0;
    for (int i = 0; i < size; i++) {
      long committed = ledger.committedAt(versions[i]);
      if (committed != Ledger.UNKNOWN) {
        took[samples++] = Math.max(0, micros[i] - committed);
      }
    }
    Arrays.sort(took, 0, samples);
    return new DemoReport.Latency(
        percentile(took, samples, 0.50),
        percentile(took, samples, 0.95),
        percentile(took, samples, 0.99),
        samples);
  }

  /**
   * The smallest value that so great a part of the sorted ones does not exceed, in milliseconds.
   */
  private static double percentile(long[] sorted, int size, double part) {
    return size == 0 ? 0 : sorted[(int) Math.ceil(part * size) - 1] / 1000.0;
  }
}
