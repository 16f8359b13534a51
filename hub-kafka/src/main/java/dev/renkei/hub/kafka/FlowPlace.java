package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.lock.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Where one process keeps its part of a flow's state: a folder that no other process uses as long
 * as this one lives, and the name under which its successor in that folder goes on.
 */
public final class FlowPlace implements AutoCloseable {
  /** The file in the directory that says who uses it. */
  private static final String LOCK = "renkei.lock";

  private static final int MOST_PROCESSES = 64;

  private final Path directory;
  private final String instance;
  private final ProcessLock lock;

  private FlowPlace(Path directory, String instance, ProcessLock lock) {
    this.directory = directory;
    this.instance = instance;
    this.lock = lock;
  }

  /**
   * Takes the first folder that is free: {@code flows} itself, then {@code flows/2} and so on. So a
   * process that is started again finds the state that one before it has left.
   */
  public static FlowPlace take(Path flows) throws HubException {
    for (int number = 1; number <= MOST_PROCESSES; number++) {
      Optional<FlowPlace> free =
          tryTake(number == 1 ? flows : flows.resolve(Integer.toString(number)));
      if (free.isPresent()) {
        return free.get();
      }
    }
    throw new HubException(
        "%s: %d processes run flows here already; give the next one a data_dir of its own"
            .formatted(flows, MOST_PROCESSES));
  }

  /**
   * Takes the folder of a name.
   *
   * @throws HubException where another process has it
   */
  public static FlowPlace take(Path flows, String name) throws HubException {
    return tryTake(flows.resolve(name))
        .orElseThrow(
            () ->
                new HubException(
                    "%s: another process runs the flow under the name %s. Stop it, or give another --name."
                        .formatted(flows, name)));
  }

  private static Optional<FlowPlace> tryTake(Path directory) throws HubException {
    try {
      Files.createDirectories(directory);
      Optional<ProcessLock> lock = ProcessLock.tryTake(directory.resolve(LOCK));
      return lock.isEmpty()
          ? Optional.empty()
          : Optional.of(new FlowPlace(directory, instance(directory), lock.get()));
    } catch (IOException e) {
      throw new HubException(
          "%s: the flow's state cannot be kept there (%s)".formatted(directory, e.getMessage()), e);
    }
  }

  /** Drawn once, since folders of several machines have the same names. */
  private static String instance(Path directory) throws IOException {
    Path file = directory.resolve("instance");
    if (!Files.exists(file)) {
      Path unfinished = directory.resolve("instance.new");
      Files.writeString(unfinished, UUID.randomUUID().toString());
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }

  public Path directory() {
    return directory;
  }

  /** Stable as long as the folder is, and nobody else's. */
  public String instance() {
    return instance;
  }

  @Override
  public void close() {
    lock.close();
  }
}
