package dev.renkei.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code renkei dead-letters}: messages that were set aside. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Messages that could not be read or applied, with their reasons.",
    subcommands = DeadLettersCommand.ListCommand.class,
    footerHeading = "%nExamples:%n",
    footer = "  renkei dead-letters list -c shop.yaml")
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  DeadLettersCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with them: list.");
  }

  /** {@code renkei dead-letters list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Lists the newest, newest first. Row contents are not shown.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  renkei dead-letters list -c shop.yaml --limit 5",
        "  renkei dead-letters list -c shop.yaml --json"
      })
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConfigurationOption option;

    @Option(
        names = "--limit",
        defaultValue = "50",
        paramLabel = "N",
        description = "So many at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
        names = "--masked",
        description = "Those of the masked side: of what could not be masked, the place alone.")
    private boolean masked;

    @Option(names = "--json", description = "An array of objects, with all attributes.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    ListCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
      Configuration config = option.load();
      List<DeadLetter> letters = new ArrayList<>();
      if (masked && !config.privacy().masks()) {
        throw new CommandFailure(ExitCode.USAGE, "--masked: the configuration masks nothing");
      }
      HubAccess.use(
          config,
          hub -> {
            if (!masked) {
              letters.addAll(hub.deadLetters().newest(limit));
              return;
            }
            try (Hub side = hub.masked()) {
              letters.addAll(side.deadLetters().newest(limit));
            }
          });
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        writeJson(letters, out);
      } else if (letters.isEmpty()) {
        out.println("none");
      } else {
        letters.forEach(letter -> out.println(line(letter)));
      }
      out.flush();
      return ExitCode.OK.number();
    }

    private static String line(DeadLetter letter) {
      return "%s  %s/%d@%d  %s  %s"
          .formatted(
              letter.at(),
              letter.stream(),
              letter.partition(),
              letter.offset(),
              letter.attributes().getOrDefault("table_name", "?"),
              letter.reason());
    }

    private static void writeJson(List<DeadLetter> letters, PrintWriter out) throws IOException {
      JsonGenerator generator = new JsonFactory().createGenerator(out);
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.useDefaultPrettyPrinter();
      generator.writeStartArray();
      for (DeadLetter letter : letters) {
        generator.writeStartObject();
        generator.writeStringField("at", letter.at().toString());
        generator.writeStringField("stream", letter.stream());
        generator.writeNumberField("partition", letter.partition());
        generator.writeNumberField("offset", letter.offset());
        generator.writeStringField("reason", letter.reason());
        generator.writeNumberField("bytes", letter.payload().length);
        generator.writeObjectFieldStart("attributes");
        for (var attribute : letter.attributes().entrySet()) {
          generator.writeStringField(attribute.getKey(), attribute.getValue());
        }
        generator.writeEndObject();
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.close();
      out.println();
    }
  }
}
