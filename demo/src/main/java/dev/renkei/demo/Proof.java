package dev.renkei.demo;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import java.sql.Connection;
import java.sql.SQLException;

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
    throw new UnsupportedOperationException("not built yet");
  }
}
