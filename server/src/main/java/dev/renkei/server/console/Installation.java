package dev.renkei.server.console;

import dev.renkei.core.config.Secret;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusView;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the processes of an installation on this machine are, each asked at most once a second
 * however many browsers look. Safe for several threads.
 */
public final class Installation implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int ASKED_AT_ONCE = 4;

  private final Path dataDir;
  private final @Nullable Secret token;
  private final Supplier<StatusReport> own;
  private final Map<URI, ControlClient> clients = new HashMap<>();
  private final ExecutorService asking;
  private @Nullable Picture last;
  private long takenNanos;

  /**
   * @param token of all of them
   * @param own what this process says of itself
   */
  public Installation(Path dataDir, @Nullable Secret token, Supplier<StatusReport> own) {
    this.dataDir = dataDir;
    this.token = token;
    this.own = own;
    this.asking =
        Executors.newFixedThreadPool(
            ASKED_AT_ONCE,
            task -> {
              Thread thread = new Thread(task, "renkei-console");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** All at about one moment. */
  public record Picture(List<Overview.Process> processes, List<StatusView.Silent> silent) {
    public Picture {
      processes = List.copyOf(processes);
      silent = List.copyOf(silent);
    }

    StatusView view() {
      return new StatusView(processes.stream().map(Overview.Process::report).toList(), silent);
    }
  }

  /** The picture of now, or of less than a second ago. */
  public synchronized Picture picture(URI ownUrl) {
    Picture known = last;
    if (known != null && System.nanoTime() - takenNanos < FRESH.toNanos()) {
      return known;
    }
    Picture taken = take(ownUrl);
    last = taken;
    takenNanos = System.nanoTime();
    return taken;
  }

  /** What is told of one process. */
  private sealed interface Told {}

  private record Answered(Overview.Process process) implements Told {}

  private record Kept(StatusView.Silent silent) implements Told {}

  private Picture take(URI ownUrl) {
    List<RunFiles.Running> others = others();
    clients.keySet().retainAll(others.stream().map(RunFiles.Running::url).toList());
    List<CompletableFuture<Told>> asked = new ArrayList<>();
    for (RunFiles.Running other : others) {
      ControlClient client =
          clients.computeIfAbsent(other.url(), url -> new ControlClient(url, token, PATIENCE));
      asked.add(CompletableFuture.supplyAsync(() -> ask(other, client), asking));
    }
    List<Overview.Process> processes = new ArrayList<>();
    List<StatusView.Silent> silent = new ArrayList<>();
    processes.add(new Overview.Process(ownUrl, own.get()));
    for (CompletableFuture<Told> answer : asked) {
      Told told = answer.join();
      if (told instanceof Answered answered) {
        processes.add(answered.process());
      } else if (told instanceof Kept kept) {
        silent.add(kept.silent());
      }
    }
    return new Picture(processes, silent);
  }

  private List<RunFiles.Running> others() {
    try {
      long pid = ProcessHandle.current().pid();
      return RunFiles.living(dataDir).stream().filter(one -> one.pid() != pid).toList();
    } catch (IOException e) {
      log.atWarn().setCause(e).addKeyValue("folder", dataDir).log("run files cannot be read");
      return List.of();
    }
  }

  private static Told ask(RunFiles.Running other, ControlClient client) {
    try {
      return new Answered(new Overview.Process(other.url(), client.status()));
    } catch (ControlException e) {
      return new Kept(new StatusView.Silent(other, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Kept(new StatusView.Silent(other, "asking was broken off"));
    }
  }

  @Override
  public void close() {
    asking.shutdownNow();
  }
}
