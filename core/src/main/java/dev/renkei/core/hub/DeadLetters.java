package dev.renkei.core.hub;

import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Messages that could not be read or applied, with the reason and their original bytes. */
public interface DeadLetters {
  /** Durable when it returns. */
  void put(DeadLetter letter) throws HubException, InterruptedException;

  /** The newest letters that are open ({@link OpenLetters}), newest first. */
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
    // Written out, since NullAway does not see the array's annotation in a compact constructor.
    public DeadLetter(
        String stream,
        int partition,
        long offset,
        String reason,
        Map<String, String> attributes,
        byte @Nullable [] routingKey,
        byte[] payload,
        Instant at) {
      this.stream = stream;
      this.partition = partition;
      this.offset = offset;
      this.reason = reason;
      this.attributes = Map.copyOf(attributes);
      this.routingKey = routingKey;
      this.payload = payload;
      this.at = at;
    }

    /**
     * The letter of a message as it was read.
     *
     * @param stream the {@link HubSubscription#streamId} that it was read from
     */
    public static DeadLetter of(HubRecord message, String stream, String reason, Instant at) {
      Map<String, String> texts = new TreeMap<>(message.rawAttributes());
      MessageAttributes attributes = message.attributes();
      if (attributes != null) {
        HeaderCodec.write(attributes, texts::put);
      }
      return new DeadLetter(
          stream,
          message.partition(),
          message.offset(),
          reason,
          texts,
          message.routingKey(),
          message.payload(),
          at);
    }

    /** Where it was read and why it is here: row contents never enter a log. */
    @Override
    public String toString() {
      return "DeadLetter[%s/%d@%d: %s]".formatted(stream, partition, offset, reason);
    }
  }
}
