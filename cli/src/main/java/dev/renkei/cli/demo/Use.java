package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.UseProof;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Something that the data is linked for, beside the warehouse: declared in the demo's
 * configuration, shown while data flows, proved when all has arrived.
 */
interface Use extends AutoCloseable {
  /**
   * What it declares: whole sections of the configuration, files beside it included.
   *
   * @param folder of the configuration
   */
  String configuration(DemoFolder folder) throws IOException;

  /** Warehouses of its own: lines of that section. */
  default String warehouses() {
    return "";
  }

  /** Whatever makes data of its own begins. */
  default void start(Node node) {}

  /** Whatever makes data of its own ends. */
  default void stop() throws InterruptedException {}

  /** How it is now: a line for people. */
  String live(Node node, Warehouse warehouse) throws WarehouseException;

  /**
   * Waits until what it was to make of everything in the hub is made.
   *
   * @param untilNanos of {@link System#nanoTime}
   * @throws TimeoutException saying what is not there
   */
  void awaitDone(Node node, Warehouse warehouse, long untilNanos)
      throws WarehouseException, HubException, InterruptedException, TimeoutException;

  /**
   * Compares; the loaders have ended.
   *
   * @param warehouse of clear data
   */
  List<UseProof> prove(DemoFolder folder, Warehouse warehouse) throws WarehouseException;

  @Override
  void close();
}
