package dev.renkei.server.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON as clients send it, with limits: 64 levels, no key twice, numbers of 100 digits and of
 * exponents that a double has. Numbers stay as they were written.
 */
final class EventJson {
  private static final int MOST_LEVELS = 64;
  private static final int MOST_DIGITS = 100;
  private static final int LARGEST_EXPONENT = 400;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_LEVELS)
                          .maxNumberLength(MOST_DIGITS)
                          .build())
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private EventJson() {}

  /** The text is no JSON within the limits; the message says where, and quotes nothing of it. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
      super(message);
    }
  }

  static JsonNode read(byte[] json) throws UnreadableException {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new UnreadableException(
          "no JSON, or beyond the limits, at line %d, column %d (no key twice, no NaN, at most %d levels and numbers of %d digits)"
              .formatted(
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr(),
                  MOST_LEVELS,
                  MOST_DIGITS));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    if (node == null || node.isMissingNode()) {
      throw new UnreadableException("an empty request");
    }
    if (hasMonster(node)) {
      throw new UnreadableException(
          "a number whose exponent is beyond %d".formatted(LARGEST_EXPONENT));
    }
    return node;
  }

  /** Few characters that stand for a number of a billion digits. */
  private static boolean hasMonster(JsonNode node) {
    if (node.isBigDecimal()) {
      return Math.abs((long) node.decimalValue().scale()) > LARGEST_EXPONENT;
    }
    for (JsonNode child : node) {
      if (hasMonster(child)) {
        return true;
      }
    }
    return false;
  }

  static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree cannot be written", e);
    }
  }
}
