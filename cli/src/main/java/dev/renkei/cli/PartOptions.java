package dev.renkei.cli;

import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.schema.TableName;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which parts of an installation are meant by {@code pause} and {@code resume}. */
final class PartOptions {
  @Parameters(paramLabel = "TABLE", arity = "0..*", description = "schema.table")
  private List<String> tables = List.of();

  @Option(names = "--warehouse", paramLabel = "NAME", description = "The loading of a warehouse.")
  private List<String> warehouses = List.of();

  @Option(
      names = "--flow",
      paramLabel = "NAME",
      description = "A flow: dedupe, enrich, features, mask or rules.")
  private List<String> flows = List.of();

  @Option(names = "--source", description = "All that is asked of the database.")
  private boolean source;

  PartOptions() {}

  /** In no order; none where nothing is named. */
  List<Part> parts() {
    return Stream.of(
            tables.stream().map(PartOptions::table),
            warehouses.stream().map(Part::warehouse),
            flows.stream().map(Part::flow),
            source ? Stream.of(Part.SOURCE) : Stream.<Part>of())
        .flatMap(parts -> parts)
        .distinct()
        .toList();
  }

  private static Part table(String text) {
    try {
      return Part.of(TableName.parse(text));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(text, e.getMessage()));
    }
  }
}
