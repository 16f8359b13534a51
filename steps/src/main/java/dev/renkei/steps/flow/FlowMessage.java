package dev.renkei.steps.flow;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way through a flow, as the hub holds it: not yet read, so that what cannot be
 * read can be set aside as it was. The arrays are not copied.
 *
 * @param attributes as they stand beside the payload, valid or not
 * @param routingKey table and folded row key; null for a control message, and on hubs that have no
 *     keys
 */
public record FlowMessage(
    Map<String, String> attributes, byte @Nullable [] routingKey, byte[] payload) {
  // Written out, since NullAway does not see the array's annotation in a compact constructor.
  public FlowMessage(Map<String, String> attributes, byte @Nullable [] routingKey, byte[] payload) {
    this.attributes = Map.copyOf(attributes);
    this.routingKey = routingKey;
    this.payload = payload;
  }
}
