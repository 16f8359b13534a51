package dev.renkei.bigtable;

import static org.junit.jupiter.api.Assumptions.abort;

import com.google.cloud.bigtable.emulator.v2.Emulator;
import dev.renkei.core.config.BigtableConfig;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Google's emulator of Bigtable, one for all tests of a process; each has a table of its own. */
public final class BigtableEmulator {
  private static final AtomicInteger TABLES = new AtomicInteger();

  private BigtableEmulator() {}

  private static final class Running {
    static final Logger CLIENT = Logger.getLogger("com.google.cloud.bigtable");
    static final int PORT = start();

    private static int start() {
      CLIENT.setLevel(Level.WARNING);
      try {
        // Ends with this process.
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

  /** A table that is not there yet. */
  public static BigtableConfig freshTable() {
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
