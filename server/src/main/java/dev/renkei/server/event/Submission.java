package dev.renkei.server.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a client has sent in one request: an event, or a batch as <code>{"events": [...]}</code> or
 * <code>[...]</code>.
 *
 * @param batch whether the answer is one for each event
 * @param events as they were sent, not looked at yet
 */
public record Submission(boolean batch, List<JsonNode> events) {
  private static final Set<String> KNOWN = Set.of("type", "id", "data");

  public Submission {
    events = List.copyOf(events);
  }

  /** A request that is none of these; the message is a sentence for the client. */
  public static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean tooMany;

    UnreadableException(String message, boolean tooMany) {
      super(message, null, false, false);
      this.tooMany = tooMany;
    }

    /** Whether it would be read if it were smaller. */
    public boolean isTooMany() {
      return tooMany;
    }
  }

  /**
   * Reads a request.
   *
   * @param most events
   */
  public static Submission read(byte[] body, int most) throws UnreadableException {
    JsonNode root;
    try {
      root = EventJson.read(body);
    } catch (EventJson.UnreadableException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), false);
    }
    JsonNode list = root.isArray() ? root : root.get("events");
    if (list == null) {
      return new Submission(false, List.of(root));
    }
    if (!list.isArray() || (root.isObject() && root.size() > 1)) {
      throw new UnreadableException(
          "a batch is {\"events\": [...]} or [...], without other fields", false);
    }
    if (list.isEmpty()) {
      throw new UnreadableException("a batch without events", false);
    }
    if (list.size() > most) {
      throw new UnreadableException(
          "%d events in one request; at most %d are taken".formatted(list.size(), most), true);
    }
    List<JsonNode> events = new ArrayList<>(list.size());
    list.forEach(events::add);
    return new Submission(true, events);
  }

  /** The name of a field that nobody knows, or of one that is missing; empty where all is well. */
  static String misfit(JsonNode event) {
    if (!event.isObject()) {
      return "an event is {\"type\": ..., \"id\": ..., \"data\": {...}}";
    }
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      if (!KNOWN.contains(field.getKey())) {
        return "a field that nobody knows; known are `type`, `id` and `data`";
      }
    }
    if (!event.path("type").isTextual()) {
      return "`type` is missing, or no text";
    }
    return event.has("data") ? "" : "`data` is missing";
  }
}
