package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.sql.Literals;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code projects/P/jobs} and {@code projects/P/queries}: a job is done when it is answered, but
 * for loads that are held back.
 */
final class Jobs {
  /** The data set of results: a client reads their later pages as a table's rows. */
  static final String RESULTS = "_standin_results";

  private record Job(ObjectNode resource, Result result, @Nullable ApiException failure) {}

  /** A load job that runs, and has done nothing yet. */
  private record Held(String project, JsonNode configuration, byte[] media) {}

  private final Store store;
  private final Runner runner;
  private final Loads loads;
  private final String location;
  private final RestServer.Gate gate;
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  Jobs(Store store, Runner runner, String location, RestServer.Gate gate) {
    this.store = store;
    this.runner = runner;
    this.loads = new Loads(store, gate);
    this.location = location;
    this.gate = gate;
  }

  ObjectNode answer(Call call) {
    if (call.is("POST", 2)) {
      return insert(call.project(), call.body(), new byte[0]);
    } else if (call.is("GET", 2)) {
      ObjectNode answer = Store.JSON.createObjectNode();
      ArrayNode list = answer.putArray("jobs");
      jobs.values().forEach(j -> list.add(j.resource()));
      return answer;
    }
    Job job = job(call.path().get(2));
    if (call.is("POST", 4) && call.path().get(3).equals("cancel")) {
      return Store.JSON.createObjectNode().set("job", job.resource());
    } else if (!call.is("GET", 3)) {
      throw call.unknown();
    }
    return job.resource();
  }

  private synchronized Job job(String id) {
    Held waiting = gate.holdsLoads() ? null : held.remove(id);
    if (waiting != null) {
      run(waiting.project(), id, waiting.configuration(), waiting.media());
    }
    Job job = jobs.get(id);
    if (job == null) {
      throw ApiException.notFound("Job " + id);
    }
    return job;
  }

  /**
   * @param media what a load job was uploaded with
   */
  synchronized ObjectNode insert(String project, ObjectNode resource, byte[] media) {
    String id = resource.path("jobReference").path("jobId").asText("");
    if (id.isEmpty()) {
      id = UUID.randomUUID().toString();
    }
    if (jobs.containsKey(id)) {
      throw ApiException.duplicate("Job " + project + ":" + location + "." + id);
    }
    JsonNode configuration = resource.path("configuration");
    if (configuration.path("dryRun").asBoolean(false)) {
      return dryRun(project, id, configuration, times());
    }
    if (configuration.has("load") && gate.holdsLoads()) {
      held.put(id, new Held(project, configuration, media));
      return keep(project, id, configuration, times(), Result.NONE, null, "RUNNING").resource();
    }
    return run(project, id, configuration, media).resource();
  }

  private Job run(String project, String id, JsonNode configuration, byte[] media) {
    ObjectNode statistics = times();
    Result result = Result.NONE;
    ApiException failure = null;
    try {
      if (configuration.has("query")) {
        result = query(configuration.path("query"), project, statistics);
      } else if (configuration.has("load")) {
        loads.run(configuration.path("load"), project, media, statistics.putObject("load"));
      } else {
        throw ApiException.notHere("jobs but queries and loads");
      }
    } catch (ApiException e) {
      if (e.code() == 404) {
        throw e;
      }
      failure = e;
    }
    return keep(project, id, configuration, statistics, result, failure, "DONE");
  }

  /** Tells what a query would be; a faulty one fails the call itself, as there is no job. */
  private ObjectNode dryRun(
      String project, String id, JsonNode configuration, ObjectNode statistics) {
    JsonNode query = configuration.path("query");
    JsonNode dataset = query.path("defaultDataset");
    String type =
        runner.statementType(
            query.path("query").asText(),
            dataset.path("projectId").asText(project),
            dataset.hasNonNull("datasetId") ? dataset.path("datasetId").asText() : null);
    statistics.putObject("query").put("statementType", type).put("totalBytesProcessed", "0");
    ObjectNode done = Store.JSON.createObjectNode().put("kind", "bigquery#job");
    done.set("jobReference", reference(project, id));
    done.set("configuration", configuration);
    done.set("statistics", statistics);
    done.putObject("status").put("state", "DONE");
    return done;
  }

  private static ObjectNode times() {
    String now = String.valueOf(System.currentTimeMillis());
    return Store.JSON
        .createObjectNode()
        .put("creationTime", now)
        .put("startTime", now)
        .put("endTime", now);
  }

  private Job keep(
      String project,
      String id,
      JsonNode configuration,
      ObjectNode statistics,
      Result result,
      @Nullable ApiException failure,
      String state) {
    ObjectNode done = Store.JSON.createObjectNode();
    done.put("kind", "bigquery#job").put("id", project + ":" + location + "." + id);
    done.put("etag", id).put("selfLink", "");
    done.set("jobReference", reference(project, id));
    ObjectNode described = configuration.deepCopy();
    described.put("jobType", configuration.has("query") ? "QUERY" : "LOAD");
    if (described.path("query") instanceof ObjectNode query && !query.has("destinationTable")) {
      query
          .putObject("destinationTable")
          .put("projectId", project)
          .put("datasetId", RESULTS)
          .put("tableId", id);
    }
    done.set("configuration", described);
    done.set("statistics", statistics);
    ObjectNode status = done.putObject("status").put("state", state);
    if (failure != null) {
      ObjectNode error = error(failure);
      status.set("errorResult", error);
      status.putArray("errors").add(error);
    }
    Job job = new Job(done, result, failure);
    jobs.put(id, job);
    return job;
  }

