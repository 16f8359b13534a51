package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A topic of the Pub/Sub emulator, read and written past Renkei, by REST. */
final class HubTopic {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String root;
  private final String topic;
  private final String subscription;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Map<String, String>> attributes = new ArrayList<>();

  private HubTopic(String root, String project, String name) {
    this.root = root;
    this.topic = "projects/%s/topics/%s".formatted(project, name);
    this.subscription = "projects/%s/subscriptions/%s.read-by-a-test".formatted(project, name);
  }

  /** Listens from now on. */
  static HubTopic listen(String address, String project, String name) throws Exception {
    HubTopic topic = new HubTopic("http://" + address + "/v1/", project, name);
    topic.ask("PUT", topic.subscription, Map.of("topic", topic.topic, "ackDeadlineSeconds", 60));
    return topic;
  }

  /** Publishes what nobody can read. */
  void publish(byte[] data, Map<String, String> attributes) throws Exception {
    ask(
        "POST",
        topic + ":publish",
        Map.of(
            "messages",
            List.of(
                Map.of(
                    "data", Base64.getEncoder().encodeToString(data), "attributes", attributes))));
  }

  /** Every byte that has come since it was listened to: data, names and values of attributes. */
  byte[] everything() throws Exception {
    readOn();
    return bytes.toByteArray();
  }

  /** The attributes of each message since then. */
  List<Map<String, String>> attributes() throws Exception {
    readOn();
    return List.copyOf(attributes);
  }

  private void readOn() throws Exception {
    while (true) {
      JsonNode messages =
          ask(
                  "POST",
                  subscription + ":pull",
                  Map.of("maxMessages", 1_000, "returnImmediately", true))
              .path("receivedMessages");
      if (messages.isEmpty()) {
        return;
      }
      List<String> acks = new ArrayList<>();
      for (JsonNode message : messages) {
        acks.add(message.path("ackId").asText());
        keep(message.path("message"));
      }
      ask("POST", subscription + ":acknowledge", Map.of("ackIds", acks));
    }
  }

  private void keep(JsonNode message) {
    Map<String, String> names = new TreeMap<>();
    message
        .path("attributes")
        .properties()
        .forEach(field -> names.put(field.getKey(), field.getValue().asText()));
    attributes.add(names);
    bytes.writeBytes(Base64.getDecoder().decode(message.path("data").asText()));
    bytes.writeBytes(
        (names + message.path("orderingKey").asText() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode ask(String method, String path, Map<String, ?> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
