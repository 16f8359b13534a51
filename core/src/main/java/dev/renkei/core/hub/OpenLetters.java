package dev.renkei.core.hub;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Dead letters that are open: not sent back since they were set aside. Whoever mends why they were
 * refused sends them back to where they were read, as they were read; consumers that have taken
 * them, or something newer, drop them by their sequence (SEMANTICS 10). Thread-safe.
 */
public interface OpenLetters {
  /** So many refusals are told one by one. */
  int MOST_TOLD = 100;

  /** The newest, newest first, without their contents. */
  List<Listed> newest(int atMost, LetterFilter which) throws HubException, InterruptedException;

  /** One whole; empty where none of that id is open. */
  Optional<DeadLetter> find(String id) throws HubException, InterruptedException;

  /**
   * Sends those back that are open when this is called, oldest first where the hub gives an order.
   * They are durable where they came from before they are open no more: one that is sent back when
   * this fails may be sent once more.
   *
   * @param atMost so many, those that cannot be sent back not counted
   * @param progress told how many were sent, now and then
   */
  SentBack sendBack(LetterFilter which, long atMost, LongConsumer progress)
      throws HubException, InterruptedException;

  /**
   * A letter without its contents.
   *
   * @param id unique among the letters of its side
   * @param bytes of its payload
   */
  record Listed(
      String id,
      Instant at,
      String stream,
      int partition,
      long offset,
      String reason,
      Map<String, String> attributes,
      long bytes) {
    public Listed {
      attributes = Map.copyOf(attributes);
    }

    /** What is listed of a letter. */
    public static Listed of(String id, DeadLetter letter) {
      return new Listed(
          id,
          letter.at(),
          letter.stream(),
          letter.partition(),
          letter.offset(),
          letter.reason(),
          new TreeMap<>(letter.attributes()),
          letter.payload().length);
    }
  }

  /**
   * What has become of letters.
   *
   * @param sent how many were sent back
   * @param refused how many cannot be, and stay open
   * @param reasons sentences about the first of these, with their ids
   * @param more whether others would have been sent back but for the limit
   */
  record SentBack(long sent, long refused, List<String> reasons, boolean more) {
    public SentBack {
      reasons = List.copyOf(reasons);
    }
  }
}
