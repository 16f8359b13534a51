package dev.renkei.demo;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares source, hub and warehouse once the writer has ended and everything has arrived.
 *
 * @param source a connection of its own into the shop's database, by jTDS
 * @param ledger what the writer committed
 * @param raw what the trackers wrote
 * @param hub what dedupe let through
 */
public record Proof(
    Connection source,
    Warehouse warehouse,
    Ledger ledger,
    Topic raw,
    Topic hub,
    LatencyLog latencies) {

  /** Reads everything; takes some seconds. */
  public Evidence take()
      throws SQLException, WarehouseException, HubException, InterruptedException {
    Accounts accounts = Accounts.of(ledger, raw, hub);
    List<String> unbalanced = new ArrayList<>(accounts.unbalanced());
    LastChanges written = LastChanges.of(ledger);
    Findings findings = new Findings();
    long rows = 0;
    for (TableName name : Shop.tables()) {
      ProofTable table = ProofTable.read(source, name);
      SourceRows there = SourceRows.read(source, table);
      rows += there.rows().size();
      unbalanced.addAll(written.disagreements(name, there.tracked()));
      new TableComparison(table, there, warehouse, findings).run();
    }
    return new Evidence(
        accounts.snapshots(),
        accounts.committed(),
        accounts.collapsed(),
        accounts.superseded(),
        accounts.delivered(),
        accounts.rawMessages(),
        accounts.duplicatesRemoved(),
        findings.lost(),
        findings.duplicated(),
        findings.named(),
        unbalanced,
        latencies.since(ledger),
        new DemoReport.Verify(findings.equal(), Shop.tables().size(), rows, currentVersion()));
  }

  private long currentVersion() throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet result = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      result.next();
      return result.getLong(1);
    }
  }
}
