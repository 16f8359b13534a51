package dev.renkei.cli;

import dev.renkei.cli.node.HubCommands;
import dev.renkei.core.config.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei replay}: loaders read the hub again from a time on. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asks loaders to apply the hub's messages again from a time on. What a warehouse has already it takes no second",
      "time, so a replay mends what is missing and doubles nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei replay -c shop.yaml --from 2026-01-01T12:00:00Z",
      "  renkei replay -c shop.yaml --from 6h --warehouse local"
    })
final class ReplayCommand implements Callable<Integer> {
  private static final Pattern AGO = Pattern.compile("(\\d+)([smhd])");

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "ISO 8601 with an offset, or how long ago: 90s, 30m, 6h, 2d.")
  private String from;

  @Option(names = "--warehouse", paramLabel = "NAME", description = "Only this one.")
  private @Nullable String warehouse;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ReplayCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = option.load();
    Instant now = Instant.now();
    Instant time = time(from, now);
    HubAccess.use(
        config,
        hub ->
            new HubCommands(config, hub.commands())
                .send(new dev.renkei.core.hub.Command.Replay(warehouse, time, now)));
    spec.commandLine()
        .getOut()
        .printf(
            "asked to replay from %s; `renkei status -c %s` shows how far it is%n",
            time, option.file());
    return ExitCode.OK.number();
  }

  static Instant time(String text, Instant now) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      long count = Long.parseLong(ago.group(1));
      Duration back =
          switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      return now.minus(back);
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
