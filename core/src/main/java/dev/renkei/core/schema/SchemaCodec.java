package dev.renkei.core.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.MessageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Schemas as canonical JSON: the same schema gives the same bytes, which name it.
 *
 * <p>The order of the columns is part of a schema, as rows carry their values in it. The source is
 * not: two sources with the same table share an id.
 */
public final class SchemaCodec {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int ID_BYTES = 16;

  private SchemaCodec() {}

  /** The first 16 bytes of the SHA-256 of the canonical JSON, as 32 hex digits. */
  public static String id(TableSchema schema) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(json(j -> write(schema, j)));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The record as JSON in UTF-8. */
  public static byte[] write(SchemaRecord schema) {
    return json(
        j -> {
          j.writeStartObject();
          j.writeStringField("source", schema.source());
          j.writeStringField("schema_id", schema.schemaId());
          j.writeStringField("first_seen", schema.firstSeen().hex());
          j.writeFieldName("schema");
          write(schema.schema(), j);
          j.writeEndObject();
        });
  }

  /** Reads what {@link #write} wrote, and checks that the id is that of the schema. */
  public static SchemaRecord read(byte[] json) throws MessageException {
    try (JsonParser parser = JSON.createParser(json)) {
      SchemaRecord read = Reader.record(parser);
      if (!read.schemaId().equals(id(read.schema()))) {
        throw new MessageException(
            read.schema().table()
                + ": the schema store holds a schema under an id that is not its own. Look for"
                + " another writer in the topic of schemas, or for a Renkei of another version.");
      }
      return read;
    } catch (IOException | IllegalArgumentException e) {
      throw new MessageException(
          "the schema store holds a record that is no schema. Look for another writer in the topic"
              + " of schemas, or for a Renkei of another version.");
    }
  }

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] json(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      body.write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(TableSchema schema, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("table", schema.table().toString());
    json.writeArrayFieldStart("columns");
    for (Column column : schema.columns()) {
      json.writeStartObject();
      json.writeStringField("name", column.name());
      json.writeStringField("kind", column.kind().name());
      json.writeNumberField("length", column.length());
      json.writeNumberField("precision", column.precision());
      json.writeNumberField("scale", column.scale());
      json.writeStringField("collation", column.collation());
      json.writeBooleanField("nullable", column.nullable());
      json.writeNumberField("key_ordinal", column.keyOrdinal());
      json.writeBooleanField("computed", column.computed());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Reads the fields in the order in which they are written. */
  private record Reader(JsonParser json) {
    static SchemaRecord record(JsonParser json) throws IOException {
      Reader reader = new Reader(json);
      reader.expect(JsonToken.START_OBJECT);
      String source = reader.text("source");
      String id = reader.text("schema_id");
      Sequence firstSeen = Sequence.ofHex(reader.text("first_seen"));
      reader.field("schema");
      TableSchema schema = reader.schema();
      reader.expect(JsonToken.END_OBJECT);
      return new SchemaRecord(source, id, schema, firstSeen);
    }

    private TableSchema schema() throws IOException {
      expect(JsonToken.START_OBJECT);
      TableName table = TableName.parse(text("table"));
      field("columns");
      expect(JsonToken.START_ARRAY);
      List<Column> columns = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        columns.add(column());
        expect(JsonToken.END_OBJECT);
      }
      expect(JsonToken.END_OBJECT);
      return new TableSchema(table, columns);
    }

    private Column column() throws IOException {
      return new Column(
          text("name"),
          TypeKind.valueOf(text("kind")),
          number("length"),
          number("precision"),
          number("scale"),
          optionalText("collation"),
          bool("nullable"),
          number("key_ordinal"),
          bool("computed"));
    }

    private void field(String name) throws IOException {
      if (!name.equals(json.nextFieldName())) {
        throw new IllegalArgumentException("no field " + name);
      }
    }

    private void expect(JsonToken token) throws IOException {
      if (json.nextToken() != token) {
        throw new IllegalArgumentException("no " + token);
      }
    }

    private String text(String name) throws IOException {
      field(name);
      expect(JsonToken.VALUE_STRING);
      return json.getText();
    }

    private @Nullable String optionalText(String name) throws IOException {
      field(name);
      return json.nextToken() == JsonToken.VALUE_NULL ? null : json.getText();
    }

    private int number(String name) throws IOException {
      field(name);
      expect(JsonToken.VALUE_NUMBER_INT);
      return json.getIntValue();
    }

    private boolean bool(String name) throws IOException {
      field(name);
      return switch (json.nextToken()) {
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        default -> throw new IllegalArgumentException("no boolean: " + name);
      };
    }
  }
}
