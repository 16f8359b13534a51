package dev.renkei.cli;

import dev.renkei.cli.filter.ConfiguredFilter;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.config.Configuration;
import dev.renkei.sqlserver.SourceCheck;
import dev.renkei.sqlserver.SourceCheck.Finding;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the configured row filters fit the tables that the source has now. */
final class FilterCheck {
  private static final Logger log = LoggerFactory.getLogger(FilterCheck.class);

  private FilterCheck() {}

  /** Empty where all fit, where there are none, and where the source cannot be asked. */
  static List<Finding> findings(Configuration config) {
    RowFilter filter = ConfiguredFilter.of(config.tables());
    if (filter == RowFilter.EVERY_ROW) {
      return List.of();
    }
    try {
      return SourceCheck.filters(config.source(), config.tables(), filter);
    } catch (SQLException e) {
      log.atWarn()
          .addKeyValue("source", config.source().name())
          .addKeyValue("reason", e.getMessage())
          .log("row filters not checked yet");
      return List.of();
    }
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
