package dev.renkei.acceptance.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Clients of collectors, one of each: batches of page views, each sent with the same ids until it
 * is acknowledged.
 */
final class Clients implements AutoCloseable {
  /** Events of a request. */
  static final int BATCH = 5;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<URI> refusers = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean enough;

  private Clients() {}

  static Clients of(List<URI> collectors) {
    Clients clients = new Clients();
    for (URI collector : collectors) {
      Thread thread = new Thread(() -> clients.send(collector), "client of " + collector);
      clients.threads.add(thread);
      thread.start();
    }
    return clients;
  }

  /** The ids of all events that were answered with 202. */
  Set<String> acknowledged() {
    return new TreeSet<>(acknowledged);
  }

  /** How many of the collectors have said 503. */
  int refusers() {
    return refusers.size();
  }

  /** Lets each client bring its last batch to its end. */
  void stop() throws InterruptedException {
    enough = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.MINUTES.toMillis(2));
    }
  }

  /** One event, once; the status of its answer. */
  static int postOnce(URI collector) throws IOException, InterruptedException {
    return post(collector, List.of("once"));
  }

  /** The status by which a collector says whether it takes events. */
  static int ready(URI collector) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(collector.resolve("/health/ready")).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private List<String> ids() {
    int batch = numbers.incrementAndGet();
    return IntStream.range(0, BATCH).mapToObj(i -> "e%05d-%d".formatted(batch, i)).toList();
  }

  private void send(URI collector) {
    try {
      while (!enough) {
        List<String> ids = ids();
        while (!isTaken(collector, ids)) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isTaken(URI collector, List<String> ids) throws InterruptedException {
    int status;
    try {
      status = post(collector, ids);
    } catch (IOException e) {
      return false;
    }
    if (status == 503) {
      refusers.add(collector);
    }
    if (status == 202) {
      acknowledged.addAll(ids);
    }
    return status == 202;
  }

  private static int post(URI collector, List<String> ids)
      throws IOException, InterruptedException {
    String events =
        ids.stream()
            .map(
                id ->
                    "{\"type\":\"page_view\",\"id\":\"%s\",\"data\":{\"url\":\"/\"}}".formatted(id))
            .collect(Collectors.joining(",", "[", "]"));
    HttpRequest request =
        HttpRequest.newBuilder(collector.resolve("/v1/events"))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(events))
            .build();
    return HTTP.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
