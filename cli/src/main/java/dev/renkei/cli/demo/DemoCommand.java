package dev.renkei.cli.demo;

import dev.renkei.cli.CommandFailure;
import dev.renkei.cli.ExitCode;
import dev.renkei.cli.Logs;
import dev.renkei.cli.StopSignal;
import dev.renkei.cli.Terminal;
import dev.renkei.cli.Version;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.Shop;
import dev.renkei.demo.WriterOptions;
import dev.renkei.server.ServerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows the whole chain on this machine: a shop's database (the stand-in), a writer that changes it, two trackers,",
      "a hub on Kafka, dedupe, and a warehouse in DuckDB; all embedded, in processes of their own where that matters.",
      "Beside it what data is linked for: a warehouse without personal data, notices that one piece is left, sales by minute,",
      "and visitors' events from the web, by sessions and joined with customers.",
      "It ends with the proof: every row of every table is compared, every change is counted, every use is computed again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei demo                                       a live table; Ctrl-C ends with the proof",
      "  renkei demo --seconds 20 --json                   one JSON object, progress on standard error",
      "  renkei demo --seconds 20 --kill-tracker --json    a tracker is killed by force half-way",
      "  renkei demo --seconds 10 --plant loss             the proof must find it: exit code 6",
      "  renkei demo --hub pubsub --seconds 20 --json      over Google's Pub/Sub emulator",
      "  renkei demo --seconds 60 --rate 5000 --rows-per-transaction 20"
    })
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long the writer writes (default: until Ctrl-C).")
  private @Nullable Double seconds;

  @Option(names = "--json", description = "One JSON object instead of text, and no live table.")
  private boolean json;

  @Option(names = "--kill-tracker", description = "Kill one tracker by force half-way.")
  private boolean killTracker;

  @Option(
      names = "--plant",
      paramLabel = "FAULT",
      description = "Make a fault that the proof must find: ${COMPLETION-CANDIDATES}.")
  private DemoOptions.@Nullable Plant plant;

  @Option(
      names = "--hub",
      paramLabel = "KIND",
      defaultValue = "kafka",
      description =
          "${COMPLETION-CANDIDATES}: a broker in this process, or Google's Pub/Sub emulator, where it is installed or PUBSUB_EMULATOR_HOST names it (default: ${DEFAULT-VALUE}).")
  private DemoOptions.HubKind hub;

  @Option(
      names = "--plain",
      description =
          "Only source, hub and warehouse: no masking, no features, no rules, no events. Always so on Pub/Sub, where these run on Beam.")
  private boolean plain;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "" + WriterOptions.DEFAULT_RATE,
      description = "Changes a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--rows-per-transaction",
      paramLabel = "N",
      defaultValue = "" + WriterOptions.DEFAULT_ROWS_PER_TRANSACTION,
      description = "At most (default: ${DEFAULT-VALUE}).")
  private int rowsPerTransaction;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "" + Shop.DEFAULT_ROWS,
      description = "Rows that the shop opens with (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--trackers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Trackers that read the same tables (default: ${DEFAULT-VALUE}).")
  private int trackers;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Of the shop's rows and the writer's choices (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Keep broker, warehouse and logs there; it must be empty (default: a temporary folder).")
  private @Nullable Path directory;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  public DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException, IOException {
    DemoOptions options = options();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    boolean live = Terminal.isInteractive() && !json;
    StopSignal stop = StopSignal.install();
    try (DemoFolder folder = DemoFolder.make(options)) {
      Logs.toFile(folder.logs().resolve("renkei.log"));
      DemoRun.Outcome outcome =
          run(
              new DemoRun(
                  options,
                  Version.number(),
                  stop,
                  line -> {
                    err.println("demo: " + line);
                    err.flush();
                  },
                  live ? out : null),
              folder);
      out.print(
          json
              ? outcome.report().json() + System.lineSeparator()
              : DemoView.proof(outcome.report(), outcome.evidence()));
      out.flush();
      tell(outcome, err);
      if (!folder.temporary()) {
        err.printf("demo: everything is kept in %s%n", folder.path());
      }
      return outcome.report().exitCode();
    }
  }

  /** With JSON on standard output, what a reader must know is on standard error. */
  private void tell(DemoRun.Outcome outcome, PrintWriter err) {
    if (outcome.planted() != null) {
      err.printf("demo: planted in %s %s%n", outcome.planted().table(), outcome.planted().key());
    }
    if (json) {
      outcome.evidence().differences().forEach(one -> err.println("demo: different: " + one));
      outcome.evidence().unbalanced().forEach(one -> err.println("demo: unbalanced: " + one));
    }
    err.flush();
  }

  private DemoOptions options() {
    if ((seconds != null && seconds <= 0)
        || rate < 1
        || rowsPerTransaction < 1
        || rows < 1
        || trackers < 1
        || trackers > 8) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--seconds, --rate, --rows-per-transaction and --rows are above zero, --trackers is 1 to 8.");
    }
    return new DemoOptions(
        seconds,
        killTracker,
        plant,
        hub,
        rate,
        rowsPerTransaction,
        seed,
        rows,
        trackers,
        0,
        plain,
        directory);
  }

  private static DemoRun.Outcome run(DemoRun demo, DemoFolder folder) throws InterruptedException {
    try {
      return demo.run(folder);
    } catch (HubException e) {
      throw failure(ExitCode.HUB, e, folder);
    } catch (WarehouseException e) {
      throw failure(ExitCode.WAREHOUSE, e, folder);
    } catch (SQLException e) {
      throw failure(ExitCode.SOURCE, e, folder);
    } catch (ServerException | IOException | TimeoutException e) {
      throw failure(ExitCode.INTERNAL, e, folder);
    }
  }

  private static CommandFailure failure(ExitCode code, Exception e, DemoFolder folder) {
    return new CommandFailure(
        code,
        "the demo failed: %s%nIts logs: %s"
            .formatted(
                e.getMessage(),
                folder.temporary() ? "run it again with --data DIR to keep them" : folder.logs()));
  }
}
