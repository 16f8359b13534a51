package dev.renkei.server.event;

import dev.renkei.core.message.EncodedMessage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be done with an event that a client has sent. */
public sealed interface Judged {
  /**
   * It goes to the hub.
   *
   * @param id the client's, or one that was made for it
   */
  record Admitted(String type, String id, EncodedMessage message) implements Judged {}

  /**
   * It does not.
   *
   * @param type null where that is not known
   * @param id the client's; null where it has given none that can be read
   * @param status of HTTP
   * @param message a sentence for the client, without values of the event
   * @param retryAfter when to come again; null where that would change nothing
   */
  record Refused(
      @Nullable String type,
      @Nullable String id,
      int status,
      String message,
      List<Violation> violations,
      @Nullable Duration retryAfter)
      implements Judged {
    public Refused {
      violations = List.copyOf(violations);
    }
  }
}
