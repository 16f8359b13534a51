package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which subscriptions were there before anything was published: an object for each, noted by
 * whoever has made the subscription, taken once by its first reader. In any doubt there is no such
 * note, since a reader that trusts a wrong one would miss rows.
 *
 * <p>Every publisher writes the object of its cursors when it is opened, before it publishes
 * anything. So a subscription that was there while there was no such object, not even an empty one,
 * gets everything that is ever published.
 */
public final class StateBeginnings {
  private static final Logger log = LoggerFactory.getLogger(StateBeginnings.class);
  private static final String FOLDER = "beginnings/";
  private static final String STREAM = "stream";

  /**
   * A note counts for this part of the time for which messages are kept: the rest is for reading
   * them.
   */
  private static final int PART = 2;

  private final StateStore store;

  public StateBeginnings(StateStore store) {
    this.store = store;
  }

  private static String name(String subscription) {
    return FOLDER + ObjectName.of(subscription);
  }

  /**
   * Notes a subscription, unless a publisher was opened before.
   *
   * @param stream the identity that this process gave it when it made it, which is done
   */
  public void note(String subscription, String stream, Instant madeAt)
      throws HubException, InterruptedException {
    if (!store.list(StateCursors.FOLDER, 1).isEmpty()) {
      return;
    }
    ObjectNode document = Documents.empty();
    document.put("subscription", subscription).put(STREAM, stream).put("at", madeAt.toString());
    String name = name(subscription);
    // Where somebody else writes it meanwhile, there is none of this one: then it is doubtful.
    var unused = store.write(name, Documents.write(document), store.generation(name));
  }

  /**
   * Whether a subscription still has everything that was ever published, none of it acknowledged.
   * Takes the note away before it is answered, whatever the answer: who asks again is told no.
   *
   * @param stream its identity now
   * @param kept for how long it keeps messages
   */
  public boolean take(String subscription, String stream, Duration kept, Instant now)
      throws HubException, InterruptedException {
    String name = name(subscription);
    Optional<StateStore.Entry> entry = store.read(name);
    if (entry.isEmpty()) {
      return false;
    }
    JsonNode noted = Documents.read(store, name, entry.get().content());
    if (!noted.hasNonNull(STREAM)) {
      return false; // taken before
    }
    ObjectNode taken = Documents.empty();
    taken.put("subscription", subscription).put("taken_at", now.toString());
    boolean first = store.write(name, Documents.write(taken), entry.get().generation()).isPresent();
    return first
        && noted.path(STREAM).asText().equals(stream)
        && isYoung(noted.path("at").asText(), kept, now);
  }

  /** For whoever reads a subscription without asking: durable before anything is acknowledged. */
  public void forget(String subscription) throws HubException, InterruptedException {
    var unused = take(subscription, "", Duration.ZERO, Instant.EPOCH);
  }

  private static boolean isYoung(String madeAt, Duration kept, Instant now) {
    try {
      Duration age = Duration.between(Instant.parse(madeAt), now).abs();
      return age.compareTo(kept.dividedBy(PART)) < 0;
    } catch (DateTimeParseException e) {
      log.atWarn().addKeyValue("at", madeAt).log("not the time of a subscription");
      return false;
    }
  }
}
