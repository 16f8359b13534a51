package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.server.event.EventSchemaException;
import dev.renkei.server.event.EventTypes;
import dev.renkei.sqlserver.SourceSchemas;
import dev.renkei.steps.enrich.EnrichStep;
import dev.renkei.steps.enrich.Joining;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the JSON Schemas of a configuration's events can be used, and joined as it says. */
final class EventCheck {
  private static final Logger log = LoggerFactory.getLogger(EventCheck.class);

  private EventCheck() {}

  /** A sentence for each fault; empty where all is well. */
  static List<String> findings(Configuration config) {
    if (config.events().isEmpty()) {
      return List.of();
    }
    try {
      return misfits(config, EventTypes.read(config.events()));
    } catch (EventSchemaException e) {
      return e.faults();
    }
  }

  /** Joins that do not fit the source's tables, where it can be asked. */
  private static List<String> misfits(Configuration config, EventTypes types) {
    if (config.events().joined().isEmpty()) {
      return List.of();
    }
    try {
      return misfits(config, types, SourceSchemas.read(config.source(), config.tables()).tables());
    } catch (SQLException e) {
      log.atWarn()
          .addKeyValue("source", config.source().name())
          .addKeyValue("reason", e.getMessage())
          .log("joins of events not checked yet");
      return List.of();
    }
  }

  static List<String> misfits(Configuration config, EventTypes types, List<TableSchema> tables) {
    List<String> findings = new ArrayList<>();
    for (Joining joining : Joining.of(config.events())) {
      String type = joining.events().table();
      TableSchema events = Objects.requireNonNull(types.schemas().get(type)).table();
      Optional<TableSchema> master =
          tables.stream().filter(t -> t.table().equals(joining.join().master())).findFirst();
      (master.isEmpty()
              ? Optional.of(
                  "no table that is tracked is called `%s`".formatted(joining.join().master()))
              : EnrichStep.misfit(joining, events, master.get()))
          .ifPresent(problem -> findings.add("events.%s.join: %s".formatted(type, problem)));
    }
    return findings;
  }

  static void refuseWhatDoesNotFit(Configuration config) {
    List<String> findings = findings(config);
    if (!findings.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, String.join("\n", findings));
    }
  }
}
