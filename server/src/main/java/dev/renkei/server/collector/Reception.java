package dev.renkei.server.collector;

import dev.renkei.core.hub.EventPublisher;
import dev.renkei.server.event.Intake;
import dev.renkei.server.event.Judged;
import dev.renkei.server.event.Submission;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what clients send, hands it to the hub, and knows what became of it. Thread-safe. */
final class Reception {
  private static final Logger log = LoggerFactory.getLogger(Reception.class);

  private final Intake intake;
  private final EventPublisher hub;
  private final int maxBatch;
  private final Duration patience;
  private final Tally tally;
  private final Clock clock;
  private volatile @Nullable String trouble;

  Reception(
      Intake intake,
      EventPublisher hub,
      int maxBatch,
      Duration patience,
      Tally tally,
      Clock clock) {
    this.intake = intake;
    this.hub = hub;
    this.maxBatch = maxBatch;
    this.patience = patience;
    this.tally = tally;
    this.clock = clock;
  }

  /** Why the hub has not taken the last event; null where it has. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Completes, never exceptionally, when the answer is known. */
  CompletableFuture<Answer> take(String client, byte[] body) {
    Submission submission;
    try {
      submission = Submission.read(body, maxBatch);
    } catch (Submission.UnreadableException e) {
      tally.count("unreadable");
      int status = e.isTooMany() ? 413 : 400;
      return CompletableFuture.completedFuture(
          Answer.of(Outcome.failed(status, String.valueOf(e.getMessage()))));
    }
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>(submission.events().size());
    submission
        .events()
        .forEach(
            event -> outcomes.add(take(intake.judge(client, event, body.length, clock.instant()))));
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all ->
                submission.batch()
                    ? Answer.ofBatch(outcomes.stream().map(CompletableFuture::join).toList())
                    : Answer.of(outcomes.get(0).join()));
  }

  private CompletableFuture<Outcome> take(Judged judged) {
    tally.count(Tally.RECEIVED);
    if (judged instanceof Judged.Refused refused) {
      tally.count(name(refused));
      return CompletableFuture.completedFuture(Outcome.refused(refused));
    }
    Judged.Admitted admitted = (Judged.Admitted) judged;
    return hub.publish(admitted.message())
        // Longer than the publisher's own patience: it has the better sentence.
        .orTimeout(patience.toMillis() + patience.toMillis() / 2, TimeUnit.MILLISECONDS)
        .handle((done, failure) -> outcome(admitted, failure));
  }

  private Outcome outcome(Judged.Admitted admitted, @Nullable Throwable failure) {
    if (failure == null) {
      tally.count(Tally.ACCEPTED);
      tally.count(admitted.type() + "_accepted");
      if (trouble != null) {
        trouble = null;
        log.atInfo().log("the hub takes events again");
      }
      return Outcome.accepted(admitted.id());
    }
    tally.count("hub_failures");
    String reason = String.valueOf(failure.getMessage());
    if (trouble == null) {
      log.atWarn().addKeyValue("reason", reason).log("the hub does not take events");
    }
    trouble = reason;
    return Outcome.unavailable(
        admitted.id(), "the hub does not take events now; send it again with the same id");
  }

  private static String name(Judged.Refused refused) {
    String type = refused.type();
    if (type == null) {
      return refused.status() == 404 ? "unknown_type" : "malformed";
    }
    return Objects.requireNonNull(type) + (refused.status() == 429 ? "_limited" : "_refused");
  }
}
