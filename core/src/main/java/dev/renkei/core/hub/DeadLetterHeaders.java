package dev.renkei.core.hub;

import java.time.Instant;
import java.util.function.BiConsumer;

/**
 * What stands beside a dead letter in a topic, next to the message's own attributes: the same
 * whatever program has set it aside.
 */
public final class DeadLetterHeaders {
  /** What the names of ours begin with. */
  public static final String OURS = "renkei_dead_letter_";

  public static final String REASON = OURS + "reason";
  public static final String STREAM = OURS + "stream";
  public static final String PARTITION = OURS + "partition";
  public static final String OFFSET = OURS + "offset";
  public static final String AT = OURS + "at";

  /**
   * Of a message that is no letter: it says which letters before it were sent back, as its payload
   * names them.
   */
  public static final String SENT_BACK = OURS + "sent_back";

  private DeadLetterHeaders() {}

  /** Hands over where a message was read and why it is here. */
  public static void write(
      String stream,
      int partition,
      long offset,
      String reason,
      Instant at,
      BiConsumer<String, String> to) {
    to.accept(REASON, reason);
    to.accept(STREAM, stream);
    to.accept(PARTITION, Integer.toString(partition));
    to.accept(OFFSET, Long.toString(offset));
    to.accept(AT, at.toString());
  }
}
