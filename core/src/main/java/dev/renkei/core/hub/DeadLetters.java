package dev.renkei.core.hub;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages that could not be read or applied, with the reason and their original bytes. */
public interface DeadLetters {
  /** Durable when it returns. */
  void put(DeadLetter letter) throws HubException, InterruptedException;

  /** The newest letters, newest first. */
  List<DeadLetter> newest(int atMost) throws HubException, InterruptedException;

  /**
   * A message that was set aside. The arrays are not copied.
   *
   * @param stream where it was read, for example the topic {@code renkei.hub}
   * @param reason a sentence without values of the row
   * @param attributes as they were read, valid or not
   */
  record DeadLetter(
      String stream,
      int partition,
      long offset,
      String reason,
      Map<String, String> attributes,
      byte @Nullable [] routingKey,
      byte[] payload,
      Instant at) {
    public DeadLetter {
      attributes = Map.copyOf(attributes);
    }

    /** Where it was read and why it is here: row contents never enter a log. */
    @Override
    public String toString() {
      return "DeadLetter[%s/%d@%d: %s]".formatted(stream, partition, offset, reason);
    }
  }
}
