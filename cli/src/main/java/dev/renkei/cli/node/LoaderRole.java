package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Resting;
import dev.renkei.core.lock.ProcessLock;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.core.warehouse.WarehouseInUseException;
import dev.renkei.loader.HubPorts;
import dev.renkei.loader.Loader;
import dev.renkei.loader.LoaderOptions;
import dev.renkei.loader.LoaderState;
import dev.renkei.server.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One warehouse with its loader. While another process writes the warehouse it stands by, and takes
 * over when that one has ended (SEMANTICS 22). While an operator lets it rest the warehouse is
 * closed.
 */
final class LoaderRole implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoaderRole.class);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);

  private final WarehouseConfig config;
  private final Hub hub;
  private final NodePlan plan;
  private final Configuration whole;
  private final Resting resting;
  private final Part part;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread standby;
  private volatile @Nullable Running running;
  private volatile String waitsFor = "";

  /** While what runs is being closed. */
  private volatile boolean letsGo;

  /**
   * @param lock of a warehouse that has none of its own
   */
  private record Running(
      @Nullable ProcessLock lock, Warehouse warehouse, Loader loader, CommandReader commands) {
    void close() throws InterruptedException, WarehouseException {
      commands.close();
      loader.close();
      try {
        warehouse.close();
      } finally {
        release(lock);
      }
    }
  }

  private static void release(@Nullable ProcessLock lock) {
    if (lock != null) {
      lock.close();
    }
  }

  LoaderRole(WarehouseConfig config, NodePlan plan, Hub hub, Configuration whole, Resting resting) {
    this.config = config;
    this.hub = hub;
    this.whole = whole;
    this.plan = plan;
    this.resting = resting;
    this.part = Part.warehouse(config.name());
    this.standby = new Thread(this::standBy, "renkei-standby-" + config.name());
  }

  /**
   * Opens the warehouse and loads, or stands by, or rests.
   *
   * @throws WarehouseException where it cannot be opened at all
   */
  void start() throws WarehouseException, HubException, InterruptedException {
    if (pause().isEmpty()) {
      try {
        open();
      } catch (WarehouseInUseException e) {
        waitsFor = String.valueOf(e.getMessage());
        log.atInfo().addKeyValue("warehouse", config.name()).log("stands by: " + waitsFor);
      }
    }
    standby.start();
  }

  private Optional<Pause> pause() {
    return resting.pause(part);
  }

  /** Why it rests, with its warehouse closed; empty where it does not, or not yet. */
  Optional<Pause> rests() {
    return letsGo ? Optional.empty() : pause();
  }

  /**
   * Whether it tries to load and cannot, and no other process of this machine does so in its place.
   */
  boolean isHeldUp() {
    return running == null && !letsGo && pause().isEmpty() && !isLoadedElsewhere();
  }

  private boolean isLoadedElsewhere() {
    long me = ProcessHandle.current().pid();
    try {
      return RunFiles.living(whole.dataDir()).stream()
          .anyMatch(other -> other.pid() != me && other.roles().contains(NodePlan.role(config)));
    } catch (IOException e) {
      return false;
    }
  }

  private void standBy() {
    try {
      while (!closing.await(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS)) {
        Running now = running;
        try {
          if (pause().isPresent() && now != null) {
            letsGo = true;
            running = null;
            try {
              now.close();
            } finally {
              letsGo = false;
            }
            log.atInfo().addKeyValue("warehouse", config.name()).log("rests");
          } else if (pause().isEmpty() && now == null) {
            open();
            log.atInfo().addKeyValue("warehouse", config.name()).log("took over");
          }
        } catch (WarehouseException | HubException | RuntimeException e) {
          waitsFor = String.valueOf(e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void open() throws WarehouseException, HubException, InterruptedException {
    ProcessLock lock = config instanceof WarehouseConfig.DuckDb ? null : lock();
    try {
      open(lock);
    } catch (WarehouseException | HubException | InterruptedException | RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  /**
   * One loader at a time of a warehouse that has no lock of its own, of all of a {@code data_dir}.
   */
  private ProcessLock lock() throws WarehouseException {
    Path file = folder().resolve(config.name() + ".lock");
    try {
      return ProcessLock.tryTake(file)
          .orElseThrow(
              () ->
                  new WarehouseInUseException(
                      "warehouse %s: another process loads it (%s)."
                          .formatted(config.name(), file)));
    } catch (IOException e) {
      throw new WarehouseException("%s cannot be locked: %s".formatted(file, e.getMessage()), e);
    }
  }

  private Path folder() {
    return whole.dataDir().resolve("loader");
  }

  private void open(@Nullable ProcessLock lock)
      throws WarehouseException, HubException, InterruptedException {
    Warehouse warehouse = Warehouses.open(config, whole);
    Loader loader;
    try {
      loader =
          new Loader(
              plan.watch().tap(config.name(), hub.reader(config.name())),
              HubPorts.of(hub, this::requestReload),
              warehouse,
              LoaderOptions.of(config.name())
                  .unordered(
                      Set.of(whole.source().name()),
                      folder().resolve(config.name()),
                      whole.hub().retention()),
              plan.watch().observer(config.name()));
    } catch (HubException e) {
      warehouse.close();
      throw e;
    }
    loader.start();
    CommandReader commands =
        new CommandReader(
            hub.commands(), "loader-" + config.name(), command -> handle(loader, command));
    commands.start();
    running = new Running(lock, warehouse, loader, commands);
  }

  private void requestReload(@Nullable TableName table, String reason)
      throws HubException, InterruptedException {
    hub.commands()
        .send(
            table == null
                ? new Command.ReloadAll(reason, now())
                : new Command.ReloadTable(table, reason, now()));
  }

  private static java.time.Instant now() {
    return Clock.systemUTC().instant();
  }

  WarehouseConfig config() {
    return config;
  }

  /** The open warehouse; empty while another process has it. */
  Optional<Warehouse> warehouse() {
    Running now = running;
    return now == null ? Optional.empty() : Optional.of(now.warehouse());
  }

  /** Empty while it stands by. */
  Optional<LoaderState> state() {
    Running now = running;
    return now == null ? Optional.empty() : Optional.of(now.loader().state());
  }

  /** What it has brought; nothing while it stands by. */
  List<LoaderState.Arrival> arrivals() {
    Running now = running;
    return now == null ? List.of() : now.loader().arrivals();
  }

  /** Why it stands by, or rests. */
  String waitsFor() {
    return pause()
        .map(pause -> "warehouse %s: %s".formatted(config.name(), pause.sentence()))
        .orElse(waitsFor);
  }

  private void handle(Loader loader, Command command)
      throws InterruptedException, ExecutionException {
    if (command instanceof Command.Replay replay
        && (replay.warehouse() == null || config.name().equals(replay.warehouse()))) {
      loader.replay(replay.from()).get();
    }
    if (hub.marks().isPresent()
        && command instanceof Command.ReplayFromMark replay
        && config.name().equals(replay.warehouse())) {
      loader.replayFromMark(replay.mark()).get();
    }
  }

  /** Ends the loading and lets go of the warehouse; doing so twice changes nothing. */
  @Override
  public void close() throws InterruptedException, WarehouseException {
    closing.countDown();
    standby.join(TimeUnit.SECONDS.toMillis(10));
    Running now = running;
    if (now != null) {
      now.close();
    }
  }
}
