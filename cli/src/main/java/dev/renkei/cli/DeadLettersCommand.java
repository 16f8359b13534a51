package dev.renkei.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.OpenLetters.Listed;
import dev.renkei.core.hub.OpenLetters.SentBack;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renkei dead-letters}: messages that were set aside. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Messages that could not be read or applied, with their reasons.",
    subcommands = {
      DeadLettersCommand.ListCommand.class,
      DeadLettersCommand.ShowCommand.class,
      DeadLettersCommand.RetryCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei dead-letters list -c shop.yaml",
      "  renkei dead-letters show 17 -c shop.yaml",
      "  renkei dead-letters retry --table dbo.Orders -c shop.yaml"
    })
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  DeadLettersCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do with them: list, show or retry.");
  }

  /** {@code renkei dead-letters list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description =
          "Lists the newest that were not sent back, newest first. Row contents are not shown.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  renkei dead-letters list -c shop.yaml --limit 5",
        "  renkei dead-letters list -c shop.yaml --table dbo.Orders --json"
      })
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private LetterOptions letters;

    @Option(
        names = "--limit",
        defaultValue = "50",
        paramLabel = "N",
        description = "So many at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--json", description = "An array of objects, with all attributes.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    ListCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
      List<Listed> found = new ArrayList<>();
      letters.use(open -> found.addAll(open.newest(limit, letters.filter(null))));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        writeJson(found, out);
      } else if (found.isEmpty()) {
        out.println("none");
      } else {
        found.forEach(letter -> out.println(line(letter)));
      }
      out.flush();
      return ExitCode.OK.number();
    }

    private static String line(Listed letter) {
      return "%s  %s  %s/%d@%d  %s  %s"
          .formatted(
              letter.id(),
              letter.at(),
              letter.stream(),
              letter.partition(),
              letter.offset(),
              letter.attributes().getOrDefault("table_name", "?"),
              letter.reason());
    }

    private static void writeJson(List<Listed> letters, PrintWriter out) throws IOException {
      JsonGenerator generator = generator(out);
      generator.writeStartArray();
      for (Listed letter : letters) {
        generator.writeStartObject();
        writeHead(letter, generator);
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.close();
      out.println();
    }
  }

  private static JsonGenerator generator(PrintWriter out) throws IOException {
    JsonGenerator generator = new JsonFactory().createGenerator(out);
    generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    generator.useDefaultPrettyPrinter();
    return generator;
  }

  private static void writeHead(Listed letter, JsonGenerator generator) throws IOException {
    generator.writeStringField("id", letter.id());
    generator.writeStringField("at", letter.at().toString());
    generator.writeStringField("stream", letter.stream());
    generator.writeNumberField("partition", letter.partition());
    generator.writeNumberField("offset", letter.offset());
    generator.writeStringField("reason", letter.reason());
    generator.writeNumberField("bytes", letter.bytes());
    generator.writeObjectFieldStart("attributes");
    for (var attribute : new TreeMap<>(letter.attributes()).entrySet()) {
      generator.writeStringField(attribute.getKey(), attribute.getValue());
    }
    generator.writeEndObject();
  }

  /** {@code renkei dead-letters show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Shows one whole, as a JSON object: `payload` where it is text, else `payload_base64`.",
        "Row contents are in it."
      },
      footerHeading = "%nExamples:%n",
      footer = "  renkei dead-letters show 17 -c shop.yaml")
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private LetterOptions.Side side;

    @Parameters(paramLabel = "ID", description = "As `list` tells it.")
    private String id;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    ShowCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
      List<DeadLetter> found = new ArrayList<>();
      side.use(open -> open.find(id).ifPresent(found::add));
      if (found.isEmpty()) {
        throw noSuch(id);
      }
      PrintWriter out = spec.commandLine().getOut();
      DeadLetter letter = found.get(0);
      JsonGenerator generator = generator(out);
      generator.writeStartObject();
      writeHead(Listed.of(id, letter), generator);
      if (letter.routingKey() != null) {
        writeBytes("key", letter.routingKey(), generator);
      }
      writeBytes("payload", letter.payload(), generator);
      generator.writeEndObject();
      generator.close();
      out.println();
      out.flush();
      return ExitCode.OK.number();
    }

    private static void writeBytes(String name, byte[] bytes, JsonGenerator generator)
        throws IOException {
      Optional<String> text = text(bytes);
      if (text.isPresent()) {
        generator.writeStringField(name, text.get());
      } else {
        generator.writeStringField(name + "_base64", Base64.getEncoder().encodeToString(bytes));
      }
    }

    private static Optional<String> text(byte[] bytes) {
      try {
        return Optional.of(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }
  }

  private static CommandFailure noSuch(String id) {
    return new CommandFailure(
        ExitCode.USAGE,
        "no dead letter %s is open; `renkei dead-letters list` tells which are.".formatted(id));
  }

  /** {@code renkei dead-letters retry}. */
  @Command(
      name = "retry",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Sends letters back to where they were read, as they were, oldest first. Mend first why they were refused: what is",
        "refused again is a new letter. Who has taken them already, or something newer of the row, drops them."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  renkei dead-letters retry --id 17 -c shop.yaml",
        "  renkei dead-letters retry --table 'dbo.*' --reason 'no such column' -c shop.yaml",
        "  renkei dead-letters retry --all -c shop.yaml"
      })
  static final class RetryCommand implements Callable<Integer> {
    private static final long TELL_NANOS = 2_000_000_000L;

    @Spec private CommandSpec spec;
    @Mixin private LetterOptions letters;

    @Option(names = "--id", paramLabel = "ID", description = "These; may be given several times.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--all", description = "All that are open.")
    private boolean all;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    RetryCommand() {}

    @Override
    public Integer call() throws InterruptedException {
      if (all == (letters.narrows() || !ids.isEmpty())) {
        throw new ParameterException(
            spec.commandLine(), "Say which: --id, --table or --reason; or --all.");
      }
      PrintWriter out = spec.commandLine().getOut();
      List<SentBack> results = new ArrayList<>();
      letters.use(
          open -> {
            for (String id : ids) {
              results.add(sendBack(open, id, out));
            }
            if (ids.isEmpty()) {
              results.add(sendBack(open, null, out));
            }
          });
      return told(results, out);
    }

    private SentBack sendBack(OpenLetters open, @Nullable String id, PrintWriter out)
        throws InterruptedException, dev.renkei.core.hub.HubException {
      SentBack result = open.sendBack(letters.filter(id), Long.MAX_VALUE, progress(out));
      if (id != null && result.sent() + result.refused() == 0) {
        throw noSuch(id);
      }
      return result;
    }

    private static LongConsumer progress(PrintWriter out) {
      long[] told = {System.nanoTime()};
      return sent -> {
        if (System.nanoTime() - told[0] > TELL_NANOS) {
          told[0] = System.nanoTime();
          out.printf("%d sent back%n", sent);
          out.flush();
        }
      };
    }

    private static int told(List<SentBack> results, PrintWriter out) {
      long sent = results.stream().mapToLong(SentBack::sent).sum();
      long refused = results.stream().mapToLong(SentBack::refused).sum();
      if (sent + refused == 0) {
        out.println("none is open");
        out.flush();
        return ExitCode.USAGE.number();
      }
      out.printf("%d sent back to where they were read%n", sent);
      out.flush();
      if (refused > 0) {
        throw new CommandFailure(
            ExitCode.HUB,
            "%d cannot be sent back and stay open:%n%s"
                .formatted(
                    refused,
                    String.join(
                        "\n", results.stream().flatMap(r -> r.reasons().stream()).toList())));
      }
      return ExitCode.OK.number();
    }
  }
}
