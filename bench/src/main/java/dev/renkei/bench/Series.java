package dev.renkei.bench;

/** Rates and CPU time of one way to do the same amount of work, round by round. */
public final class Series {
  private final long amount;
  private final double[] rates;
  private final double[] cpu;

  /**
   * An empty series.
   *
   * @param amount what each round does, for example so many rows
   */
  public Series(long amount, int rounds) {
    this.amount = amount;
    this.rates = new double[rounds];
    this.cpu = new double[rounds];
  }

  /** The work of a round. */
  public interface Work {
    void run() throws Exception;
  }

  /** Work that says itself what counts of it. */
  public interface Timed {
    Taken run() throws Exception;
  }

  /** Time and CPU time of this process, in seconds. */
  public record Taken(double seconds, double cpuSeconds) {}

  /** Runs from its making. */
  public static final class Stopwatch {
    private final long begun = System.nanoTime();
    private final double cpuBefore = Machine.cpuSeconds();

    /** What has been taken so far. */
    public Taken taken() {
      return new Taken((System.nanoTime() - begun) / 1e9, Machine.cpuSeconds() - cpuBefore);
    }
  }

  /**
   * Does the work of a round.
   *
   * @param round below 0 to warm up: it does not count
   */
  public void add(int round, Work work) throws Exception {
    addTimed(
        round,
        () -> {
          Stopwatch stopwatch = new Stopwatch();
          work.run();
          return stopwatch.taken();
        });
  }

  /** Does the work of a round, as {@link #add} does. */
  public void addTimed(int round, Timed work) throws Exception {
    Taken taken = work.run();
    if (round >= 0) {
      rates[round] = amount / taken.seconds();
      cpu[round] = taken.cpuSeconds() * 1e6 / amount;
    }
  }

  /** By round, per second. */
  public double[] rates() {
    return rates.clone();
  }

  /** By round, in this process. */
  public double[] cpuSecondsPerMillion() {
    return cpu.clone();
  }

  /** Tells rates, and CPU seconds of this process for a million. */
  public void report(Report report, String name) {
    report.figure(name, "/s", rates);
    report.figure(name, "CPU s per million", cpu);
  }
}
