package dev.renkei.cli.node;

import dev.renkei.server.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trackers that run in other processes of this machine, by their run files. One that has run
 * and runs no more is gone until it runs again, whether it was killed or stopped.
 */
final class Neighbours implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Neighbours.class);
  private static final String TRACKS = "track ";

  private final Path dataDir;
  private final Set<String> seen = new TreeSet<>();
  private final ScheduledExecutorService clockwork =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "renkei-neighbours");
            thread.setDaemon(true);
            return thread;
          });
  private volatile List<String> gone = List.of();

  Neighbours(Path dataDir) {
    this.dataDir = dataDir;
  }

  void start() {
    var unused = clockwork.scheduleWithFixedDelay(this::look, 0, 2, TimeUnit.SECONDS);
  }

  private void look() {
    try {
      Set<String> living = new TreeSet<>();
      for (RunFiles.Running process : RunFiles.living(dataDir)) {
        process.roles().stream()
            .filter(role -> role.startsWith(TRACKS))
            .forEach(role -> living.add(role.substring(TRACKS.length())));
      }
      seen.addAll(living);
      gone = seen.stream().filter(name -> !living.contains(name)).toList();
    } catch (IOException | RuntimeException e) {
      log.atDebug().setCause(e).log("run files not read");
    }
  }

  List<String> gone() {
    return gone;
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }
}
