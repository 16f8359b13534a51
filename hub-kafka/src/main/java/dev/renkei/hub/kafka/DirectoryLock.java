package dev.renkei.hub.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who uses a directory: one process of the machine, which the system lets go of however it ends.
 */
final class DirectoryLock implements AutoCloseable {
  /**
   * Those of this process. A file that is opened and closed again, even in vain, would lose the
   * lock that this process has on it already.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path directory;
  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLock(Path directory, FileChannel channel, FileLock lock) {
    this.directory = directory;
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes the lock; empty where it is held, by this process or another one. */
  static Optional<DirectoryLock> tryTake(Path existing) throws IOException {
    Path directory = existing.toRealPath();
    synchronized (HELD) {
      if (HELD.contains(directory)) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(
              directory.resolve("renkei.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        // Held in this process by classes of another loader.
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      if (lock == null) {
        return Optional.empty();
      }
      HELD.add(directory);
      return Optional.of(new DirectoryLock(directory, channel, lock));
    }
  }

  @Override
  public void close() {
    synchronized (HELD) {
      try {
        lock.release();
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        HELD.remove(directory);
      }
    }
  }
}
