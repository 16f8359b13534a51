package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.Shop;
import dev.renkei.demo.UseProof;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** All uses of a demo; none where it is plain. */
final class Uses implements AutoCloseable {
  private final List<Use> all;

  private Uses(List<Use> all) {
    this.all = List.copyOf(all);
  }

  static Uses of(DemoOptions options) throws IOException {
    if (options.plain() || options.plant() != null || options.hub() == DemoOptions.HubKind.PUBSUB) {
      return new Uses(List.of());
    }
    return new Uses(
        List.of(
            new MaskedUse(),
            NoticesUse.open(),
            EventsUse.open(Shop.customers(options.rows()), options.seed()),
            new FeaturesUse()));
  }

  List<Use> all() {
    return all;
  }

  void start(Node node) {
    all.forEach(use -> use.start(node));
  }

  void stop() throws InterruptedException {
    for (Use use : all) {
      use.stop();
    }
  }

  /** A line each. */
  String live(Node node, Warehouse warehouse) throws WarehouseException {
    StringBuilder lines = new StringBuilder();
    for (Use use : all) {
      lines.append(use.live(node, warehouse)).append('\n');
    }
    return lines.toString();
  }

  /**
   * Waits until all is made that was to be made; what is not, the proof will miss.
   *
   * @param warehouse its name in the configuration
   * @param progress is told of what is not
   */
  void awaitDone(Node node, String warehouse, Duration patience, Consumer<String> progress)
      throws WarehouseException, HubException, InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    Warehouse loaded = node.warehouse(warehouse).orElse(null);
    if (loaded == null) {
      return;
    }
    for (Use use : all) {
      try {
        use.awaitDone(node, loaded, until);
      } catch (TimeoutException e) {
        progress.accept(String.valueOf(e.getMessage()));
      }
    }
  }

  List<UseProof> prove(DemoFolder folder, Warehouse warehouse) throws WarehouseException {
    List<UseProof> proofs = new ArrayList<>();
    for (Use use : all) {
      proofs.addAll(use.prove(folder, warehouse));
    }
    return proofs;
  }

  @Override
  public void close() {
    all.forEach(Use::close);
  }
}
