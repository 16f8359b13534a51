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

  /** Work that takes its own time, in seconds. */
  public interface Timed {
    double run() throws Exception;
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
          long begun = System.nanoTime();
          work.run();
          return (System.nanoTime() - begun) / 1e9;
        });
  }

  public void addTimed(int round, Timed work) throws Exception {
    double cpuBefore = Machine.cpuSeconds();
    double seconds = work.run();
    if (round >= 0) {
      rates[round] = amount / seconds;
      cpu[round] = (Machine.cpuSeconds() - cpuBefore) * 1e6 / amount;
    }
  }

  /** By round, per second. */
  public double[] rates() {
    return rates.clone();
  }

  /** Tells rates, and CPU seconds of this process for a million. */
  public void report(Report report, String name) {
    report.figure(name, "/s", rates);
    report.figure(name, "CPU s per million", cpu);
  }
}
