package dev.renkei.bench.collector;

import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.bench.TemporaryFolder;
import dev.renkei.bench.hub.Broker;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.Rate;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.collector.CollectorServer;
import dev.renkei.server.event.EventTypes;
import dev.renkei.server.event.Intake;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench collector}: events over HTTP into a broker, until they are acknowledged. */
@Command(
    name = "collector",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Events over loopback HTTP into a hub on Kafka, until they are acknowledged, beside the same HTTP server and",
      "Kafka's own producer with nothing between but a JSON parser. Clients run in the same process as either."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench collector", "  renkei bench collector --clients 64"})
public final class CollectorBench extends Benchmark {
  private static final int BATCH = 100;

  @Option(
      names = "--events",
      defaultValue = "100000",
      description = "Events in batches; a tenth of them singly (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--clients",
      defaultValue = "32",
      description = "Clients at the same time (default: ${DEFAULT-VALUE}).")
  private int clients;

  private final HttpClient http = HttpClient.newHttpClient();

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      events = 2_000;
    }
    report.amount("events", events);
    report.amount("clients", clients);
    try (Broker broker = Broker.start();
        TemporaryFolder folder = TemporaryFolder.create();
        KafkaHub hub = broker.hub("collector.");
        EventPublisher publisher = hub.eventPublisher(Duration.ofSeconds(10), 128 << 20);
        CollectorServer collector = collector(folder.path(), hub, publisher);
        BareCollector bare = new BareCollector(broker.address(), "collector.hub")) {
      List<URI> servers =
          List.of(
              URI.create("http://127.0.0.1:%d/v1/events".formatted(bare.port())),
              collector.url().resolve("/v1/events"));
      compare(report, "batches of " + BATCH, servers, events, BATCH);
      compare(report, "single events", servers, events / 10, 1);
    }
  }

  private static CollectorServer collector(Path folder, KafkaHub hub, EventPublisher publisher)
      throws Exception {
    Path schema = folder.resolve("page_view.json");
    Files.writeString(
        schema,
        """
        {"type": "object", "required": ["url"], "additionalProperties": false,
         "properties": {"url": {"type": "string", "maxLength": 200}, "customer_id": {"type": "integer"},
                        "price": {"type": "number", "multipleOf": 0.01}, "seen_at": {"type": "string", "format": "date-time"}}}
        """);
    EventsConfig.Collector settings =
        new EventsConfig.Collector(
            new ListenAddress("127.0.0.1", 0),
            List.of(),
            List.of(),
            1 << 20,
            1000,
            64 << 20,
            Duration.ofSeconds(10));
    EventsConfig config =
        new EventsConfig(
            List.of(
                new EventsConfig.Type(
                    "page_view",
                    schema,
                    null,
                    new Rate(100_000_000, Duration.ofSeconds(1)),
                    64 << 10)),
            settings);
    Intake intake =
        new Intake(
            config,
            EventTypes.read(config),
            "shop",
            () -> UUID.randomUUID().toString(),
            System::nanoTime);
    intake.store(hub.schemas());
    return CollectorServer.start(settings, intake, publisher, () -> true);
  }

  private void compare(Report report, String what, List<URI> servers, int amount, int batch)
      throws Exception {
    List<Series> series = List.of(new Series(amount, rounds()), new Series(amount, rounds()));
    eachRound(
        what,
        round -> {
          for (int i = 0; i < servers.size(); i++) {
            URI server = servers.get(i);
            series.get(i).add(round, () -> send(server, amount, batch));
          }
        });
    report.figure("bare, " + what, "events/s", series.get(0).rates());
    report.figure("collector, " + what, "events/s", series.get(1).rates());
    report.ratio("collector to bare, " + what, null, series.get(1).rates(), series.get(0).rates());
  }

  private void send(URI server, int amount, int batch) throws Exception {
    AtomicInteger left = new AtomicInteger(amount / batch);
    ExecutorService senders = Executors.newFixedThreadPool(clients);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        done.add(
            senders.submit(
                () -> {
                  while (left.decrementAndGet() >= 0) {
                    post(server, body(batch));
                  }
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      senders.shutdownNow();
    }
  }

  private void post(URI server, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    int status = http.send(request, BodyHandlers.ofString()).statusCode();
    if (status != 202) {
      throw new IllegalStateException("answered " + status);
    }
  }

  private static String body(int batch) {
    StringBuilder body = new StringBuilder(batch == 1 ? "" : "[");
    for (int i = 0; i < batch; i++) {
      body.append(i == 0 ? "" : ",")
          .append(
              "{\"type\":\"page_view\",\"id\":\"%s\",\"data\":{\"url\":\"/shoes/4711?color=red\",\"customer_id\":%d,\"price\":12.50,\"seen_at\":\"2026-01-31T09:30:00.123Z\"}}"
                  .formatted(UUID.randomUUID(), i));
    }
    return body.append(batch == 1 ? "" : "]").toString();
  }
}
