package dev.renkei.cli.node;

import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the commands for one role on a thread of its own. A command counts as done when its
 * handler has returned; after a crash before that it comes again.
 */
final class CommandReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommandReader.class);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

  private final CommandLog commands;
  private final String reader;
  private final Handler handler;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** What a role makes of a command; those that are not its own it lets pass. */
  interface Handler {
    void handle(Command command) throws HubException, InterruptedException, ExecutionException;
  }

  CommandReader(CommandLog commands, String reader, Handler handler) {
    this.commands = commands;
    this.reader = reader;
    this.handler = handler;
    this.thread = new Thread(this::run, "renkei-commands-" + reader);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      do {
        follow();
      } while (!closing.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() throws InterruptedException {
    try (CommandLog.Follower follower = commands.follow(reader)) {
      while (closing.getCount() > 0) {
        List<Command> asked = follower.poll(LOOK_UP);
        for (Command command : asked) {
          log.atInfo().addKeyValue("reader", reader).addKeyValue("command", command).log("command");
          handler.handle(command);
        }
        if (!asked.isEmpty()) {
          follower.done();
        }
      }
    } catch (HubException | ExecutionException e) {
      if (closing.getCount() > 0) {
        log.atWarn()
            .addKeyValue("reader", reader)
            .addKeyValue("reason", e.getMessage())
            .log("commands cannot be followed; tried again");
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
