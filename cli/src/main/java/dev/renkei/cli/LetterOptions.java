package dev.renkei.cli;

import dev.renkei.cli.node.Letters;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
final class LetterOptions {
  @Mixin private Side side;

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description = "Those of changes of this table; a pattern as `dbo.*` for several.")
  private @Nullable String table;

  @Option(
      names = "--reason",
      paramLabel = "WORDS",
      description = "Those in whose reason these words stand, in either case.")
  private @Nullable String reason;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  LetterOptions() {}

  /** What is done with them. */
  interface Use {
    void with(OpenLetters open) throws HubException, InterruptedException;
  }

  /** Of which side. */
  static final class Side {
    @Mixin private ConfigurationOption option;

    @Option(
        names = "--masked",
        description = "Those of the masked side: of what could not be masked, the place alone.")
    private boolean masked;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    Side() {}

    void use(Use use) throws InterruptedException {
      Configuration config = option.load();
      if (masked && !config.privacy().masks()) {
        throw new CommandFailure(ExitCode.USAGE, "--masked: the configuration masks nothing");
      }
      String name = masked ? Letters.MASKED : Letters.HUB;
      HubAccess.use(
          config, hub -> use.with(Objects.requireNonNull(Letters.of(config, hub).get(name))));
    }
  }

  void use(Use use) throws InterruptedException {
    side.use(use);
  }

  /** Whether not all are meant. */
  boolean narrows() {
    return table != null || reason != null;
  }

  LetterFilter filter(@Nullable String id) {
    try {
      return new LetterFilter(id, table == null ? null : new TablePattern(table), reason);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--table: " + e.getMessage());
    }
  }
}
