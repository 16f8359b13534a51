package dev.renkei.cli.node;

import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.core.warehouse.WarehouseInUseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One loader of a warehouse that has no lock of its own. It holds for processes that share a {@code
 * data_dir}; the system lets go of it when the process ends, however it ends.
 */
record LoaderLock(FileChannel channel) implements AutoCloseable {
  /**
   * Takes the lock.
   *
   * @throws WarehouseInUseException where another process has it
   */
  static LoaderLock take(Path folder, String warehouse) throws WarehouseException {
    Path file = folder.resolve(warehouse + ".lock");
    FileChannel channel = null;
    try {
      Files.createDirectories(folder);
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return new LoaderLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // A loader of this process has it.
    } catch (IOException e) {
      close(channel);
      throw new WarehouseException("%s cannot be locked: %s".formatted(file, e.getMessage()), e);
    }
    close(channel);
    throw new WarehouseInUseException(
        "warehouse %s: another process loads it (%s).".formatted(warehouse, file));
  }

  private static void close(@Nullable FileChannel channel) throws WarehouseException {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new WarehouseException("a lock does not close: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws WarehouseException {
    close(channel);
  }
}
