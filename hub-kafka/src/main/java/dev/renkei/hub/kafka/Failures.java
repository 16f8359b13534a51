package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.TableAssignment.MovedException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** What Kafka's exceptions mean to an operator. */
final class Failures {
  private Failures() {}

  static HubException of(String what, Throwable failure) {
    Throwable cause =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof HubException known) {
      return known;
    }
    if (cause instanceof CommitFailedException) {
      return new MovedException(
          "trackers have come or gone, and tables with them; what was not yet in the hub is read again by whoever has the table now",
          cause);
    }
    return new HubException("hub, %s: %s".formatted(what, sentence(cause)), cause);
  }

  private static String sentence(Throwable cause) {
    if (isFenced(cause)) {
      return "another process publishes under the same tracker name, or the broker ended a transaction"
          + " that took too long. Stop the other process, or give each tracker a name of its own.";
    }
    if (cause instanceof FencedInstanceIdException) {
      return "another process has joined under the same tracker name. Stop one of them, or give each tracker a name of its own.";
    }
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      return cause.getMessage() + ". Check hub.properties and the rights of its user.";
    }
    if (cause instanceof TimeoutException) {
      return "no answer in time ("
          + cause.getMessage()
          + "). Check hub.bootstrap_servers and that the brokers are up.";
    }
    if (cause instanceof RecordTooLargeException) {
      return cause.getMessage()
          + " Raise max.message.bytes of the topic and max.request.size in hub.properties.";
    }
    return String.valueOf(cause.getMessage());
  }

  /** Kafka tells a fenced producer in several ways, depending on what it was about to do. */
  private static boolean isFenced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof InvalidTxnStateException) {
        return true;
      }
    }
    return false;
  }
}
