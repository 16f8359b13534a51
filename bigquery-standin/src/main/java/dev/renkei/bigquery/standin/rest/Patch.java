package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** PATCH: what is given replaces, null removes, labels are merged one by one. */
final class Patch {
  private Patch() {}

  static void merge(ObjectNode there, ObjectNode given) {
    given
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isNull()) {
                there.remove(entry.getKey());
              } else if (value instanceof ObjectNode object
                  && entry.getKey().equals("labels")
                  && there.get("labels") instanceof ObjectNode labels) {
                merge(labels, object);
              } else {
                there.set(entry.getKey(), value);
              }
            });
  }
}
