package dev.renkei.cli;

import dev.renkei.core.change.Where;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.server.StatusReport;
import java.util.Collection;
import java.util.Comparator;

/** What can be said of a reload of some rows before trackers hear of it. */
final class ReloadPart {
  private ReloadPart() {}

  /**
   * Refuses what trackers would refuse.
   *
   * @return whether rows that have vanished will be deleted
   */
  static boolean check(
      Configuration config, Hub hub, TableName table, Where part, Collection<StatusReport> reports)
      throws HubException, InterruptedException {
    boolean busy =
        reports.stream()
            .flatMap(report -> report.trackers().stream())
            .flatMap(tracker -> tracker.tables().stream())
            .anyMatch(one -> one.table().equals(table.toString()) && one.snapshot() != null);
    if (busy) {
      throw new CommandFailure(
          ExitCode.SOURCE, table + ": it is being loaded; ask again when that is through.");
    }
    SchemaRecord newest =
        hub.schemas().of(config.source().name(), table).stream()
            .max(Comparator.comparing(SchemaRecord::firstSeen))
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.SOURCE,
                        table + ": no row of it has ever been read; load it whole first."));
    try {
      return part.keyRange(newest.schema()).isPresent();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--where, " + e.getMessage());
    }
  }
}
