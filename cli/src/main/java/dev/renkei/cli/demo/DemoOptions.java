package dev.renkei.cli.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the demo does.
 *
 * @param seconds how long the writer writes; null until Ctrl-C
 * @param killTracker whether one tracker is killed by force half-way
 * @param plant a fault made on purpose; null for none
 * @param hub embedded, or Google's emulator where it is installed
 * @param rate changes a second
 * @param rowsPerTransaction at most
 * @param rows the shop has at its opening
 * @param warmUpSeconds that count for nothing: neither latency nor CPU nor rate; 0 for none
 * @param plain only source, hub and warehouse, without the uses of the data
 * @param directory where everything is kept; null for a temporary folder that is removed
 */
public record DemoOptions(
    @Nullable Double seconds,
    boolean killTracker,
    @Nullable Plant plant,
    HubKind hub,
    int rate,
    int rowsPerTransaction,
    long seed,
    int rows,
    int trackers,
    double warmUpSeconds,
    boolean plain,
    @Nullable Path directory) {
  /** The hub's vendor. */
  public enum HubKind {
    KAFKA,
    PUBSUB
  }

  /** A fault that the proof must find. */
  public enum Plant {
    LOSS,
    DUPLICATE
  }
}
