package dev.renkei.cli.node;

import dev.renkei.cli.filter.ConfiguredFilter;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.Where;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.TrackersConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.Resting;
import dev.renkei.sqlserver.Tracker;
import dev.renkei.sqlserver.TrackerOptions;
import dev.renkei.sqlserver.TrackerState;
import dev.renkei.sqlserver.TrackerState.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One tracker with its publisher; both are opened anew when the publisher has died. */
final class TrackerRole implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrackerRole.class);
  private static final Duration LOOK_UP = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

  private final String name;
  private final Configuration config;
  private final Hub hub;
  private final Resting resting;
  private final RowFilter filter;
  private final CommandReader commands;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Tracker tracker;
  private volatile @Nullable Problem problem;

  TrackerRole(String name, Configuration config, Hub hub, Resting resting) {
    this.name = name;
    this.config = config;
    this.hub = hub;
    this.resting = resting;
    this.filter = ConfiguredFilter.of(config.tables());
    this.commands = new CommandReader(hub.commands(), name, this::handle);
    this.thread = new Thread(this::run, "renkei-" + name);
  }

  void start() {
    thread.start();
    commands.start();
  }

  TrackerState state() {
    Tracker running = tracker;
    TrackerState state =
        running == null
            ? new TrackerState(name, config.source().name(), null, List.of(), null, null)
            : running.state();
    Problem own = problem;
    return own == null ? state : state.with(own);
  }

  private void run() {
    try {
      do {
        track();
      } while (!closing.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the role is closed, or the publisher is dead. */
  private void track() throws InterruptedException {
    try (HubPublisher publisher = publisher();
        Tracker opened = open(publisher)) {
      problem = null;
      tracker = opened;
      opened.start();
      while (publisher.isAlive()) {
        if (closing.await(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      failed("the publisher has stopped; it is opened anew");
    } catch (HubException e) {
      failed(String.valueOf(e.getMessage()));
    } finally {
      tracker = null;
    }
  }

  private HubPublisher publisher() throws HubException, InterruptedException {
    long buffer = config.trackers().bufferBytes();
    return sharesTables() ? hub.sharingPublisher(name, buffer) : hub.publisher(name, buffer);
  }

  private boolean sharesTables() {
    return config.trackers().mode() == TrackersConfig.Mode.ASSIGNED;
  }

  private void failed(String sentence) {
    problem =
        new Problem(
            sentence,
            "look whether the hub runs, and whether another process runs under the name " + name,
            Clock.systemUTC().instant());
    log.atWarn().addKeyValue("tracker", name).addKeyValue("reason", sentence).log("tracker down");
  }

  private Tracker open(HubPublisher publisher) {
    return new Tracker(
        new TrackerOptions(
            name, config.source(), config.tables(), config.trackers().parallelTables()),
        publisher,
        hub.cursors(),
        hub.claims(),
        hub.schemas(),
        filter,
        resting,
        Clock.systemUTC());
  }

  private void handle(Command command) throws InterruptedException, ExecutionException {
    if (command instanceof Command.ReloadTable reload) {
      String where = reload.where();
      Tracker running = ready();
      boolean held =
          (where == null
                  ? running.reload(reload.table())
                  : running.reload(reload.table(), Where.parse(where)))
              .get();
      if (!held) {
        log.atWarn()
            .addKeyValue("tracker", name)
            .addKeyValue("table", reload.table())
            .addKeyValue("where", where)
            .log("not reloaded");
      }
    } else if (command instanceof Command.ReloadAll) {
      var unused = ready().reloadAll().get();
    }
  }

  /** The tracker, once it knows its tables; where tables are shared it may have none. */
  private Tracker ready() throws InterruptedException {
    while (true) {
      Tracker running = tracker;
      if (running != null && (sharesTables() || !running.state().tables().isEmpty())) {
        return running;
      }
      Thread.sleep(LOOK_UP.toMillis());
    }
  }

  /** Begins to end; {@link #close} waits for it. */
  void stop() {
    closing.countDown();
  }

  @Override
  public void close() {
    stop();
    commands.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
