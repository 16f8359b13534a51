package dev.renkei.beam.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.beam.PipelineFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The REST interface of a cluster's JobManager, as Flink 1.19 documents it.
 *
 * @param address {@code host:port}
 */
public record FlinkCluster(String address) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RESTART = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** States of a job that is over. */
  private static final Set<String> OVER = Set.of("FINISHED", "CANCELED", "FAILED", "SUSPENDED");

  /** A job as the cluster lists it. */
  public record Job(String id, String name, String state) {
    /** Whether it will never run again. */
    public boolean isOver() {
      return OVER.contains(state);
    }
  }

  /** All jobs that the cluster remembers. */
  public List<Job> jobs() throws PipelineFailure, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      jobs.add(
          new Job(job.path("jid").asText(), job.path("name").asText(), job.path("state").asText()));
    }
    return jobs;
  }

  /**
   * Stops a job with a savepoint, from which its successor goes on. A job that Flink is about to
   * begin again after a failure is waited for, two minutes at most: only when all its tasks run can
   * it make one.
   *
   * @return where the savepoint lies
   */
  public String stop(Job job) throws PipelineFailure, InterruptedException {
    awaitAllTasks(job);
    JsonNode asked = post("/jobs/" + job.id() + "/stop", "{\"drain\":false}");
    String request = asked.path("request-id").asText();
    long deadline = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode answer = get("/jobs/" + job.id() + "/savepoints/" + request);
      if (answer.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode location = answer.path("operation").path("location");
        if (location.isTextual()) {
          return location.asText();
        }
        throw PipelineFailure.usage(
            "job %s (%s) made no savepoint: %s. It goes on running; does the cluster have `state.savepoints.dir`?"
                .formatted(
                    job.name(),
                    job.id(),
                    firstLine(
                        answer
                            .path("operation")
                            .path("failure-cause")
                            .path("stack-trace")
                            .asText())));
      }
      Thread.sleep(200);
    }
    throw PipelineFailure.usage(
        "job %s (%s) made no savepoint within 10 minutes; see http://%s."
            .formatted(job.name(), job.id(), address));
  }

  private void awaitAllTasks(Job job) throws PipelineFailure, InterruptedException {
    long deadline = System.nanoTime() + RESTART.toNanos();
    while (!allTasksRun(job) && System.nanoTime() < deadline) {
      Thread.sleep(200);
    }
  }

  /** True as well for a job that is over or unknown, for which no waiting helps. */
  private boolean allTasksRun(Job job) throws PipelineFailure, InterruptedException {
    for (JsonNode one : get("/jobs/overview").path("jobs")) {
      String state = one.path("state").asText();
      if (one.path("jid").asText().equals(job.id()) && !OVER.contains(state)) {
        JsonNode tasks = one.path("tasks");
        return state.equals("RUNNING")
            && tasks.path("running").asInt() == tasks.path("total").asInt();
      }
    }
    return true;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("no reason given").replaceAll("\\.$", "");
  }

  private JsonNode get(String path) throws PipelineFailure, InterruptedException {
    return send(request(path).GET().build());
  }

  private JsonNode post(String path, String body) throws PipelineFailure, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE);
  }

  private JsonNode send(HttpRequest request) throws PipelineFailure, InterruptedException {
    try {
      HttpResponse<String> response =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw PipelineFailure.usage(
            "Flink's JobManager at %s answers HTTP %d to %s %s."
                .formatted(
                    address, response.statusCode(), request.method(), request.uri().getPath()));
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw PipelineFailure.usage(
          "no Flink JobManager at %s (%s). Is the cluster up, and is this its REST address (`rest.port`, 8081 by default)?"
              .formatted(
                  address, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }
  }
}
