package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.TableName;

/** {@code projects/P/datasets/D/routines[/R]}: table functions in SQL. */
final class Routines {
  private final Store store;
  private final Runner runner;

  Routines(Store store, Runner runner) {
    this.store = store;
    this.runner = runner;
  }

  ObjectNode answer(Call call) {
    String dataset = call.path().get(2);
    if (call.is("GET", 4)) {
      ObjectNode answer = Store.JSON.createObjectNode();
      ArrayNode list = answer.putArray("routines");
      store.routines(call.project(), dataset).values().forEach(list::add);
      return answer;
    } else if (call.is("POST", 4)) {
      String id = call.body().path("routineReference").path("routineId").asText();
      return put(call, new TableName(call.project(), dataset, id), false);
    } else if (call.path().size() != 5) {
      throw call.unknown();
    }
    TableName name = new TableName(call.project(), dataset, call.path().get(4));
    switch (call.method()) {
      case "GET":
        return store.routine(name);
      case "PUT":
        call.checkEtag(store.routine(name));
        return put(call, name, true);
      case "DELETE":
        store.deleteRoutine(name);
        return Store.JSON.createObjectNode();
      default:
        throw call.unknown();
    }
  }

  private ObjectNode put(Call call, TableName name, boolean replace) {
    ObjectNode resource = call.body();
    if (!resource.path("routineType").asText().equals("TABLE_VALUED_FUNCTION")) {
      throw ApiException.notHere("routines but table functions");
    }
    runner.check(resource, name.project());
    return store.putRoutine(name, resource, replace);
  }
}
