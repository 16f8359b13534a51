package dev.renkei.server.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventSchemaTest {
  private static final Instant NOW = Instant.parse("2026-01-31T09:30:00.123456Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"string\"}                                  | nvarchar(max)",
        "{\"type\": [\"string\", \"null\"]}                      | nvarchar(max)",
        "{\"enum\": [\"a\", \"b\"]}                              | nvarchar(max)",
        "{\"type\": \"string\", \"format\": \"date-time\"}       | datetimeoffset(7)",
        "{\"type\": \"string\", \"format\": \"date\"}            | date",
        "{\"type\": \"string\", \"format\": \"uuid\"}            | nvarchar(max)",
        "{\"type\": \"integer\"}                                 | bigint",
        "{\"type\": \"number\"}                                  | float",
        "{\"type\": \"number\", \"multipleOf\": 0.01}            | decimal(38,2)",
        "{\"type\": \"number\", \"multipleOf\": 0.5}             | float",
        "{\"type\": [\"integer\", \"number\"], \"multipleOf\": 1} | decimal(38,0)",
        "{\"type\": \"boolean\"}                                 | bit",
        "{\"type\": \"array\"}                                   | nvarchar(max)",
        "{\"type\": \"object\"}                                  | nvarchar(max)",
        "{\"type\": [\"string\", \"integer\"]}                   | nvarchar(max)",
        "{}                                                      | nvarchar(max)",
        "{\"$ref\": \"#/$defs/count\"}                           | bigint",
      })
  void aPropertyBecomesAColumn(String property, String sqlType) throws Exception {
    EventSchema schema =
        EventSchema.read(
            "view",
            """
            {"type": "object", "additionalProperties": false, "properties": {"p": %s}, "$defs": {"count": {"type": "integer"}}}
            """
                .formatted(property));

    assertThat(schema.table().table()).hasToString("events.view");
    assertThat(schema.table().columns())
        .extracting(c -> c.name() + " " + c.sqlType())
        .containsExactly("event_id nvarchar(128)", "received_at datetimeoffset(7)", "p " + sqlType);
    assertThat(schema.table().key()).extracting(Column::name).containsExactly("event_id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"integer\"} | 7 | 7",
        "{\"type\": \"integer\"} | 7.0 | 7",
        "{\"type\": \"integer\"} | 9007199254740993 | 9007199254740993",
        "{\"type\": \"integer\"} | 9223372036854775808 | ! beyond the integers of 64 bits",
        "{\"type\": \"integer\"} | 1e300 | ! beyond the integers of 64 bits",
        "{\"type\": \"number\"} | 0.1 | 0.1",
        "{\"type\": \"number\"} | 0.10000000000000001 | 0.1",
        "{\"type\": \"number\"} | -1.5e-7 | -1.5E-7",
        "{\"type\": \"number\"} | 0.0 | 0.0",
        "{\"type\": \"number\"} | 9007199254740993 | ! more digits than a double has",
        "{\"type\": \"number\"} | 123456789.123456789 | ! more digits than a double has",
        "{\"type\": \"number\"} | 1e310 | ! more digits than a double has",
        "{\"type\": \"number\", \"multipleOf\": 0.01} | 12345678901234567890.12 | 12345678901234567890.12",
        "{\"type\": \"number\", \"multipleOf\": 0.01} | 1 | 1.00",
        "{\"type\": \"number\", \"multipleOf\": 0.01} | 1e37 | ! more than 38 digits",
        "{\"type\": \"string\"} | \"A \" | A ",
        "{\"type\": \"string\", \"format\": \"date-time\"} | \"2026-01-31T09:30:00.1234567+09:00\" | 2026-01-31T09:30:00.123456700+09:00",
        "{\"type\": \"string\", \"format\": \"date-time\"} | \"2026-01-31T09:30:00Z\" | 2026-01-31T09:30Z",
        "{\"type\": \"string\", \"format\": \"date-time\"} | \"2026-01-31T09:30:00.12345678Z\" | ! more than seven digits of a second",
        "{\"type\": \"string\", \"format\": \"date\"} | \"2026-02-28\" | 2026-02-28",
        "{\"type\": \"boolean\"} | true | true",
        "{\"type\": \"array\"} | [1, 0.10, \"x\"] | [1,0.10,\"x\"]",
        "{} | 1.50 | 1.50",
        "{} | \"x\" | \"x\"",
      })
  void aValueIsWhatTheClientWroteOrRefused(String property, String json, String expected)
      throws Exception {
    EventSchema schema = EventSchema.read("view", schemaWith("\"p\": " + property));
    JsonNode data = read("{\"p\": %s}".formatted(json));

    if (expected.startsWith("!")) {
      EventSchema.RefusedException refused =
          catchThrowableOfType(
              EventSchema.RefusedException.class, () -> schema.row("e1", data, NOW));
      assertThat(refused.violations())
          .singleElement()
          .satisfies(
              violation -> {
                assertThat(violation.pointer()).isEqualTo("/p");
                assertThat(violation.message()).startsWith(expected.substring(2));
              });
    } else {
      Object value = schema.row("e1", data, NOW)[2];
      assertThat(value instanceof BigDecimal number ? number.toPlainString() : value)
          .hasToString(expected.equals("A") ? "A " : expected);
    }
  }

  @Test
  void theRowHasIdTimePropertiesAndTheRest() throws Exception {
    EventSchema schema =
        EventSchema.read(
            "view",
            schemaWith(
                "\"url\": {\"type\": \"string\"}, \"day\": {\"type\": \"string\", \"format\": \"date\"}"));

    @Nullable Object[] row =
        schema.row("e1", read("{\"day\": \"2026-01-31\", \"x\": {\"y\": 1.0}, \"z\": null}"), NOW);

    assertThat(Arrays.asList(row))
        .containsExactly(
            "e1",
            OffsetDateTime.parse("2026-01-31T09:30:00.123456Z"),
            null,
            LocalDate.of(2026, 1, 31),
            "{\"x\":{\"y\":1.0},\"z\":null}");
  }

  @Test
  void violationsNamePlacesAndNotValues() throws Exception {
    EventSchema schema =
        EventSchema.read(
            "view",
            """
            {"type": "object", "required": ["url"], "additionalProperties": false,
             "properties": {"url": {"type": "string", "format": "uri"}, "n": {"type": "integer", "minimum": 1}, "m": {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}}}}
            """);

    EventSchema.RefusedException refused =
        catchThrowableOfType(
            EventSchema.RefusedException.class,
            () ->
                schema.row(
                    "e1", read("{\"n\": -4711, \"m\": {\"mail\": \"s3cret\"}, \"o\": 1}"), NOW));

    assertThat(refused.violations())
        .extracting(Violation::pointer)
        .containsExactlyInAnyOrder("", "", "/n", "/m/mail");
    assertThat(refused.violations().toString()).doesNotContain("4711").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "{                                                 | no JSON, or beyond the limits, at line 1",
        "{\"type\": \"object\", \"type\": \"object\"}      | no JSON, or beyond the limits, at line 1",
        "{\"type\": \"string\"}                            | /type: must be \"object\"",
        "{}                                                | /type: must be \"object\"",
        "{\"type\": \"objekt\"}                            | /type: ",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\"} | /$schema: only https://json-schema.org/draft/2020-12/schema is read",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"minLength\": -1}}} | /properties/a/minLength: ",
        "{\"type\": \"object\", \"properties\": {\"Event_ID\": {}}} | /properties/Event_ID: this name is that of a column of Renkei's own",
        "{\"type\": \"object\", \"properties\": {\"a\": {}, \"A\": {}}} | /properties/A: another property has this name",
        "{\"type\": \"object\", \"properties\": {\"_a\": {}}} | /properties/_a: no name for a column",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"https://example.com/a.json\"}}} | ",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#/$defs/none\"}}} | ",
      })
  void aSchemaThatCannotBeUsedIsRefused(String json, @Nullable String fault) {
    EventSchemaException refused =
        catchThrowableOfType(EventSchemaException.class, () -> EventSchema.read("view", json));

    assertThat(refused).isNotNull();
    assertThat(refused.faults()).isNotEmpty().allSatisfy(f -> assertThat(f).isNotBlank());
    assertThat(refused.faults().get(0)).startsWith(fault == null ? "" : fault);
  }

  @Test
  void anotherPropertyIsAnotherSchemaAndAStricterRuleIsNot() throws Exception {
    String before = id("\"a\": {\"type\": \"string\"}");

    assertThat(id("\"a\": {\"type\": \"string\", \"maxLength\": 9}")).isEqualTo(before);
    assertThat(id("\"a\": {\"type\": \"string\"}, \"b\": {}")).isNotEqualTo(before);
  }

  private static String id(String properties) throws EventSchemaException {
    return SchemaCodec.id(EventSchema.read("view", schemaWith(properties)).table());
  }

  private static String schemaWith(String properties) {
    return "{\"type\": \"object\", \"properties\": {%s}}".formatted(properties);
  }

  private static JsonNode read(String json) throws Exception {
    return EventJson.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "{\"a\": NaN}",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": 1} x",
        "{\"a\": 1e999}",
        "{\"a\": 01}",
        "{'a': 1}",
      })
  void whatIsNoPlainJsonIsUnreadable(String json) {
    assertThat(
            catchThrowableOfType(
                EventJson.UnreadableException.class,
                () -> EventJson.read(json.getBytes(StandardCharsets.UTF_8))))
        .isNotNull();
  }

  @Test
  void depthAndDigitsHaveLimits() {
    for (String json : List.of("[".repeat(65) + "]".repeat(65), "1".repeat(101))) {
      assertThat(
              catchThrowableOfType(
                  EventJson.UnreadableException.class,
                  () -> EventJson.read(json.getBytes(StandardCharsets.UTF_8))))
          .isNotNull();
    }
  }
}
