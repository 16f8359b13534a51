package dev.renkei.core.hub;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Named places in the stream, each of one consumer, to which it can go back: what it had not
 * acknowledged when the mark was set, and all that was published since. Thread-safe.
 */
public interface ReplayMarks {
  /**
   * A mark.
   *
   * @param setAt when it was set, or earlier
   * @param keptUntil from then on it is gone, and what it holds
   */
  record Mark(String consumer, String name, Instant setAt, Instant keptUntil) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

    public Mark {
      checkName(name);
    }

    /** Refuses what is no name for a mark. */
    public static void checkName(String name) {
      if (!isName(name)) {
        throw new IllegalArgumentException(
            "'%s' is no name for a mark: a letter, then up to 62 letters, digits, - and _"
                .formatted(name));
      }
    }

    public static boolean isName(String name) {
      return NAME.matcher(name).matches();
    }
  }

  /**
   * Sets a mark where the consumer is now.
   *
   * @throws IllegalArgumentException where the name is none, or is taken
   */
  Mark set(String consumer, String name) throws HubException;

  /** All marks of a consumer, the oldest first. */
  List<Mark> of(String consumer) throws HubException;

  /** Takes a mark away; nothing happens where there is none. */
  void delete(String consumer, String name) throws HubException;
}
