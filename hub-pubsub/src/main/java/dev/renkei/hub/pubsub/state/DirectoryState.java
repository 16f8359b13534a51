package dev.renkei.hub.pubsub.state;

import dev.renkei.core.hub.HubException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files, the generation in each file's first line. A file is replaced by renaming, so
 * that readers need no lock; writers hold one, which keeps other processes off too, on one machine
 * or on a file system that shares locks.
 */
public final class DirectoryState implements StateStore {
  private static final String FIRST_LINE = "renkei-state ";
  private static final int LOCK_FILES = 16;

  /**
   * One per lock file in this process: a file's lock is the process's, and closing the file in one
   * thread would lose it for another.
   */
  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

  private final Path root;
  private final Path locks;

  private DirectoryState(Path root, Path locks) {
    this.root = root;
    this.locks = locks;
  }

  /** Opens a folder, which is made where it is missing. */
  public static DirectoryState open(Path directory) throws HubException {
    try {
      Path locks = directory.resolve(".locks");
      Files.createDirectories(locks);
      return new DirectoryState(directory.toRealPath(), locks.toRealPath());
    } catch (IOException e) {
      throw new HubException(
          "hub.state.directory %s cannot be made or used: %s. Name a folder that this user may write, or mend its rights."
              .formatted(directory, e),
          e);
    }
  }

  @Override
  public String address() {
    return root.toString();
  }

  @Override
  public Optional<Entry> read(String name) throws HubException, InterruptedException {
    return attempt("read", name, () -> Optional.ofNullable(entry(file(name))));
  }

  @Override
  public long generation(String name) throws HubException, InterruptedException {
    return attempt("read", name, () -> generation(file(name)));
  }

  @Override
  public OptionalLong write(String name, byte[] content, long generation)
      throws HubException, InterruptedException {
    return attempt("written", name, () -> locked(name, () -> replace(name, content, generation)));
  }

  private OptionalLong replace(String name, byte[] content, long generation) throws IOException {
    Path file = file(name);
    if (generation(file) != generation) {
      return OptionalLong.empty();
    }
    // By the clock, so that one that was removed and made again does not repeat itself.
    long next = Math.max(generation + 1, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    Path folder = parent(file);
    Files.createDirectories(folder);
    Path unfinished = folder.resolve("." + file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      write(channel, (FIRST_LINE + next + "\n").getBytes(StandardCharsets.US_ASCII));
      write(channel, content);
      channel.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    makeDurable(folder);
    return OptionalLong.of(next);
  }

  private static void write(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      int unused = channel.write(buffer);
    }
  }

  /** A rename is durable once its folder is; some systems cannot open folders, nor need it. */
  private static void makeDurable(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }

  @Override
  public List<Listed> list(String prefix, int atMost) throws HubException, InterruptedException {
    int slash = prefix.lastIndexOf('/') + 1;
    String folder = prefix.substring(0, slash);
    String beginning = prefix.substring(slash);
    return attempt(
        "listed",
        prefix,
        () -> {
          List<Listed> listed = new ArrayList<>();
          for (String name : names(root.resolve(folder), beginning)) {
            if (listed.size() == atMost) {
              break;
            }
            long generation = generation(root.resolve(folder).resolve(name));
            if (generation != ABSENT) {
              listed.add(new Listed(folder + name, generation));
            }
          }
          return List.copyOf(listed);
        });
  }

  private static List<String> names(Path folder, String beginning) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.startsWith(".") && name.startsWith(beginning))
          .sorted()
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) throws HubException, InterruptedException {
    var unused =
        attempt("removed", name, () -> locked(name, () -> Files.deleteIfExists(file(name))));
  }

  @Override
  public Duration writeInterval() {
    return Duration.ofMillis(20);
  }

  @Override
  public Duration pollInterval() {
    return Duration.ofMillis(200);
  }

  @Override
  public void close() {}

  private Path file(String name) {
    Path file = root.resolve(name).normalize();
    if (!file.startsWith(root) || name.isEmpty() || name.endsWith("/")) {
      throw new IllegalArgumentException("no name of an object: " + name);
    }
    return file;
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no file in a folder: " + file);
    }
    return parent;
  }

  private static long generation(Path file) throws IOException {
    Entry entry = entry(file);
    return entry == null ? ABSENT : entry.generation();
  }

  private static @Nullable Entry entry(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String line = new String(bytes, 0, end, StandardCharsets.US_ASCII);
    if (end == bytes.length || !line.matches(FIRST_LINE + "[1-9][0-9]{0,17}")) {
      throw new IOException("its first line is not one of Renkei's");
    }
    return new Entry(
        Long.parseLong(line.substring(FIRST_LINE.length())),
        java.util.Arrays.copyOfRange(bytes, end + 1, bytes.length));
  }

  /** Something that the file system may fail to do. */
  private interface Step<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> T locked(String name, Step<T> step) throws IOException, InterruptedException {
    Path file = locks.resolve(Integer.toString(Math.floorMod(name.hashCode(), LOCK_FILES)));
    ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(file, path -> new ReentrantLock());
    inProcess.lockInterruptibly();
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IOException("its lock was lost");
      }
      return step.run();
    } finally {
      inProcess.unlock();
    }
  }

  private <T> T attempt(String what, String name, Step<T> step)
      throws HubException, InterruptedException {
    try {
      return step.run();
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      Thread.interrupted();
      throw new InterruptedException(name);
    } catch (IOException e) {
      throw new HubException(
          "hub.state: %s cannot be %s: %s. See that the disk has room and that the folder is this user's."
              .formatted(root.resolve(name), what, e),
          e);
    }
  }
}
