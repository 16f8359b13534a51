package dev.renkei.beam.dataflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** A job's request as people can read it: without libraries, serialized code and options. */
final class JobOutline {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JobOutline() {}

  /**
   * @param job the whole request, as JSON
   */
  static String of(String job) throws IOException {
    JsonNode whole = JSON.readTree(job);
    ObjectNode outline = JSON.createObjectNode();
    for (String key : new String[] {"name", "projectId", "location", "type", "labels"}) {
      copy(whole, key, outline);
    }
    ObjectNode environment = outline.putObject("environment");
    for (String key : new String[] {"experiments", "serviceAccountEmail", "tempStoragePrefix"}) {
      copy(whole.path("environment"), key, environment);
    }
    ArrayNode pools = environment.putArray("workerPools");
    for (JsonNode pool : whole.at("/environment/workerPools")) {
      ObjectNode kept = pool.deepCopy();
      int libraries = kept.path("packages").size();
      kept.remove("packages");
      kept.put("packages", libraries + " files");
      pools.add(kept);
    }
    ArrayNode steps = outline.putArray("steps");
    for (JsonNode step : whole.path("steps")) {
      steps
          .addObject()
          .put("kind", step.path("kind").asText())
          .put("name", step.at("/properties/user_name/value").asText());
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(outline);
  }

  private static void copy(JsonNode from, String key, ObjectNode to) {
    if (from.has(key)) {
      to.set(key, from.get(key));
    }
  }
}
