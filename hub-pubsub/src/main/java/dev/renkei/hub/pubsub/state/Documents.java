package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.hub.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The objects' contents: JSON, for people who look into the folder or the bucket. */
final class Documents {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Documents() {}

  static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  static byte[] write(JsonNode document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  /** The bytes of a part, as a codec of core wants them. */
  static byte[] bytes(JsonNode part) {
    return part.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What a codec of core has written, as a part. */
  static JsonNode part(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  static JsonNode read(StateStore store, String name, byte[] content) throws HubException {
    try {
      return JSON.readTree(content);
    } catch (IOException e) {
      throw unreadable(store, name, e);
    }
  }

  static HubException unreadable(StateStore store, String name, Exception why) {
    return new HubException(
        "hub.state: %s, %s is not what Renkei wrote there (%s). Put it back from a copy, or remove it and reload the tables."
            .formatted(store.address(), name, why.getMessage()),
        why);
  }
}
