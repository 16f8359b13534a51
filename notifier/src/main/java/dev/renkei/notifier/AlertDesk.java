package dev.renkei.notifier;

import dev.renkei.core.config.AlertsConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of alerts: each target in the order in which things happened, one that is slow holds
 * up no other, and what does not arrive is sent again for some minutes. What still waits when the
 * process ends is lost, and so is what comes when a target has not taken a hundred: alerts are in
 * the log and the status too.
 */
public final class AlertDesk implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AlertDesk.class);
  private static final int MOST_WAITING = 100;
  private static final int CALLS = 11;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final List<Line> lines = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);

  /** Starts; returns at once. */
  public AlertDesk(List<AlertsConfig.Target> targets) {
    this(targets, Backoff.DEFAULT);
  }

  AlertDesk(List<AlertsConfig.Target> targets, Backoff backoff) {
    var client = HttpCall.newClient();
    for (AlertsConfig.Target target : targets) {
      lines.add(new Line(new AlertTarget(target, client, Clock.systemUTC()), backoff));
    }
    lines.forEach(line -> line.thread.start());
  }

  /**
   * What has become of one message at one target.
   *
   * @param place kind and address of the target, without what lets a caller in
   * @param body that was sent
   * @param arrived whether the target took it
   * @param answer the end of a sentence
   */
  public record Answer(String place, String body, boolean arrived, String answer) {}

  /** Sends a message to each target once, and tells what each has answered. */
  public static List<Answer> tryOnce(List<AlertsConfig.Target> targets, AlertMessage message)
      throws InterruptedException {
    var client = HttpCall.newClient();
    List<Answer> answers = new ArrayList<>();
    for (AlertsConfig.Target one : targets) {
      AlertTarget target = new AlertTarget(one, client, Clock.systemUTC());
      Outcome outcome = target.call(message);
      answers.add(
          new Answer(
              target.place(),
              new String(target.body(message), StandardCharsets.UTF_8),
              outcome instanceof Outcome.Done,
              text(outcome)));
    }
    return answers;
  }

  private static String text(Outcome outcome) {
    if (outcome instanceof Outcome.Again again) {
      return again.what();
    }
    return outcome instanceof Outcome.Refused refused ? refused.what() : "took it";
  }

  /** Takes a message for all targets; returns at once. */
  public void tell(AlertMessage message) {
    for (Line line : lines) {
      if (!line.waiting.offer(message)) {
        log.atWarn()
            .addKeyValue("target", line.target.place())
            .log("alert not told: too many wait");
      }
    }
  }

  private final class Line {
    private final AlertTarget target;
    private final Backoff backoff;
    private final BlockingQueue<AlertMessage> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread;

    private Line(AlertTarget target, Backoff backoff) {
      this.target = target;
      this.backoff = backoff;
      this.thread = new Thread(this::run, "renkei-alerts");
      thread.setDaemon(true);
    }

    private void run() {
      try {
        while (stop.getCount() > 0) {
          AlertMessage next = waiting.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
          if (next != null) {
            deliver(next);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void deliver(AlertMessage message) throws InterruptedException {
      for (int call = 1; call <= CALLS; call++) {
        Outcome outcome = target.call(message);
        if (outcome instanceof Outcome.Done) {
          return;
        }
        if (!(outcome instanceof Outcome.Again again) || call == CALLS) {
          log.atWarn()
              .addKeyValue("target", target.place())
              .addKeyValue("answer", text(outcome))
              .log("alert not told");
          return;
        }
        Duration wait = backoff.before(call, again.notBefore());
        if (stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    }
  }

  /** Ends after the call under way. */
  @Override
  public void close() {
    stop.countDown();
    for (Line line : lines) {
      try {
        line.thread.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      line.thread.interrupt();
    }
  }
}
