package dev.renkei.cli;

import java.io.PrintWriter;
import java.time.Duration;

/** Says every few seconds how far a backfill is. Belongs to one thread. */
final class BackfillProgress {
  private static final long BETWEEN_LINES = Duration.ofSeconds(5).toNanos();

  private final PrintWriter out;
  private final String what;
  private long all;
  private long read;
  private long told = System.nanoTime();

  /**
   * Progress of nothing yet.
   *
   * @param what is read
   */
  BackfillProgress(PrintWriter out, String what) {
    this.out = out;
    this.what = what;
  }

  /** Reading begins; there are about so many. */
  void begin(long about) {
    this.all = about;
  }

  /** One more; so many rows have come out of it all. */
  void read(long rows) {
    read++;
    long now = System.nanoTime();
    if (now - told >= BETWEEN_LINES) {
      told = now;
      out.printf(
          "%s: %,d of %,d read (%d %%), %,d final rows%n",
          what, read, Math.max(all, read), 100 * read / Math.max(1, Math.max(all, read)), rows);
      out.flush();
    }
  }
}
