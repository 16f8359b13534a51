package dev.renkei.core.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.hub.Command.ReloadAll;
import dev.renkei.core.hub.Command.ReloadTable;
import dev.renkei.core.hub.Command.Replay;
import dev.renkei.core.hub.Command.ReplayFromMark;
import dev.renkei.core.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;

/** Commands as JSON, the same on every hub. */
public final class CommandCodec {
  private static final JsonFactory JSON = new JsonFactory();

  private static final String COMMAND = "command";
  private static final String RELOAD_TABLE = "reload_table";
  private static final String RELOAD_PART = "reload_part";
  private static final String RELOAD_ALL = "reload_all";
  private static final String REPLAY = "replay";
  private static final String REPLAY_FROM_MARK = "replay_from_mark";

  private CommandCodec() {}

  public static byte[] write(Command command) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (command instanceof ReloadTable reload) {
        // Whoever does not know parts must not load the whole table instead.
        json.writeStringField(COMMAND, reload.where() == null ? RELOAD_TABLE : RELOAD_PART);
        if (reload.where() != null) {
          json.writeStringField("where", reload.where());
        }
        json.writeStringField("table", reload.table().toString());
        json.writeStringField("reason", reload.reason());
      } else if (command instanceof ReloadAll reload) {
        json.writeStringField(COMMAND, RELOAD_ALL);
        json.writeStringField("reason", reload.reason());
      } else if (command instanceof Replay replay) {
        json.writeStringField(COMMAND, REPLAY);
        if (replay.warehouse() != null) {
          json.writeStringField("warehouse", replay.warehouse());
        }
        json.writeStringField("from", replay.from().toString());
      } else if (command instanceof ReplayFromMark replay) {
        json.writeStringField(COMMAND, REPLAY_FROM_MARK);
        json.writeStringField("warehouse", replay.warehouse());
        json.writeStringField("mark", replay.mark());
      }
      json.writeStringField("at", command.at().toString());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a command back; fields of later versions are passed over.
   *
   * @throws IllegalArgumentException where these bytes are no command, or one of a later version
   */
  public static Command read(byte[] bytes) {
    Map<String, String> fields = fields(bytes);
    Instant at = time(fields, "at");
    String command = text(fields, COMMAND);
    return switch (command) {
      case RELOAD_TABLE ->
          new ReloadTable(TableName.parse(text(fields, "table")), text(fields, "reason"), at);
      case RELOAD_PART ->
          new ReloadTable(
              TableName.parse(text(fields, "table")),
              text(fields, "where"),
              text(fields, "reason"),
              at);
      case RELOAD_ALL -> new ReloadAll(text(fields, "reason"), at);
      case REPLAY -> new Replay(fields.get("warehouse"), time(fields, "from"), at);
      case REPLAY_FROM_MARK ->
          new ReplayFromMark(text(fields, "warehouse"), text(fields, "mark"), at);
      default -> throw new IllegalArgumentException("no command is called '" + command + "'");
    };
  }

  private static Map<String, String> fields(byte[] bytes) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a command");
      }
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (json.nextToken().isScalarValue()) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a command", e);
    }
    return fields;
  }

  private static Instant time(Map<String, String> fields, String name) {
    try {
      return Instant.parse(text(fields, name));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a command whose " + name + " is no time", e);
    }
  }

  private static String text(Map<String, String> fields, String name) {
    String text = fields.get(name);
    if (text == null) {
      throw new IllegalArgumentException("a command without " + name);
    }
    return text;
  }
}
