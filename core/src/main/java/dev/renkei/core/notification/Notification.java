package dev.renkei.core.notification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That a rule has fired for a change ({@code docs/rules.md}). The same change, read again by
 * whatever engine, gives the same notification, byte for byte.
 *
 * @param id {@link #idOf} the rule and the change
 * @param changeId the id of the change's message
 * @param type what the change was to the flow: I, U or D
 * @param key the row's key, a JSON object
 * @param row after the change, a JSON object; null after a delete
 * @param before columns of the row before, a JSON object; null where it is not known
 * @param suppressed how often the rule would have fired for this row since it last did
 * @param changedAt when the change was committed; where that cannot be read, when it was seen
 * @param firedAt when the change reached the stream that the rule reads
 */
public record Notification(
    String id,
    String rule,
    String source,
    TableName table,
    String changeId,
    Sequence sequence,
    ChangeType type,
    String key,
    @Nullable String row,
    @Nullable String before,
    long suppressed,
    Instant changedAt,
    Instant firedAt) {
  /** Attributes beside the payload. */
  public static final String RULE = "rule";

  /** Who alone is to deliver it, of those that deliver for the rule; none for all of them. */
  public static final String FOR = "notification_for";

  /** The attribute that says that, and in which form, a message is a notification. */
  public static final String FORM = "notification";

  private static final String FORM_1 = "1";
  private static final JsonFactory JSON = new JsonFactory();
  private static final int ID_BYTES = 16;

  /** Of letters, digits and {@code _}: equal exactly for the same rule and change. */
  public static String idOf(String rule, String changeId) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(rule.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      byte[] digest = sha256.digest(changeId.getBytes(StandardCharsets.UTF_8));
      return "ntf_" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What stands beside the payload. */
  public Map<String, String> attributes() {
    return Map.of(
        MessageAttributes.UNIQUE_ID,
        id,
        FORM,
        FORM_1,
        RULE,
        rule,
        MessageAttributes.SOURCE,
        source,
        MessageAttributes.TABLE_NAME,
        table.toString());
  }

  /** As JSON, in UTF-8. */
  public byte[] payload() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("id", id);
      json.writeStringField("rule", rule);
      json.writeStringField("source", source);
      json.writeStringField("table", table.toString());
      json.writeStringField("type", String.valueOf(type.letter()));
      writeObject(json, "key", key);
      writeObject(json, "row", row);
      writeObject(json, "before", before);
      json.writeNumberField("suppressed", suppressed);
      json.writeStringField("changed_at", changedAt.toString());
      json.writeStringField("fired_at", firedAt.toString());
      json.writeObjectFieldStart("change");
      json.writeStringField("id", changeId);
      json.writeNumberField("epoch", sequence.epoch());
      json.writeNumberField("version", sequence.version());
      json.writeNumberField("snapshot", sequence.snapshot());
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void writeObject(JsonGenerator json, String name, @Nullable String object)
      throws IOException {
    json.writeFieldName(name);
    if (object == null) {
      json.writeNull();
    } else {
      json.writeRawValue(object);
    }
  }
}
