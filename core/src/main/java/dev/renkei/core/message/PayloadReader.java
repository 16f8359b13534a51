package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.message.SchemaPlan.Fields;
import dev.renkei.core.schema.Column;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one payload. */
final class PayloadReader {
  private final MessageAttributes attributes;
  private final SchemaPlan plan;

  private final PollMemory polls;

  private @Nullable String start;
  private @Nullable String end;
  private @Nullable String interval;
  private @Nullable Object @Nullable [] key;
  private @Nullable Row row;
  private @Nullable List<String> changedColumns;
  private Change.@Nullable Chunk chunk;

  PayloadReader(MessageAttributes attributes, SchemaPlan plan, PollMemory polls) {
    this.attributes = attributes;
    this.plan = plan;
    this.polls = polls;
  }

  Change read(byte[] payload) throws MessageException {
    try (JsonParser json = MessageCodec.JSON.createParser(payload)) {
      expect(json.nextToken() == JsonToken.START_OBJECT, "is no JSON object");
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        readAttribute(name, json);
      }
      expect(json.currentToken() == JsonToken.END_OBJECT, "does not end");
      expect(json.nextToken() == null, "goes on behind its end");
    } catch (IOException e) {
      // Jackson's sentence may quote what it read.
      throw unreadable("is no JSON");
    }
    return change();
  }

  private void readAttribute(String name, JsonParser json) throws IOException, MessageException {
    try {
      switch (name) {
        case "changetrack_start_time" -> start = ValueReader.text(json);
        case "changetrack_end_time" -> end = ValueReader.text(json);
        case "changetrack_interval" -> interval = ValueReader.anyNumber(json).getText();
        case "key" -> key = values(plan.identity(), "the key", json);
        case "row" -> row = row(json);
        case "changed_columns" -> changedColumns = names(json);
        case "chunk" -> chunk = chunk(json);
        default -> json.skipChildren();
      }
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw unreadable("has an attribute " + name + " that cannot be read");
    }
  }

  private Change change() throws MessageException {
    if (start == null || end == null || interval == null || key == null) {
      throw unreadable("lacks the key or an attribute of its poll");
    }
    expect(
        (row == null) == (attributes.type() == ChangeType.DELETE),
        "is a delete with a row, or has no row and is none");
    expect(
        (chunk == null) != (attributes.type() == ChangeType.SNAPSHOT_ROW),
        "has no chunk, or one outside a snapshot");
    List<@Nullable Object> keyValues = Arrays.asList(key);
    try {
      return new Change(
          attributes.source(),
          attributes.table(),
          attributes.type(),
          attributes.sequence(),
          attributes.schemaId(),
          plan.folding().fold(keyValues),
          keyValues,
          row,
          changedColumns,
          attributes.commitTime(),
          polls.poll(start, end, interval, attributes.trace()),
          chunk);
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw unreadable("holds no valid change");
    }
  }

  private @Nullable Row row(JsonParser json) throws IOException, MessageException {
    return json.currentToken() == JsonToken.VALUE_NULL
        ? null
        : new Row(plan.schema(), values(plan.columns(), "the row", json));
  }

  /** Exactly the columns, in any order. */
  private @Nullable Object[] values(Fields fields, String what, JsonParser json)
      throws IOException, MessageException {
    expect(json.currentToken() == JsonToken.START_OBJECT, "has no object for " + what);
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    boolean[] seen = new boolean[fields.size()];
    int count = 0;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      int position = fields.find(name, count);
      if (position < 0 || seen[position]) {
        throw unreadable(
            position < 0
                ? "has a column in %s that schema %s does not know"
                    .formatted(what, attributes.schemaId())
                : "has column %s twice in %s".formatted(fields.column(position).name(), what));
      }
      json.nextToken();
      values[position] = value(fields.column(position), json);
      seen[position] = true;
      count++;
    }
    if (count < fields.size()) {
      int missing = 0;
      while (seen[missing]) {
        missing++;
      }
      throw unreadable("lacks column %s in %s".formatted(fields.column(missing).name(), what));
    }
    return values;
  }

  private @Nullable Object value(Column column, JsonParser json)
      throws IOException, MessageException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    try {
      return ValueReader.read(column, json);
    } catch (IOException | DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new MessageException(
          "%s, column %s: the message holds no %s, as schema %s says. %s"
              .formatted(
                  attributes.table(),
                  column.name(),
                  column.sqlType(),
                  attributes.schemaId(),
                  cure()));
    }
  }

  private @Nullable List<String> names(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("no list");
    }
    List<String> names = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      names.add(ValueReader.text(json));
    }
    return names;
  }

  private Change.Chunk chunk(JsonParser json) throws IOException {
    int number = 0;
    int attempt = 0;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "number" -> number = ValueReader.integer(json, 1, Integer.MAX_VALUE);
        case "attempt" -> attempt = ValueReader.integer(json, 1, Integer.MAX_VALUE);
        default -> json.skipChildren();
      }
    }
    return new Change.Chunk(number, attempt);
  }

  private void expect(boolean holds, String otherwise) throws MessageException {
    if (!holds) {
      throw unreadable(otherwise);
    }
  }

  private MessageException unreadable(String what) {
    return new MessageException(
        "%s: the message %s. %s".formatted(attributes.table(), what, cure()));
  }

  private String cure() {
    return "Load the table again with `renkei reload %s`; if this recurs, look for another writer in the topic, or for a Renkei of another version."
        .formatted(attributes.table());
  }
}
