package dev.renkei.server.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.server.event.Field.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which columns a JSON Schema's properties become. */
final class Fields {
  static final String EVENT_ID = "event_id";
  static final String RECEIVED_AT = "received_at";

  /** What the schema does not name, as JSON. */
  static final String EXTRA = "extra";

  private static final Set<String> RESERVED = Set.of(EVENT_ID, RECEIVED_AT, EXTRA);
  private static final int LONGEST_NAME = 128;
  private static final int MOST_REFERENCES = 16;
  private static final int MOST_PLACES = 18;

  private final JsonNode root;
  private final List<String> faults;

  private Fields(JsonNode root, List<String> faults) {
    this.root = root;
    this.faults = faults;
  }

  /**
   * The fields in the order of the schema.
   *
   * @param faults gets a sentence for each property that cannot be a column
   */
  static List<Field> of(JsonNode schema, List<String> faults) {
    return new Fields(schema, faults).fields();
  }

  /** Whether events may have properties that the schema does not name. */
  static boolean isOpen(JsonNode schema) {
    return !isFalse(schema.get("additionalProperties"))
        && !isFalse(schema.get("unevaluatedProperties"));
  }

  private static boolean isFalse(@org.jspecify.annotations.Nullable JsonNode node) {
    return node != null && node.isBoolean() && !node.booleanValue();
  }

  private List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, JsonNode> property : root.path("properties").properties()) {
      String name = property.getKey();
      String folded = name.toLowerCase(Locale.ROOT);
      if (RESERVED.contains(folded)) {
        fault(name, "this name is that of a column of Renkei's own");
      } else if (name.isEmpty() || name.length() > LONGEST_NAME || name.startsWith("_")) {
        fault(name, "no name for a column: 1 to 128 characters, not beginning with `_`");
      } else if (!names.add(folded)) {
        fault(name, "another property has this name but for upper and lower case");
      } else {
        fields.add(field(name, resolved(property.getValue())));
      }
    }
    return fields;
  }

  private void fault(String property, String problem) {
    faults.add("/properties/%s: %s".formatted(property, problem));
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode there = schema;
    for (int i = 0; i < MOST_REFERENCES; i++) {
      String reference = there.path("$ref").textValue();
      if (reference == null || !reference.startsWith("#/")) {
        return there;
      }
      there = root.at(reference.substring(1));
    }
    return there;
  }

  private static Field field(String name, JsonNode schema) {
    Set<String> types = types(schema);
    if (types.equals(Set.of("string"))) {
      return new Field(
          name,
          switch (schema.path("format").asText("")) {
            case "date-time" -> Kind.INSTANT;
            case "date" -> Kind.DATE;
            default -> Kind.TEXT;
          },
          0);
    }
    if (types.equals(Set.of("integer"))) {
      return new Field(name, Kind.INTEGER, 0);
    }
    if (types.equals(Set.of("boolean"))) {
      return new Field(name, Kind.BOOLEAN, 0);
    }
    if (types.equals(Set.of("number")) || types.equals(Set.of("number", "integer"))) {
      int places = places(schema.path("multipleOf"));
      return places < 0 ? new Field(name, Kind.FLOAT, 0) : new Field(name, Kind.DECIMAL, places);
    }
    return new Field(name, Kind.JSON, 0);
  }

  private static Set<String> types(JsonNode schema) {
    Set<String> types = new TreeSet<>();
    JsonNode given = schema.path("type");
    if (given.isTextual()) {
      types.add(given.textValue());
    }
    given.forEach(type -> types.add(type.asText()));
    if (given.isMissingNode()) {
      schema.path("enum").forEach(value -> types.add(value.isTextual() ? "string" : "other"));
    }
    types.remove("null");
    return types;
  }

  /** The places of a step that is a power of ten, 0.01 has 2; -1 of any other. */
  private static int places(JsonNode multipleOf) {
    if (!multipleOf.isNumber()) {
      return -1;
    }
    BigDecimal step = multipleOf.decimalValue().stripTrailingZeros();
    boolean power = step.unscaledValue().equals(java.math.BigInteger.ONE);
    return power && step.scale() >= 0 && step.scale() <= MOST_PLACES ? step.scale() : -1;
  }
}
