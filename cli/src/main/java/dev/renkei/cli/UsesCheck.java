package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.sqlserver.SourceCheck.Finding;
import dev.renkei.sqlserver.SourceSchemas;
import dev.renkei.steps.rule.Rule;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the configured features and rules fit the tables that they look at: those that the source
 * has now, events, joined events, and other features.
 */
final class UsesCheck {
  private static final Logger log = LoggerFactory.getLogger(UsesCheck.class);

  private UsesCheck() {}

  /** Empty where all fit; where the source cannot be asked, only what needs no question to it. */
  static List<Finding> findings(Configuration config) {
    List<TableSchema> source = source(config);
    KnownTables tables = KnownTables.of(config, source);
    List<Finding> findings =
        source == null
            ? new ArrayList<>()
            : new ArrayList<>(
                TableNames.collisions(config, source.stream().map(TableSchema::table).toList()));
    findings.addAll(ofFeatures(config.features(), tables));
    findings.addAll(ofRules(config.rules(), tables));
    return findings;
  }

  private static @Nullable List<TableSchema> source(Configuration config) {
    try {
      return SourceSchemas.read(config.source(), config.tables()).tables();
    } catch (SQLException e) {
      if (!config.features().isEmpty() || !config.rules().isEmpty()) {
        log.atWarn()
            .addKeyValue("source", config.source().name())
            .addKeyValue("reason", e.getMessage())
            .log("features and rules on its tables not checked yet");
      }
      return null;
    }
  }

  static List<Finding> ofFeatures(List<FeatureConfig> features, KnownTables tables) {
    List<Finding> findings = new ArrayList<>();
    for (FeatureConfig feature : features) {
      if (!tables.mayHave(feature.from())) {
        findings.add(
            tables.missing("features." + feature.name(), feature.from().toString(), "is called"));
      }
    }
    findings.addAll(tables.misfits());
    return findings;
  }

  static List<Finding> ofRules(List<RuleConfig> rules, KnownTables tables) {
    List<Finding> findings = new ArrayList<>();
    for (RuleConfig config : rules) {
      String where = "rules." + config.name();
      for (TablePattern from : config.from()) {
        if (tables.source() != null && tables.named().stream().noneMatch(from::matches)) {
          findings.add(tables.missing(where, from.text(), "matches"));
        }
      }
      for (TableSchema table : tables.schemas()) {
        for (String fault : Rule.of(config).faults(table)) {
          findings.add(
              new Finding(true, where, fault, "Correct `when` or `include` (docs/rules.md)."));
        }
      }
    }
    return findings;
  }

  /** Before anything starts. */
  static void refuseWhatDoesNotFit(Configuration config) {
    List<Finding> findings = findings(config);
    if (!findings.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
    }
  }
}
