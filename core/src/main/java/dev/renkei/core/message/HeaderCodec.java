package dev.renkei.core.message;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Attributes as names and texts, the same on every hub. */
public final class HeaderCodec {
  private HeaderCodec() {}

  /**
   * Hands every attribute over; {@code commit_time} and {@code trace_id} only where they are known.
   */
  public static void write(MessageAttributes attributes, BiConsumer<String, String> to) {
    to.accept(MessageAttributes.UNIQUE_ID, attributes.uniqueId());
    to.accept(MessageAttributes.TABLE_NAME, attributes.table().toString());
    to.accept(MessageAttributes.TYPE, String.valueOf(attributes.type().letter()));
    to.accept(MessageAttributes.VERSION, Long.toString(attributes.sequence().version()));
    to.accept(MessageAttributes.EPOCH, Integer.toString(attributes.sequence().epoch()));
    to.accept(MessageAttributes.SNAPSHOT, Integer.toString(attributes.sequence().snapshot()));
    to.accept(MessageAttributes.SCHEMA_ID, attributes.schemaId());
    to.accept(MessageAttributes.SOURCE, attributes.source());
    to.accept(MessageAttributes.CONTENT_HASH, HexFormat.of().toHexDigits(attributes.contentHash()));
    Instant commitTime = attributes.commitTime();
    if (commitTime != null) {
      to.accept(MessageAttributes.COMMIT_TIME, commitTime.toString());
    }
    String trace = attributes.trace();
    if (trace != null) {
      to.accept(MessageAttributes.TRACE, trace);
    }
  }

  /**
   * Reads the attributes; names that are not ours are never asked for.
   *
   * @param from gives the text of an attribute, null where there is none
   */
  public static MessageAttributes read(Function<String, @Nullable String> from)
      throws MessageException {
    Attributes attributes = new Attributes(from);
    return new MessageAttributes(
        attributes.text(MessageAttributes.UNIQUE_ID),
        attributes.read(MessageAttributes.TABLE_NAME, TableName::parse),
        attributes.read(MessageAttributes.TYPE, ChangeType::ofLetter),
        attributes.sequence(),
        attributes.text(MessageAttributes.SCHEMA_ID),
        attributes.text(MessageAttributes.SOURCE),
        attributes.read(MessageAttributes.CONTENT_HASH, HexFormat::fromHexDigitsToLong),
        from.apply(MessageAttributes.COMMIT_TIME) == null
            ? null
            : attributes.read(MessageAttributes.COMMIT_TIME, Instant::parse),
        MessageAttributes.trace(from.apply(MessageAttributes.TRACE)));
  }

  private record Attributes(Function<String, @Nullable String> from) {
    String text(String name) throws MessageException {
      String text = from.apply(name);
      if (text == null || text.isEmpty()) {
        throw unreadable("has no attribute " + name);
      }
      return text;
    }

    <T> T read(String name, Function<String, T> reader) throws MessageException {
      String text = text(name);
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException | DateTimeParseException e) {
        throw unreadable("has an attribute " + name + " that cannot be read");
      }
    }

    Sequence sequence() throws MessageException {
      int epoch = read(MessageAttributes.EPOCH, Integer::parseInt);
      long version = read(MessageAttributes.VERSION, Long::parseLong);
      int snapshot = read(MessageAttributes.SNAPSHOT, Integer::parseInt);
      try {
        return new Sequence(epoch, version, snapshot);
      } catch (IllegalArgumentException e) {
        throw unreadable("has epoch, version or snapshot out of range");
      }
    }

    private MessageException unreadable(String what) {
      String table = from.apply(MessageAttributes.TABLE_NAME);
      return new MessageException(
          (table == null ? "a message" : table + ": a message")
              + " "
              + what
              + ". Only what Renkei's trackers write belongs into this topic: look for another"
              + " writer, or for one of another version.");
    }
  }
}
