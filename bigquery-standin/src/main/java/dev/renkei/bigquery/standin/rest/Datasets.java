package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import java.util.ArrayList;
import java.util.List;

/** {@code projects/P/datasets[/D]}. */
final class Datasets {
  private final Store store;
  private final String location;

  Datasets(Store store, String location) {
    this.store = store;
    this.location = location;
  }

  static ObjectNode completed(
      ObjectNode resource, String project, String dataset, String location) {
    resource.put("kind", "bigquery#dataset").put("id", project + ":" + dataset);
    resource.putObject("datasetReference").put("projectId", project).put("datasetId", dataset);
    if (!resource.hasNonNull("location")) {
      resource.put("location", location);
    }
    return resource;
  }

  ObjectNode answer(Call call) {
    String project = call.project();
    if (call.is("GET", 2)) {
      return list(call);
    } else if (call.is("POST", 2)) {
      String id = call.body().path("datasetReference").path("datasetId").asText();
      return store.insertDataset(project, id, completed(call.body(), project, id, location));
    }
    String id = call.path().get(2);
    switch (call.method()) {
      case "GET":
        return store.dataset(project, id);
      case "PATCH", "PUT":
        return changed(call, id);
      case "DELETE":
        store.deleteDataset(
            project,
            id,
            Boolean.parseBoolean(call.query().getOrDefault("deleteContents", "false")));
        return Store.JSON.createObjectNode();
      default:
        throw call.unknown();
    }
  }

  private ObjectNode changed(Call call, String id) {
    ObjectNode there = store.dataset(call.project(), id);
    call.checkEtag(there);
    String was = there.path("location").asText();
    String wanted = call.body().path("location").asText(was);
    if (!was.equalsIgnoreCase(wanted)) {
      throw ApiException.invalid("Dataset location cannot be changed");
    }
    if (call.method().equals("PUT")) {
      ObjectNode replaced = call.body();
      replaced.put("creationTime", there.path("creationTime").asText());
      return store.putDataset(call.project(), id, completed(replaced, call.project(), id, was));
    }
    Patch.merge(there, call.body());
    return store.putDataset(call.project(), id, completed(there, call.project(), id, was));
  }

  private ObjectNode list(Call call) {
    List<ObjectNode> all = new ArrayList<>(store.datasets(call.project()).values());
    int[] page = call.page(all.size(), 1000);
    ObjectNode answer = Store.JSON.createObjectNode().put("kind", "bigquery#datasetList");
    ArrayNode list = answer.putArray("datasets");
    all.subList(page[0], page[1]).forEach(list::add);
    if (page[1] < all.size()) {
      answer.put("nextPageToken", String.valueOf(page[1]));
    }
    return answer;
  }
}
