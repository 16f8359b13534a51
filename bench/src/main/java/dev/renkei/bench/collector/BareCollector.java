package dev.renkei.bench.collector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.Javalin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The same server with nothing in it: parses, sends each event as it came, answers when it is
 * durable.
 */
final class BareCollector implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final Javalin app;

  BareCollector(String brokers, String topic) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                brokers,
                "acks",
                "all",
                "linger.ms",
                "2",
                "batch.size",
                Integer.toString(128 << 10),
                "compression.type",
                "lz4",
                "key.serializer",
                ByteArraySerializer.class.getName(),
                "value.serializer",
                ByteArraySerializer.class.getName()));
    this.app =
        Javalin.create(
            config -> {
              config.showJavalinBanner = false;
              config.startupWatcherEnabled = false;
            });
    app.post(
        "/v1/events",
        context -> {
          JsonNode body = JSON.readTree(context.bodyAsBytes());
          context.future(() -> send(body).thenRun(() -> context.status(202).result("{}")));
        });
    app.start("127.0.0.1", 0);
  }

  private CompletableFuture<Void> send(JsonNode body) {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (JsonNode event : body.isArray() ? body : List.of(body)) {
      CompletableFuture<Void> one = new CompletableFuture<>();
      sent.add(one);
      byte[] value = event.path("data").toString().getBytes(StandardCharsets.UTF_8);
      byte[] key = event.path("id").asText().getBytes(StandardCharsets.UTF_8);
      var unused =
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (metadata, failure) -> {
                if (failure == null) {
                  one.complete(null);
                } else {
                  one.completeExceptionally(failure);
                }
              });
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
  }

  int port() {
    return app.port();
  }

  @Override
  public void close() {
    app.stop();
    producer.close();
  }
}
