package dev.renkei.cli;

import dev.renkei.cli.node.MaskKeysOf;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.PrivacyConfig.Policy;
import dev.renkei.core.config.PrivacyConfig.Undecided;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.sqlserver.PersonalColumns;
import dev.renkei.sqlserver.SourceSchemas;
import dev.renkei.steps.mask.MaskKeysException;
import dev.renkei.steps.mask.Refusals;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether {@code privacy} fits the tables that the source has now, and what it leaves open. */
final class PrivacyCheck {
  private static final Logger log = LoggerFactory.getLogger(PrivacyCheck.class);

  private PrivacyCheck() {}

  /**
   * What was found.
   *
   * @param faults what cannot work
   * @param notes what a person should look at; values are in none of them
   */
  record Result(List<String> faults, List<String> notes) {}

  /** Nothing about tables where the source cannot be asked, which is told elsewhere. */
  static Result run(Configuration config) {
    List<String> faults = new ArrayList<>(keys(config));
    List<String> notes = new ArrayList<>();
    Policy policy = config.privacy().policy();
    try {
      for (TableSchema table : SourceSchemas.read(config.source(), config.tables()).tables()) {
        look(table, policy, faults, notes);
        if (config.privacy().masks()) {
          undecided(table, policy, notes);
        }
      }
      for (PersonalColumns.Found found : PersonalColumns.read(config.source(), config.tables())) {
        if (policy.decided(found.table(), found.column().name()).isEmpty()) {
          notes.add(
              "%s.%s looks like %s and has no policy.%n    privacy.columns: %s"
                  .formatted(
                      found.table(),
                      found.column().name(),
                      found.kind().words(),
                      found.suggestion()));
        }
      }
    } catch (SQLException e) {
      return new Result(faults, notes);
    }
    return new Result(faults, notes);
  }

  /** What is wrong with the keys, for which the source need not be asked. */
  static List<String> keys(Configuration config) {
    if (!config.privacy().masks()) {
      return List.of();
    }
    try {
      var unused = MaskKeysOf.read(config);
      return List.of();
    } catch (MaskKeysException e) {
      return List.of("privacy.keyset: " + e.getMessage());
    }
  }

  private static void look(
      TableSchema table, Policy policy, List<String> faults, List<String> notes) {
    for (Column column : table.columns()) {
      policy
          .decided(table.table(), column.name())
          .flatMap(method -> Refusals.of(method, column))
          .ifPresent(
              why ->
                  (column.isKey() ? faults : notes)
                      .add("%s.%s: %s".formatted(table.table(), column.name(), why)));
    }
  }

  private static void undecided(TableSchema table, Policy policy, List<String> notes) {
    List<Column> open =
        table.columns().stream()
            .filter(column -> policy.decided(table.table(), column.name()).isEmpty())
            .toList();
    if (open.isEmpty() || policy.undecided() == Undecided.PASS) {
      return;
    }
    notes.add(
        "%s: %s undecided, so the masked side hashes those of the key and empties the others.%n    privacy.columns: \"%s.*\": {method: pass}   where none is personal"
            .formatted(
                table.table(),
                open.size() == table.columns().size()
                    ? "all columns are"
                    : open.stream().map(Column::name).collect(Collectors.joining(", "))
                        + (open.size() == 1 ? " is" : " are"),
                table.table()));
  }

  /** Before anything starts; rows are not looked at. */
  static void refuseWhatDoesNotFit(Configuration config) {
    if (!config.privacy().masks()) {
      return;
    }
    List<String> faults = new ArrayList<>(keys(config));
    try {
      for (TableSchema table : SourceSchemas.read(config.source(), config.tables()).tables()) {
        look(table, config.privacy().policy(), faults, new ArrayList<>());
      }
    } catch (SQLException e) {
      log.atWarn()
          .addKeyValue("source", config.source().name())
          .addKeyValue("reason", e.getMessage())
          .log("policies of its columns not checked yet");
    }
    if (!faults.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, String.join("\n", faults));
    }
  }
}
