package dev.renkei.server.event;

import dev.renkei.core.config.EventsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The types of events of a configuration, with their schemas read. */
public record EventTypes(Map<String, EventSchema> schemas) {
  public EventTypes {
    schemas = Map.copyOf(schemas);
  }

  /**
   * Reads the schemas of a configuration.
   *
   * @throws EventSchemaException with everything that is wrong in any of them, and with joins whose
   *     property there is not
   */
  public static EventTypes read(EventsConfig config) throws EventSchemaException {
    Map<String, EventSchema> schemas = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    for (EventsConfig.Type type : config.types()) {
      String where = "events.%s.schema (%s)".formatted(type.name(), type.schema().getFileName());
      try {
        EventSchema schema = EventSchema.read(type.name(), Files.readString(type.schema()));
        schemas.put(type.name(), schema);
        EventsConfig.Join join = type.join();
        if (join != null && schema.column(join.on()) == null) {
          faults.add(
              "events.%s.join: the schema has no property `%s`".formatted(type.name(), join.on()));
        }
      } catch (EventSchemaException e) {
        e.faults().forEach(fault -> faults.add(where + ": " + fault));
      } catch (IOException e) {
        faults.add(where + ": cannot be read as text in UTF-8");
      }
    }
    if (!faults.isEmpty()) {
      throw new EventSchemaException(faults);
    }
    return new EventTypes(schemas);
  }
}
