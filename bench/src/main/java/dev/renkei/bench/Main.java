package dev.renkei.bench;

import dev.renkei.bench.bigquery.BigQueryBench;
import dev.renkei.bench.chain.ChainBench;
import dev.renkei.bench.changeset.ChangeSetBench;
import dev.renkei.bench.collector.CollectorBench;
import dev.renkei.bench.features.FeaturesBench;
import dev.renkei.bench.filter.FilterBench;
import dev.renkei.bench.hub.DedupeBench;
import dev.renkei.bench.hub.EnginesBench;
import dev.renkei.bench.hub.PubSubBench;
import dev.renkei.bench.hub.PublishBench;
import dev.renkei.bench.idle.IdleBench;
import dev.renkei.bench.load.LoadBench;
import dev.renkei.bench.mask.MaskBench;
import dev.renkei.bench.rules.RulesBench;
import dev.renkei.bench.standin.StandInBench;
import dev.renkei.bench.tracker.TrackerBench;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks by name; started by {@code renkei bench}. */
@Command(
    name = "renkei bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    description = {
      "Measures Renkei's parts, each beside a bare loop that does the same work in the same run.",
      "Figures are medians of rounds; ratios tell more than rates, which depend on the machine."
    },
    subcommands = {
      StandInBench.class,
      TrackerBench.class,
      FilterBench.class,
      FeaturesBench.class,
      RulesBench.class,
      MaskBench.class,
      CollectorBench.class,
      PublishBench.class,
      DedupeBench.class,
      EnginesBench.class,
      PubSubBench.class,
      LoadBench.class,
      BigQueryBench.class,
      IdleBench.class,
      ChangeSetBench.class,
      ChainBench.class,
      AllBench.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei bench tracker",
      "  renkei bench tracker --quick --json",
      "  renkei bench tracker --help",
      "  renkei bench all --quick"
    })
public final class Main implements Runnable {
  /** There is no logging in the benchmarks, and no need to say so; as name=value. */
  static final String QUIET_LOGS = "slf4j.internal.verbosity=ERROR";

  private Main() {}

  public static void main(String[] arguments) {
    String[] quiet = QUIET_LOGS.split("=", 2);
    System.setProperty(quiet[0], quiet[1]);
    // Google's clients tell of each stream that they open.
    Logger.getLogger("").setLevel(Level.WARNING);
    System.exit(
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(110)
            .execute(arguments));
  }

  @Override
  public void run() {
    new CommandLine(this).setUsageHelpWidth(110).usage(System.out);
  }
}
