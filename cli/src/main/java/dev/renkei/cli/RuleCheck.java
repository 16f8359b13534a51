package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.server.event.EventSchema;
import dev.renkei.server.event.EventSchemaException;
import dev.renkei.server.event.EventTypes;
import dev.renkei.sqlserver.SourceCheck.Finding;
import dev.renkei.sqlserver.SourceSchemas;
import dev.renkei.steps.rule.Rule;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the configured rules fit the tables that the source has now, and those of events. */
final class RuleCheck {
  private static final Logger log = LoggerFactory.getLogger(RuleCheck.class);

  private RuleCheck() {}

  /** Empty where all fit, where there are none, and where the source cannot be asked. */
  static List<Finding> findings(Configuration config) {
    if (config.rules().isEmpty()) {
      return List.of();
    }
    List<TableSchema> tables = new ArrayList<>(events(config));
    try {
      tables.addAll(SourceSchemas.read(config.source(), config.tables()).tables());
      return findings(config.rules(), tables);
    } catch (SQLException e) {
      log.atWarn()
          .addKeyValue("source", config.source().name())
          .addKeyValue("reason", e.getMessage())
          .log("rules not checked yet");
      return List.of();
    }
  }

  /** Those whose schemas can be read: what is wrong with others is told as a fault of events. */
  private static List<TableSchema> events(Configuration config) {
    try {
      return EventTypes.read(config.events()).schemas().values().stream()
          .map(EventSchema::table)
          .toList();
    } catch (EventSchemaException e) {
      return List.of();
    }
  }

  static List<Finding> findings(List<RuleConfig> rules, List<TableSchema> tables) {
    List<Finding> findings = new ArrayList<>();
    for (RuleConfig config : rules) {
      String where = "rules." + config.name();
      for (TablePattern from : config.from()) {
        boolean known = tables.stream().anyMatch(table -> from.matches(table.table()));
        if (!known && !isOfFlows(from)) {
          String what = "no table that is tracked matches `%s`".formatted(from);
          findings.add(
              new Finding(true, where, what, "Correct `from`, or track the table (`tables`)."));
        }
      }
      for (TableSchema table : tables) {
        for (String fault : Rule.of(config).faults(table)) {
          findings.add(
              new Finding(true, where, fault, "Correct `when` or `include` (docs/rules.md)."));
        }
      }
    }
    return findings;
  }

  /** Whether it may mean tables that flows make, which the source does not have. */
  private static boolean isOfFlows(TablePattern pattern) {
    String schema = pattern.text().toLowerCase(Locale.ROOT);
    return schema.startsWith("events.") || schema.startsWith("features.") || schema.startsWith("*");
  }
}
