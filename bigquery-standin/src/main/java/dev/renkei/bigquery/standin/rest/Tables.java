package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.ColumnType;
import dev.renkei.bigquery.standin.store.Relation;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import dev.renkei.bigquery.standin.store.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code projects/P/datasets/D/tables[/T]}. */
final class Tables {
  private static final Pattern TYPE =
      Pattern.compile("(\\w+)\\s*(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?");

  private static final String RIGHTS = ":testIamPermissions";

  private final Store store;
  private final Runner runner;

  Tables(Store store, Runner runner) {
    this.store = store;
    this.runner = runner;
  }

  /** A resource with nothing but its names. */
  static ObjectNode bare(TableName name, String type) {
    ObjectNode resource = Store.JSON.createObjectNode();
    named(resource, name);
    return resource.put("type", type);
  }

  private static void named(ObjectNode resource, TableName name) {
    resource.put("kind", "bigquery#table").put("id", name.toString());
    resource
        .putObject("tableReference")
        .put("projectId", name.project())
        .put("datasetId", name.dataset())
        .put("tableId", name.table());
  }

  /** Fills a field of a schema from a type in GoogleSQL such as {@code NUMERIC(10, 2)}. */
  static void define(ObjectNode field, String name, String type, boolean required) {
    String element = type.trim();
    boolean repeated = element.toUpperCase(Locale.ROOT).startsWith("ARRAY<");
    if (repeated) {
      element = element.substring(6, element.length() - 1).trim();
    }
    Matcher matcher = TYPE.matcher(element);
    if (!matcher.matches()) {
      throw ApiException.notHere("the type " + type);
    }
    ColumnType kind = ColumnType.of(matcher.group(1));
    field.put("name", name).put("type", kind.rest());
    field.put("mode", repeated ? "REPEATED" : required ? "REQUIRED" : "NULLABLE");
    if (matcher.group(2) != null) {
      boolean decimal = kind == ColumnType.NUMERIC || kind == ColumnType.BIGNUMERIC;
      field.put(decimal ? "precision" : "maxLength", matcher.group(2));
      if (matcher.group(3) != null) {
        field.put("scale", matcher.group(3));
      }
    }
  }

  /** Whoever asks has every right. */
  private ObjectNode rights(Call call, String dataset) {
    String table = call.path().get(4);
    store.relation(
        new TableName(
            call.project(), dataset, table.substring(0, table.length() - RIGHTS.length())));
    ObjectNode answer = Store.JSON.createObjectNode();
    answer.set("permissions", call.body().path("permissions"));
    return answer;
  }

  ObjectNode answer(Call call) {
    String dataset = call.path().get(2);
    if (call.is("GET", 4)) {
      return list(call, dataset);
    } else if (call.is("POST", 4)) {
      return inserted(call, dataset);
    } else if (call.path().size() == 6
        && call.path().get(5).equals("data")
        && call.method().equals("GET")) {
      return data(call, new TableName(call.project(), dataset, call.path().get(4)));
    } else if (call.path().size() != 5) {
      throw call.unknown();
    }
    if (call.is("POST", 5) && call.path().get(4).endsWith(RIGHTS)) {
      return rights(call, dataset);
    }
    TableName name = new TableName(call.project(), dataset, call.path().get(4));
    switch (call.method()) {
      case "GET":
        return told(store.relation(name));
      case "PATCH", "PUT":
        return changed(call, store.relation(name));
      case "DELETE":
        store.deleteTable(name);
        return Store.JSON.createObjectNode();
      default:
        throw call.unknown();
    }
  }

  private static ObjectNode told(Relation relation) {
    return relation.resource();
  }

  private ObjectNode inserted(Call call, String dataset) {
    ObjectNode resource = call.body();
    String id = resource.path("tableReference").path("tableId").asText();
    TableName name = new TableName(call.project(), dataset, id);
    named(resource, name);
    resource.put("type", resource.has("view") ? "VIEW" : "TABLE");
    complete(resource, name);
    return store.insertTable(name, resource).resource();
  }

