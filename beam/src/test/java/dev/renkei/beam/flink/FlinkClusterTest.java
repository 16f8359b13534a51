package dev.renkei.beam.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.renkei.beam.PipelineFailure;
import dev.renkei.beam.flink.FlinkCluster.Job;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlinkClusterTest {
  private static final Job JOB = new Job("7f", "renkei-shop-dedupe", "RUNNING");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, List<String>> answers = new java.util.concurrent.ConcurrentHashMap<>();
  private HttpServer server;

  @SuppressWarnings("NullAway.Init") // JUnit calls start()
  FlinkClusterTest() {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    answers.put("/jobs/overview", List.of(overview("RUNNING", 2)));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String overview(String state, int runningTasks) {
    return """
        {"jobs": [{"jid": "7f", "name": "renkei-shop-dedupe", "state": "%s",
                   "tasks": {"total": 2, "running": %d}}]}"""
        .formatted(state, runningTasks);
  }

  private FlinkCluster cluster() {
    return new FlinkCluster("127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(exchange.getRequestMethod() + " " + path);
    List<String> texts = answers.getOrDefault(path, List.of());
    String text = texts.isEmpty() ? "{}" : texts.get(0);
    if (texts.size() > 1) {
      answers.put(path, texts.subList(1, texts.size()));
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(texts.isEmpty() ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void jobsAreThoseThatTheClusterLists() throws Exception {
    answers.put(
        "/jobs/overview",
        List.of(
            """
            {"jobs": [{"jid": "7f", "name": "renkei-shop-dedupe", "state": "RUNNING"},
                      {"jid": "80", "name": "other", "state": "CANCELED"}]}"""));

    List<Job> jobs = cluster().jobs();

    assertThat(jobs).containsExactly(JOB, new Job("80", "other", "CANCELED"));
    assertThat(jobs).extracting(Job::isOver).containsExactly(false, true);
  }

  @Test
  void aJobIsStoppedWhenItsSavepointIsThere() throws Exception {
    answers.put("/jobs/7f/stop", List.of("{\"request-id\": \"r1\"}"));
    answers.put(
        "/jobs/7f/savepoints/r1",
        List.of(
            "{\"status\": {\"id\": \"IN_PROGRESS\"}}",
            "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"location\": \"file:/s/1\"}}"));

    assertThat(cluster().stop(JOB)).isEqualTo("file:/s/1");
    assertThat(asked)
        .containsExactly(
            "GET /jobs/overview",
            "POST /jobs/7f/stop",
            "GET /jobs/7f/savepoints/r1",
            "GET /jobs/7f/savepoints/r1");
  }

  @Test
  void aJobThatBeginsAgainIsNotStoppedBeforeAllItsTasksRun() throws Exception {
    answers.put(
        "/jobs/overview",
        List.of(overview("RESTARTING", 0), overview("RUNNING", 1), overview("RUNNING", 2)));
    answers.put("/jobs/7f/stop", List.of("{\"request-id\": \"r1\"}"));
    answers.put(
        "/jobs/7f/savepoints/r1",
        List.of(
            "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"location\": \"file:/s/1\"}}"));

    assertThat(cluster().stop(JOB)).isEqualTo("file:/s/1");
    assertThat(asked)
        .containsExactly(
            "GET /jobs/overview",
            "GET /jobs/overview",
            "GET /jobs/overview",
            "POST /jobs/7f/stop",
            "GET /jobs/7f/savepoints/r1");
  }

  @Test
  void aJobWithoutSavepointGoesOnRunning() {
    answers.put("/jobs/7f/stop", List.of("{\"request-id\": \"r1\"}"));
    answers.put(
        "/jobs/7f/savepoints/r1",
        List.of(
            """
            {"status": {"id": "COMPLETED"},
             "operation": {"failure-cause": {"stack-trace": "No directory.\\nat a.b.C"}}}"""));

    PipelineFailure failure =
        catchThrowableOfType(PipelineFailure.class, () -> cluster().stop(JOB));

    assertThat(failure)
        .hasMessage(
            "job renkei-shop-dedupe (7f) made no savepoint: No directory. It goes on running; does the cluster have `state.savepoints.dir`?");
  }

  @Test
  void aClusterThatIsNotThereIsNamed() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    PipelineFailure failure =
        catchThrowableOfType(
            PipelineFailure.class, () -> new FlinkCluster("127.0.0.1:" + free).jobs());

    assertThat(failure).hasMessageStartingWith("no Flink JobManager at 127.0.0.1:" + free);
  }
}
