package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topology in this process: threads that fail are replaced, and what others left is ended. */
final class RunningFlow implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningFlow.class);

  private final String name;
  private final KafkaStreams streams;
  private final CountDownLatch running = new CountDownLatch(1);
  private final ExecutorService afterMoves;

  /**
   * Not started yet.
   *
   * @param name of the flow, for people
   */
  RunningFlow(String name, Topology topology, Properties settings, LeftTransactions left) {
    this.name = name;
    this.streams = new KafkaStreams(topology, settings);
    this.afterMoves =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "renkei-" + name + "-left");
              thread.setDaemon(true);
              return thread;
            });
    streams.setUncaughtExceptionHandler(
        failure -> {
          log.atError()
              .setCause(failure)
              .addKeyValue("flow", name)
              .log("flow thread failed; it is replaced");
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.setStateListener(
        (now, before) -> {
          log.atInfo().addKeyValue("flow", name).addKeyValue("state", now).log("flow state");
          if (now == KafkaStreams.State.REBALANCING || now == KafkaStreams.State.RUNNING) {
            afterMoves.execute(left::end);
          }
          if (now == KafkaStreams.State.RUNNING || now == KafkaStreams.State.ERROR) {
            running.countDown();
          }
        });
  }

  /** Starts; returns at once. */
  void start() {
    streams.start();
  }

  /**
   * Waits until the flow runs.
   *
   * @throws HubException where it does not within the time
   */
  void awaitRunning(Duration atMost) throws HubException, InterruptedException {
    if (!running.await(atMost.toMillis(), TimeUnit.MILLISECONDS)
        || streams.state() == KafkaStreams.State.ERROR) {
      throw new HubException(
          "%s does not run after %s; its state is %s".formatted(name, atMost, streams.state()));
    }
  }

  /** Takes nothing until it may go on; its place in the group, and its state, it keeps. */
  void rest(boolean resting) {
    if (resting == streams.isPaused()) {
      return;
    }
    if (resting) {
      streams.pause();
    } else {
      streams.resume();
    }
    log.atInfo().addKeyValue("flow", name).addKeyValue("resting", resting).log("flow");
  }

  /** Kafka Streams' word for what the flow does now, for example {@code RUNNING}. */
  String state() {
    return streams.state().name();
  }

  /** Leaves, so that another process goes on at once, if there is one. */
  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(Duration.ofSeconds(10))
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    afterMoves.shutdownNow();
  }
}
