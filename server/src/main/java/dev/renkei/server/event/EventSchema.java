package dev.renkei.server.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What events of a type look like: a JSON Schema (draft 2020-12, formats asserted, no reference
 * fetched) and the table that their properties become. Thread-safe.
 */
public final class EventSchema {
  private static final int MOST_VIOLATIONS = 10;

  /** Longest id of an event. */
  public static final int LONGEST_ID = 128;

  private static final SchemaValidatorsConfig SETTINGS =
      SchemaValidatorsConfig.builder()
          .formatAssertionsEnabled(true)
          .losslessNarrowing(true)
          .pathType(PathType.JSON_POINTER)
          .locale(Locale.ENGLISH)
          .build();

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(
          VersionFlag.V202012,
          builder ->
              builder.schemaLoaders(
                  loaders ->
                      loaders.add(
                          iri -> {
                            if (iri.toString().startsWith("classpath:")) {
                              return null; // the standard's own
                            }
                            throw new JsonSchemaException(
                                "a reference to another file or server, which is not fetched");
                          })));

  private final JsonSchema validator;
  private final List<Field> fields;
  private final Set<String> names;
  private final boolean open;
  private final TableSchema table;

  private EventSchema(JsonSchema validator, List<Field> fields, boolean open, TableSchema table) {
    this.validator = validator;
    this.fields = fields;
    this.names = fields.stream().map(Field::name).collect(Collectors.toUnmodifiableSet());
    this.open = open;
    this.table = table;
  }

  /**
   * Reads a JSON Schema.
   *
   * @param type of the events
   * @param json the schema's text
   * @throws EventSchemaException with all that is wrong, each with a JSON Pointer into the schema
   */
  public static EventSchema read(String type, String json) throws EventSchemaException {
    JsonNode schema;
    try {
      schema = EventJson.read(json.getBytes(StandardCharsets.UTF_8));
    } catch (EventJson.UnreadableException e) {
      throw new EventSchemaException(List.of(String.valueOf(e.getMessage())));
    }
    List<String> faults = new ArrayList<>(faults(schema));
    if (!faults.isEmpty()) {
      throw new EventSchemaException(faults);
    }
    List<Field> fields = Fields.of(schema, faults);
    JsonSchema validator = validator(schema, faults);
    if (!faults.isEmpty() || validator == null) {
      throw new EventSchemaException(faults);
    }
    boolean open = Fields.isOpen(schema);
    return new EventSchema(validator, List.copyOf(fields), open, table(type, fields, open));
  }

  private static List<String> faults(JsonNode schema) {
    String draft = schema.path("$schema").asText(SchemaId.V202012);
    if (!draft.replaceFirst("#$", "").equals(SchemaId.V202012)) {
      return List.of("/$schema: only " + SchemaId.V202012 + " is read");
    }
    List<String> faults = new ArrayList<>();
    for (ValidationMessage message :
        FACTORY.getSchema(SchemaLocation.of(SchemaId.V202012), SETTINGS).validate(schema)) {
      faults.add("%s: %s".formatted(message.getInstanceLocation(), message.getError()));
    }
    if (faults.isEmpty() && !schema.path("type").asText("").equals("object")) {
      faults.add("/type: must be \"object\": an event's `data` is one");
    }
    return new ArrayList<>(new TreeSet<>(faults));
  }

  private static @Nullable JsonSchema validator(JsonNode schema, List<String> faults) {
    try {
      JsonSchema validator = FACTORY.getSchema(schema, SETTINGS);
      validator.initializeValidators();
      Set<ValidationMessage> unused = validator.validate(JsonNodeFactory.instance.objectNode());
      return validator;
    } catch (JsonSchemaException e) {
      faults.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static TableSchema table(String type, List<Field> fields, boolean open) {
    List<Column> columns = new ArrayList<>();
    columns.add(
        new Column(Fields.EVENT_ID, TypeKind.NVARCHAR, LONGEST_ID, 0, 0, null, false, 1, false));
    columns.add(
        new Column(Fields.RECEIVED_AT, TypeKind.DATETIMEOFFSET, 0, 0, 7, null, false, 0, false));
    fields.forEach(field -> columns.add(field.column()));
    if (open) {
      columns.add(new Field(Fields.EXTRA, Field.Kind.JSON, 0).column());
    }
    return new TableSchema(new TableName(EventsConfig.SCHEMA, type), columns);
  }

  /**
   * The table of these events: {@code event_id}, which is its key, {@code received_at}, a column
   * for each property of the top level, and {@code extra} for what the schema does not name, unless
   * it forbids that.
   */
  public TableSchema table() {
    return table;
  }

  /** Whether its table is one of columns that a master may be joined on: the property's column. */
  public @Nullable Column column(String property) {
    return names.contains(property)
        ? table.columns().get(table.indexOf(property).orElseThrow())
        : null;
  }

  /** An event that does not fit. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Violation> violations;

    private RefusedException(List<Violation> violations) {
      super("the event does not fit its schema", null, false, false);
      this.violations = violations;
    }

    /** At least one, and the first few. */
    public List<Violation> violations() {
      return violations;
    }
  }

  /**
   * The row of an event.
   *
   * @param id of the event
   * @param data what the client sent
   * @param received to the microsecond
   * @return values in the order of the table's columns
   */
  public @Nullable Object[] row(String id, JsonNode data, Instant received)
      throws RefusedException {
    Set<ValidationMessage> messages = validator.validate(data);
    if (!messages.isEmpty()) {
      throw new RefusedException(
          messages.stream()
              .limit(MOST_VIOLATIONS)
              .map(m -> new Violation(m.getInstanceLocation().toString(), m.getError()))
              .toList());
    }
    List<Violation> violations = new ArrayList<>();
    @Nullable Object[] values = new @Nullable Object[table.columns().size()];
    values[0] = id;
    values[1] = received.atOffset(ZoneOffset.UTC);
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      JsonNode node = data.get(field.name());
      if (node != null && !node.isNull()) {
        try {
          values[i + 2] = field.value(node);
        } catch (IllegalArgumentException e) {
          violations.add(
              new Violation(
                  "/" + field.name().replace("~", "~0").replace("/", "~1"),
                  String.valueOf(e.getMessage())));
        }
      }
    }
    if (!violations.isEmpty()) {
      throw new RefusedException(
          List.copyOf(violations.subList(0, Math.min(violations.size(), MOST_VIOLATIONS))));
    }
    if (open) {
      values[values.length - 1] = extra(data);
    }
    return values;
  }

  private @Nullable String extra(JsonNode data) {
    ObjectNode extra = JsonNodeFactory.withExactBigDecimals(true).objectNode();
    for (Map.Entry<String, JsonNode> property : data.properties()) {
      if (!names.contains(property.getKey())) {
        extra.set(property.getKey(), property.getValue());
      }
    }
    return extra.isEmpty() ? null : EventJson.write(extra);
  }
}
