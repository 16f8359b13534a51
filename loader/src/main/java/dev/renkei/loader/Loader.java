package dev.renkei.loader;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubReader;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.loader.Tries.StoppedException;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a hub's stream into a warehouse until it is closed. What fails is tried again for as long
 * as it takes; a message that cannot be read or applied goes to the dead letters, and the others go
 * on.
 *
 * <p>One thread of its own reads and writes; {@link #state} may be asked from any.
 */
public final class Loader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loader.class);

  private final LoaderOptions options;
  private final Standing standing;
  private final Tries tries;
  private final Application application;
  private final Intake intake;
  private final Queue<Replay> asked = new ConcurrentLinkedQueue<>();
  private final Thread thread;

  /**
   * @param reader owned by the loader, which closes it
   * @param warehouse not closed
   */
  public Loader(
      HubReader reader,
      HubPorts hub,
      Warehouse warehouse,
      LoaderOptions options,
      LoadObserver observer) {
    this.options = options;
    this.standing = new Standing(options);
    this.tries = new Tries(options, standing);
    this.application = new Application(reader, hub, warehouse, options, observer, standing, tries);
    this.intake =
        reader instanceof AcknowledgedSubscription acknowledged
            ? new AcknowledgedIntake(
                acknowledged, hub.cursors(), warehouse, application, options, standing, tries)
            : new PositionedIntake(
                (HubSubscription) reader, warehouse, application, options, standing, tries);
    this.thread = new Thread(this::run, "loader-" + options.name());
  }

  public void start() {
    thread.start();
  }

  public LoaderState state() {
    return standing.state();
  }

  /** What has become visible: of all tables together first, then of each. */
  public List<LoaderState.Arrival> arrivals() {
    return application.arrivals().state();
  }

  /**
   * Reads the hub again from the first message of that time or later, in every partition. What the
   * warehouse has already counts no second time (SEMANTICS 10), and a time ahead of where the
   * loader stands changes nothing.
   *
   * @return completes when the replay is durable, so that a crash does not forget it; exceptionally
   *     where the loader ends before
   */
  public CompletableFuture<Void> replay(Instant from) {
    return ask(() -> intake.replay(from));
  }

  /**
   * Goes back to a mark of this reader; where there is no such mark, the state's alert tells it.
   *
   * @return as {@link #replay(Instant)}
   * @throws IllegalStateException where this loader reads a hub without marks
   */
  public CompletableFuture<Void> replayFromMark(String mark) {
    if (intake instanceof PositionedIntake) {
      throw new IllegalStateException("a hub without marks: no '%s'".formatted(mark));
    }
    return ask(() -> intake.replay(mark));
  }

  private CompletableFuture<Void> ask(Act act) {
    Replay replay = new Replay(act, new CompletableFuture<>());
    asked.add(replay);
    if (state().phase() == Phase.STOPPED) {
      refuseReplays();
    }
    return replay.durable();
  }

  /** Reads again from somewhere, on the loader's thread. */
  private interface Act {
    void run() throws InterruptedException, StoppedException;
  }

  private record Replay(Act act, CompletableFuture<Void> durable) {}

  private void refuseReplays() {
    for (Replay one = asked.poll(); one != null; one = asked.poll()) {
      one.durable()
          .completeExceptionally(
              new IllegalStateException("the loader has ended; ask the next one"));
    }
  }

  /** Ends after the batch under way; what is not durable yet is read again at the next start. */
  @Override
  public void close() throws InterruptedException {
    tries.close();
    if (thread.getState() == Thread.State.NEW) {
      stopped();
      return;
    }
    thread.join();
  }

  private void stopped() {
    intake.close();
    standing.update(to -> to.phase(Phase.STOPPED));
    refuseReplays();
  }

  private void run() {
    try {
      intake.begin();
      application.reloadWhatIsIncomplete();
      while (!tries.isClosing()) {
        replayWhatIsAsked();
        intake.turn();
      }
      intake.end();
    } catch (StoppedException e) {
      // What was under way is read again at the next start.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().addKeyValue("loader", options.name()).setCause(e).log("loader failed");
      standing.update(
          to -> to.alert("the loader has failed: " + e + ". Restart it, and report this."));
    } finally {
      stopped();
    }
  }

  private void replayWhatIsAsked() throws InterruptedException, StoppedException {
    for (Replay one = asked.peek(); one != null; one = asked.peek()) {
      one.act().run();
      asked.remove();
      one.durable().complete(null);
    }
  }
}
