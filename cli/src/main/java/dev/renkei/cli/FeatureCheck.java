package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.sqlserver.SourceCheck.Finding;
import dev.renkei.sqlserver.SourceSchemas;
import dev.renkei.steps.feature.CompiledFeature;
import dev.renkei.steps.feature.FeatureException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the configured features fit the tables that the source has now. */
final class FeatureCheck {
  private static final Logger log = LoggerFactory.getLogger(FeatureCheck.class);

  /** Of tables that flows make, and that the source does not have. */
  private static final Set<String> MADE = Set.of("events", FeatureConfig.SCHEMA);

  private FeatureCheck() {}

  /** Empty where all fit, where there are none, and where the source cannot be asked. */
  static List<Finding> findings(Configuration config) {
    if (config.features().isEmpty()) {
      return List.of();
    }
    try {
      return findings(
          config.features(), SourceSchemas.read(config.source(), config.tables()).tables());
    } catch (SQLException e) {
      log.atWarn()
          .addKeyValue("source", config.source().name())
          .addKeyValue("reason", e.getMessage())
          .log("features not checked yet");
      return List.of();
    }
  }

  static List<Finding> findings(List<FeatureConfig> features, List<TableSchema> tables) {
    List<Finding> findings = new ArrayList<>();
    for (FeatureConfig feature : features) {
      String where = "features." + feature.name();
      TableSchema table =
          tables.stream().filter(t -> isAlike(t.table(), feature.from())).findFirst().orElse(null);
      if (table == null) {
        if (!MADE.contains(feature.from().schema().toLowerCase(Locale.ROOT))) {
          String what = "no table that is tracked is called `%s`".formatted(feature.from());
          findings.add(
              new Finding(true, where, what, "Correct `from`, or track the table (`tables`)."));
        }
        continue;
      }
      try {
        CompiledFeature unused = CompiledFeature.compile(feature, table);
      } catch (FeatureException e) {
        for (String problem : e.problems()) {
          String what = problem.startsWith(where) ? problem.substring(where.length() + 1) : problem;
          findings.add(
              new Finding(true, where, what, "Correct the expression (docs/features.md)."));
        }
      }
    }
    return findings;
  }

  private static boolean isAlike(TableName one, TableName other) {
    return one.toString().equalsIgnoreCase(other.toString());
  }
}
