package dev.renkei.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The bodies of requests, and how they are read: small, and without a field that nobody knows. */
final class Requests {
  /** No body is longer. */
  static final int MAX_BYTES = 1 << 20;

  /** So much of a longer one is still read, for its sender to come to read why it is refused. */
  private static final int PATIENCE_BYTES = 16 << 20;

  private static final ObjectReader READER =
      Json.MAPPER.reader(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Requests() {}

  /** {@code POST /api/query}. */
  record Query(@Nullable String sql, @Nullable String warehouse, @Nullable Integer maxRows) {}

  /** {@code POST /api/reload}: a table, or those of its rows, or all. */
  record Reload(
      @Nullable String table,
      @Nullable String where,
      @Nullable Boolean all,
      @Nullable String reason) {}

  /** {@code POST /api/replay}. */
  record Replay(@Nullable String warehouse, @Nullable Instant from) {}

  /** {@code POST /api/pause}: one part. */
  record Pause(
      @Nullable String table,
      @Nullable String warehouse,
      @Nullable String flow,
      @Nullable Boolean source,
      @Nullable String reason) {}

  /** {@code POST /api/resume}: one part, or all. */
  record Resume(
      @Nullable String table,
      @Nullable String warehouse,
      @Nullable String flow,
      @Nullable Boolean source,
      @Nullable Boolean all) {}

  /** {@code POST /api/verify}. */
  record Verify(
      @Nullable List<String> tables, @Nullable String warehouse, @Nullable Boolean repair) {}

  /** Reads one of them, or ends the request. */
  static <T> T read(InputStream body, Class<T> type) throws IOException {
    byte[] bytes = body.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      body.skip(PATIENCE_BYTES);
      throw new Refusal(
              413,
              "the request is longer than %,d bytes".formatted(MAX_BYTES),
              "Send a shorter one.")
          .asException();
    }
    try {
      T request = READER.forType(type).readValue(bytes);
      if (request == null) {
        throw unreadable("null", null).asException();
      }
      return request;
    } catch (UnrecognizedPropertyException e) {
      throw unreadable(
              "nobody knows the field '%s'".formatted(e.getPropertyName()),
              "Known are " + known(e) + ".")
          .asException();
    } catch (JsonMappingException e) {
      String path =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .collect(Collectors.joining("."));
      throw unreadable((path.isEmpty() ? "" : path + ": ") + e.getOriginalMessage(), null)
          .asException();
    } catch (JsonProcessingException e) {
      throw unreadable(e.getOriginalMessage(), null).asException();
    }
  }

  private static String known(UnrecognizedPropertyException e) {
    Collection<Object> known = e.getKnownPropertyIds();
    return known == null
        ? "none"
        : known.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static Refusal unreadable(String reason, @Nullable String cure) {
    return new Refusal(400, "the request cannot be read: " + reason, cure);
  }
}
