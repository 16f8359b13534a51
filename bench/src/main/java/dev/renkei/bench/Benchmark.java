package dev.renkei.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A benchmark as a command: what all have in common. An aim that is missed is no failure. */
public abstract class Benchmark implements Callable<Integer> {
  /** The exit code of a benchmark that needs something which is not there. */
  protected static final int LEFT_OUT = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds after one to warm up; figures are medians (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--quick", description = "Small amounts: shows that it runs, not how fast.")
  private boolean quick;

  @Option(names = "--json", description = "One JSON object on standard output; else a table.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  protected Benchmark() {}

  /** Measures, and says what in the report. */
  protected abstract void measure(Report report) throws Exception;

  @Override
  public Integer call() throws Exception {
    Report report = new Report(spec.name(), quick);
    measure(report);
    if (json) {
      System.out.println(report.json());
    } else {
      report.print(System.out);
    }
    return 0;
  }

  protected final boolean quick() {
    return quick;
  }

  /** How many rounds count. */
  protected final int rounds() {
    return quick ? 1 : rounds;
  }

  /** What a round does. */
  protected interface Round {
    void run(int round) throws Exception;
  }

  /**
   * Runs the rounds, telling which one on standard error.
   *
   * @param round is run with -1 first, to warm up
   */
  protected final void eachRound(String what, Round round) throws Exception {
    for (int i = -1; i < rounds(); i++) {
      System.err.println(
          "%s: %s, %s"
              .formatted(
                  spec.name(),
                  what,
                  i < 0 ? "warming up" : "round %d of %d".formatted(i + 1, rounds())));
      round.run(i);
    }
  }
}