  private void complete(ObjectNode resource, TableName name) {
    if (resource.has("view")) {
      String query = resource.path("view").path("query").asText();
      ObjectNode computed = runner.described(query, name.project()).schema();
      resource.set("schema", described(computed, resource.path("schema")));
      return;
    }
    if (!resource.has("schema")) {
      resource.putObject("schema").putArray("fields");
    }
    for (JsonNode field : resource.path("schema").path("fields")) {
      ObjectNode object = (ObjectNode) field;
      object.put("type", ColumnType.of(object.path("type").asText()).rest());
      if (!object.hasNonNull("mode")) {
        object.put("mode", "NULLABLE");
      }
    }
    checkColumns(resource);
  }

  /** A view's own columns with what the caller says of them. */
  private static ObjectNode described(ObjectNode computed, JsonNode given) {
    for (JsonNode field : computed.path("fields")) {
      for (JsonNode said : given.path("fields")) {
        if (said.path("name").asText().equalsIgnoreCase(field.path("name").asText())
            && said.has("description")) {
          ((ObjectNode) field).set("description", said.get("description"));
        }
      }
    }
    return computed;
  }

  private static void checkColumns(ObjectNode resource) {
    List<String> used = new ArrayList<>();
    resource.path("clustering").path("fields").forEach(f -> used.add(f.asText()));
    if (used.size() > 4) {
      throw ApiException.invalid("Clustering on more than 4 columns is not supported");
    }
    if (resource.path("timePartitioning").hasNonNull("field")) {
      used.add(resource.path("timePartitioning").path("field").asText());
    }
    for (String name : used) {
      boolean there = false;
      for (JsonNode field : resource.path("schema").path("fields")) {
        there |= field.path("name").asText().equalsIgnoreCase(name);
      }
      if (!there) {
        throw ApiException.invalid(
            "The field specified for partitioning or clustering can't be found in the schema: "
                + name);
      }
    }
  }

  private ObjectNode changed(Call call, Relation there) {
    ObjectNode resource = there.resource();
    call.checkEtag(resource);
    ObjectNode old = resource.deepCopy();
    if (call.method().equals("PUT")) {
      resource = call.body();
      resource.put("creationTime", old.path("creationTime").asText());
    } else {
      Patch.merge(resource, call.body());
    }
    if (resource.has("view") != old.has("view")) {
      throw ApiException.invalid("Cannot change the type of " + there.name());
    }
    named(resource, there.name());
    resource.put("type", old.path("type").asText());
    if (!resource.has("schema") && !resource.has("view")) {
      resource.set("schema", old.path("schema"));
    }
    complete(resource, there.name());
    String was = old.path("timePartitioning").path("field").asText();
    if (!was.equals(resource.path("timePartitioning").path("field").asText())
        || old.has("timePartitioning") != resource.has("timePartitioning")) {
      throw ApiException.invalid("Cannot change partitioning of table " + there.name());
    }
    return store.updateTable(there, resource);
  }

  private ObjectNode list(Call call, String dataset) {
    List<Relation> all = new ArrayList<>(store.relations(call.project(), dataset).values());
    int[] page = call.page(all.size(), 1000);
    ObjectNode answer = Store.JSON.createObjectNode().put("kind", "bigquery#tableList");
    ArrayNode list = answer.putArray("tables");
    for (Relation relation : all.subList(page[0], page[1])) {
      ObjectNode short_ = relation.resource();
      short_.remove("schema");
      list.add(short_);
    }
    answer.put("totalItems", all.size());
    if (page[1] < all.size()) {
      answer.put("nextPageToken", String.valueOf(page[1]));
    }
    return answer;
  }

  private ObjectNode data(Call call, TableName name) {
    StoredTable table = store.table(name);
    Result result =
        runner
            .run(
                "SELECT * FROM `"
                    + name.project()
                    + "."
                    + name.dataset()
                    + "."
                    + table.name().table()
                    + "`",
                name.project(),
                null,
                java.util.Map.of())
            .result();
    int[] page = call.page(result.rows().size(), 10_000);
    ObjectNode answer = Store.JSON.createObjectNode().put("kind", "bigquery#tableDataList");
    answer.put("totalRows", String.valueOf(result.rows().size()));
    answer.set("rows", result.rows(page[0], page[1], wholeMicros(call)));
    if (page[1] < result.rows().size()) {
      answer.put("pageToken", String.valueOf(page[1]));
    }
    return answer;
  }

  static boolean wholeMicros(Call call) {
    return call.query().getOrDefault("formatOptions.useInt64Timestamp", "false").equals("true");
  }
}
