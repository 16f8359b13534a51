package dev.renkei.warehouse.duckdb;

import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.core.warehouse.WarehouseInUseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The right to be the one writer of a warehouse; the system takes it back from a dead process. */
final class WriterLock implements AutoCloseable {
  private final FileChannel channel;

  private WriterLock(FileChannel channel) {
    this.channel = channel;
  }

  static WriterLock take(Path database) throws WarehouseException {
    Path file = database.resolveSibling(database.getFileName() + ".lock");
    @Nullable FileChannel channel = null;
    try {
      Path folder = database.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new WriterLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process: the same sentence.
    } catch (IOException e) {
      throw new WarehouseException(
          "%s: the warehouse's folder cannot be used (%s). Check that it exists and may be written."
              .formatted(database, e.getMessage()),
          e);
    }
    close(channel);
    throw inUse(database);
  }

  static WarehouseInUseException inUse(Path database) {
    return new WarehouseInUseException(
        "%s: another process writes this warehouse, and a DuckDB file has one. Ask that process with `renkei query`, or stop it first."
            .formatted(database));
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written.
    }
  }

  @Override
  public void close() {
    close(channel);
  }
}
