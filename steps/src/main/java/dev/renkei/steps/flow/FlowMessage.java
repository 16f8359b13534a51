package dev.renkei.steps.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way through a flow, as the hub holds it: not yet read, so that what cannot be
 * read can be set aside as it was. The arrays are not copied.
 *
 * @param attributes as they stand beside the payload, valid or not
 * @param routingKey table and folded row key; null for a control message, and on hubs that have no
 *     keys
 * @param origin where it was read
 */
public record FlowMessage(
    Map<String, String> attributes, byte @Nullable [] routingKey, byte[] payload, Origin origin) {
  // Written out, since NullAway does not see the array's annotation in a compact constructor.
  public FlowMessage(
      Map<String, String> attributes, byte @Nullable [] routingKey, byte[] payload, Origin origin) {
    this.attributes = Map.copyOf(attributes);
    this.routingKey = routingKey;
    this.payload = payload;
    this.origin = origin;
  }

  /** One that a flow has made itself. */
  public FlowMessage(Map<String, String> attributes, byte @Nullable [] routingKey, byte[] payload) {
    this(attributes, routingKey, payload, Origin.NONE);
  }

  /**
   * This message as a dead letter, whole.
   *
   * @param reason a sentence without values of the row
   */
  public DeadLetter deadLetter(String reason) {
    return new DeadLetter(
        origin.stream(),
        origin.partition(),
        origin.offset(),
        reason,
        attributes,
        routingKey,
        payload,
        origin.at());
  }

  /**
   * What tells where this message stands, and nothing of what it holds.
   *
   * @param reason a sentence without values of the row
   */
  public DeadLetter placeOnly(String reason) {
    return new DeadLetter(
        origin.stream(),
        origin.partition(),
        origin.offset(),
        reason,
        Map.of(),
        null,
        new byte[0],
        origin.at());
  }

  /** This message as one made of what was read there. */
  public FlowMessage from(Origin place) {
    return new FlowMessage(attributes, routingKey, payload, place);
  }

  /** Where it was read: row contents never enter a log. */
  @Override
  public String toString() {
    return "FlowMessage[%s/%d@%d]".formatted(origin.stream(), origin.partition(), origin.offset());
  }
}
