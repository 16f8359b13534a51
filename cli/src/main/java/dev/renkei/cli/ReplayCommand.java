package dev.renkei.cli;

import dev.renkei.cli.node.HubCommands;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.ReplayMarks;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei replay}: loaders read the hub again from a time or a mark on. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asks loaders to apply the hub's messages again from a time on. What a warehouse has already it takes no second",
      "time, so a replay mends what is missing and doubles nothing.",
      "",
      "On Pub/Sub a mark keeps where a loader is, for a week at most, so that it can go back there: set one before a",
      "risky deployment. On Kafka a time is as exact, and needs no mark."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei replay -c shop.yaml --from 2026-01-01T12:00:00Z",
      "  renkei replay -c shop.yaml --from 6h --warehouse local",
      "  renkei replay -c shop.yaml --mark before-deploy       keeps where each loader is now",
      "  renkei replay -c shop.yaml --from-mark before-deploy  goes back there",
      "  renkei replay -c shop.yaml --marks",
      "  renkei replay -c shop.yaml --delete-mark before-deploy"
    })
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private What what;

  /** What is asked for, one of these. */
  private static final class What {
    @Option(
        names = "--from",
        required = true,
        paramLabel = "TIME",
        description = "ISO 8601 with an offset, or how long ago: 90s, 30m, 6h, 2d.")
    private @Nullable String from;

    @Option(
        names = "--mark",
        required = true,
        paramLabel = "NAME",
        description = "Sets a mark where the loaders are now. Pub/Sub only.")
    private @Nullable String mark;

    @Option(
        names = "--from-mark",
        required = true,
        paramLabel = "NAME",
        description = "From a mark on.")
    private @Nullable String fromMark;

    @Option(names = "--marks", required = true, description = "Lists the marks.")
    private boolean marks;

    @Option(
        names = "--delete-mark",
        required = true,
        paramLabel = "NAME",
        description = "Takes a mark away.")
    private @Nullable String deleteMark;

    What() {}
  }

  @Option(names = "--warehouse", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String warehouse;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ReplayCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = option.load();
    PrintWriter out = spec.commandLine().getOut();
    if (what.from != null) {
      fromTime(config, what.from, out);
    } else {
      marked(new MarkRequests(config, warehouse), config, out);
    }
    out.flush();
    return ExitCode.OK.number();
  }

  private void fromTime(Configuration config, String from, PrintWriter out)
      throws InterruptedException {
    Instant now = Instant.now();
    Instant time = time(from, now);
    HubAccess.use(
        config,
        hub ->
            new HubCommands(config, hub.commands())
                .send(new dev.renkei.core.hub.Command.Replay(warehouse, time, now)));
    out.printf(
        "asked to replay from %s; `renkei status -c %s` shows how far it is%n",
        time, option.file());
  }

  private void marked(MarkRequests requests, Configuration config, PrintWriter out)
      throws InterruptedException {
    HubAccess.use(
        config,
        hub -> {
          ReplayMarks marks = hub.marks().orElseThrow();
          if (what.mark != null) {
            requests.set(marks, what.mark, out);
          } else if (what.deleteMark != null) {
            requests.delete(marks, what.deleteMark, out);
          } else if (what.fromMark != null) {
            requests.replay(marks, hub.commands(), what.fromMark, out);
          } else {
            requests.list(marks, out);
          }
        });
  }

  static Instant time(String text, Instant now) {
    Optional<Duration> ago = SpanConverter.span(text);
    if (ago.isPresent()) {
      return now.minus(ago.get());
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--from %s: give a time such as 2026-01-01T12:00:00Z, or how long ago, such as 6h."
              .formatted(text));
    }
  }
}