  static ObjectNode error(ApiException failure) {
    return Store.JSON
        .createObjectNode()
        .put("reason", failure.reason())
        .put("message", failure.sentence());
  }

  private ObjectNode reference(String project, String id) {
    return Store.JSON
        .createObjectNode()
        .put("projectId", project)
        .put("jobId", id)
        .put("location", location);
  }

  private Result query(JsonNode query, String project, ObjectNode statistics) {
    if (query.path("useLegacySql").asBoolean(true)) {
      throw ApiException.notHere("legacy SQL");
    }
    JsonNode dataset = query.path("defaultDataset");
    String home = dataset.path("projectId").asText(project);
    String sql = query.path("query").asText();
    if (query.path("dryRun").asBoolean(false)) {
      throw ApiException.notHere("dry runs");
    }
    Runner.Outcome outcome =
        runner.run(
            sql,
            home,
            dataset.hasNonNull("datasetId") ? dataset.path("datasetId").asText() : null,
            parameters(query.path("queryParameters")));
    ObjectNode about = statistics.putObject("query");
    about.put("statementType", outcome.statementType()).put("totalBytesProcessed", "0");
    about.put("cacheHit", false);
    if (outcome.changed() >= 0) {
      about.put("numDmlAffectedRows", String.valueOf(outcome.changed()));
    }
    return outcome.result();
  }

  private static Map<String, String> parameters(JsonNode given) {
    Map<String, String> literals = new HashMap<>();
    for (JsonNode parameter : given) {
      if (!parameter.hasNonNull("name")) {
        throw ApiException.notHere("positional query parameters");
      }
      literals.put(parameter.path("name").asText(), literal(parameter));
    }
    return literals;
  }

  private static String literal(JsonNode parameter) {
    JsonNode type = parameter.path("parameterType");
    JsonNode value = parameter.path("parameterValue");
    if (type.path("type").asText().equals("ARRAY")) {
      List<@Nullable String> texts = new ArrayList<>();
      value.path("arrayValues").forEach(v -> texts.add(v.path("value").asText()));
      return Literals.array(type.path("arrayType").path("type").asText(), texts);
    }
    return Literals.of(
        type.path("type").asText(),
        value.hasNonNull("value") ? value.path("value").asText() : null);
  }

  /** {@code POST queries} and {@code GET queries/J}. */
  ObjectNode queries(Call call) {
    if (call.is("POST", 2)) {
      return quick(call);
    } else if (!call.is("GET", 3)) {
      throw call.unknown();
    }
    Job job = job(call.path().get(2));
    if (job.failure() != null) {
      throw job.failure();
    }
    return results(job, call.page(job.result().rows().size(), 100_000), Tables.wholeMicros(call));
  }

  /** {@code GET datasets/_standin_results/tables/J/data}. */
  ObjectNode data(Call call) {
    Result result = job(call.path().get(4)).result();
    int[] page = call.page(result.rows().size(), 100_000);
    ObjectNode answer = Store.JSON.createObjectNode().put("kind", "bigquery#tableDataList");
    answer.put("totalRows", String.valueOf(result.rows().size()));
    answer.set("rows", result.rows(page[0], page[1], Tables.wholeMicros(call)));
    if (page[1] < result.rows().size()) {
      answer.put("pageToken", String.valueOf(page[1]));
    }
    return answer;
  }

  private ObjectNode quick(Call call) {
    ObjectNode body = call.body();
    ObjectNode statistics = times();
    Result result = query(body, call.project(), statistics);
    ObjectNode configuration = Store.JSON.createObjectNode();
    configuration
        .putObject("query")
        .put("query", body.path("query").asText())
        .put("useLegacySql", false);
    Job job =
        keep(
            call.project(),
            UUID.randomUUID().toString(),
            configuration,
            statistics,
            result,
            null,
            "DONE");
    int most = body.path("maxResults").asInt(100_000);
    ObjectNode answer =
        results(
            job,
            new int[] {0, Math.min(most, result.rows().size())},
            body.path("formatOptions").path("useInt64Timestamp").asBoolean(false));
    JsonNode changed = statistics.path("query").path("numDmlAffectedRows");
    if (!changed.isMissingNode()) {
      answer.set("numDmlAffectedRows", changed);
    }
    return answer;
  }

  private static ObjectNode results(Job job, int[] page, boolean whole) {
    Result result = job.result();
    ObjectNode answer = Store.JSON.createObjectNode().put("kind", "bigquery#queryResponse");
    answer.set("jobReference", job.resource().path("jobReference"));
    answer.put("jobComplete", true).put("totalBytesProcessed", "0").put("cacheHit", false);
    answer.put("queryId", job.resource().path("jobReference").path("jobId").asText());
    if (!result.fields().isEmpty()) {
      answer.set("schema", result.schema());
      answer.put("totalRows", String.valueOf(result.rows().size()));
      answer.set("rows", result.rows(page[0], page[1], whole));
      if (page[1] < result.rows().size()) {
        answer.put("pageToken", String.valueOf(page[1]));
      }
    }
    return answer;
  }
}
