package dev.renkei.beam.latest;

import static org.junit.jupiter.api.Assumptions.abort;

import com.google.cloud.bigtable.emulator.v2.Emulator;
import dev.renkei.core.config.BigtableConfig;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Tables in Google's emulator of Bigtable, which ends with this process. */
final class Emulated {
  private static final AtomicInteger TABLES = new AtomicInteger();

  private Emulated() {}

  private static final class Running {
    static final Logger CLIENT = Logger.getLogger("com.google.cloud.bigtable");
    static final int PORT = start();

    private static int start() {
      CLIENT.setLevel(Level.WARNING);
      try {
        Emulator emulator = Emulator.createBundled();
        emulator.start();
        return emulator.getPort();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      } catch (IOException | TimeoutException | RuntimeException e) {
        return 0;
      }
    }
  }

  static BigtableConfig freshTable() {
    if (Running.PORT == 0) {
      abort("needs Google's Bigtable emulator");
    }
    return new BigtableConfig(
        "shop-data",
        "shop",
        "rows-" + TABLES.incrementAndGet(),
        new BigtableConfig.Endpoint("localhost:" + Running.PORT, true));
  }
}
