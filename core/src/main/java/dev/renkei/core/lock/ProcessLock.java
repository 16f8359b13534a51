package dev.renkei.core.lock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file that one process of the machine has at a time; the system lets go of it however the
 * process ends. The file stays. Thread-safe.
 */
public final class ProcessLock implements AutoCloseable {
  /**
   * Those of this process. A file that is opened and closed again, even in vain, would lose the
   * lock that this process has on it already.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;

  private ProcessLock(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock; empty where it is held, by this process or another one.
   *
   * @param wanted made where it is missing, with its folder
   * @throws IOException where it cannot be made or opened
   */
  public static Optional<ProcessLock> tryTake(Path wanted) throws IOException {
    Path absolute = wanted.toAbsolutePath();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IOException(wanted + " is no file");
    }
    Path file = Files.createDirectories(folder).toRealPath().resolve(name);
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
      HELD.add(file);
      return Optional.of(new ProcessLock(file, channel, lock));
    }
  }

  @Override
  public void close() {
    synchronized (HELD) {
      if (!channel.isOpen()) {
        return;
      }
      try {
        lock.release();
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        HELD.remove(file);
      }
    }
  }
}
