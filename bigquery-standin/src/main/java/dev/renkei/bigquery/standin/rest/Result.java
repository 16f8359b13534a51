package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.store.Store;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A result as REST tells it.
 *
 * @param rows values as text, {@link Instant}, {@link List} for arrays and {@code Object[]} for
 *     structs
 */
public record Result(List<Field> fields, List<@Nullable Object[]> rows) {
  static final Result NONE = new Result(List.of(), List.of());

  /**
   * @param type in the REST API's names
   */
  public record Field(String name, String type, boolean repeated, List<Field> fields) {
    ObjectNode json() {
      ObjectNode json = Store.JSON.createObjectNode();
      json.put("name", name).put("type", type).put("mode", repeated ? "REPEATED" : "NULLABLE");
      if (!fields.isEmpty()) {
        ArrayNode inner = json.putArray("fields");
        fields.forEach(f -> inner.add(f.json()));
      }
      return json;
    }
  }

  ObjectNode schema() {
    ObjectNode schema = Store.JSON.createObjectNode();
    ArrayNode list = schema.putArray("fields");
    fields.forEach(f -> list.add(f.json()));
    return schema;
  }

  /**
   * @param whole whether timestamps are told in whole microseconds rather than in seconds
   */
  ArrayNode rows(int from, int to, boolean whole) {
    ArrayNode list = Store.JSON.createArrayNode();
    for (Object[] row : rows.subList(from, to)) {
      list.add(struct(row, whole));
    }
    return list;
  }

  private static ObjectNode struct(@Nullable Object[] values, boolean whole) {
    ObjectNode json = Store.JSON.createObjectNode();
    ArrayNode cells = json.putArray("f");
    for (Object value : values) {
      put(cells.addObject(), value, whole);
    }
    return json;
  }

  private static void put(ObjectNode cell, @Nullable Object value, boolean whole) {
    if (value == null) {
      cell.putNull("v");
    } else if (value instanceof List<?> list) {
      ArrayNode array = cell.putArray("v");
      list.forEach(v -> put(array.addObject(), v, whole));
    } else if (value instanceof Object[] struct) {
      cell.set("v", struct(struct, whole));
    } else if (value instanceof Instant instant) {
      cell.put("v", moment(instant, whole));
    } else {
      cell.put("v", value.toString());
    }
  }

  private static String moment(Instant instant, boolean whole) {
    BigDecimal micros =
        BigDecimal.valueOf(instant.getEpochSecond())
            .movePointRight(6)
            .add(BigDecimal.valueOf(instant.getNano() / 1000));
    return whole ? micros.toPlainString() : micros.movePointLeft(15).toPlainString() + "E9";
  }
}
