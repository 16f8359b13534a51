package dev.renkei.core.message;

import org.jspecify.annotations.Nullable;

/**
 * A message ready for the hub. The arrays are not copied.
 *
 * @param routingKey table and folded row key: messages of one key stay in order; null for a control
 *     message, which goes to every partition
 * @param payload UTF-8 JSON
 */
public record EncodedMessage(
    MessageAttributes attributes, byte @Nullable [] routingKey, byte[] payload) {}
