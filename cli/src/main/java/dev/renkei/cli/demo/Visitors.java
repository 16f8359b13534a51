package dev.renkei.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Visitors of the shop's site, who look at some pages, pause, and come back: what they look at is
 * sent to the collector as a browser would. One thread; what was not accepted is sent again under
 * the same id.
 */
final class Visitors implements AutoCloseable {
  /** A visitor who does nothing for longer has left; pauses are never near it. */
  static final Duration SESSION_GAP = Duration.ofSeconds(5);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VISITORS = 120;
  private static final int MOST_IN_A_BATCH = 50;
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI collector;
  private final int customers;
  private final SplittableRandom random;
  private final Clock clock = Clock.systemUTC();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Map<String, View> accepted = new ConcurrentHashMap<>();
  private final PriorityQueue<Next> due = new PriorityQueue<>(Comparator.comparing(Next::at));
  private final CountDownLatch leaving = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "demo-visitors");
  private volatile @Nullable String trouble;
  private int events;

  /**
   * A page that somebody looked at.
   *
   * @param customer who it is, where that is known
   */
  record View(String id, String visitor, @Nullable Integer customer, String page, Instant at) {}

  /**
   * When a visitor looks next.
   *
   * @param left pages of this visit
   */
  private record Next(int visitor, Instant at, int left) {}

  /**
   * @param collector its address, without a path
   * @param customers the shop's have the numbers from 1 to this
   */
  Visitors(URI collector, int customers, long seed) {
    this.collector = collector.resolve("/v1/events");
    this.customers = customers;
    this.random = new SplittableRandom(seed);
    thread.setDaemon(true);
  }

  void start() {
    Instant now = clock.instant();
    for (int visitor = 0; visitor < VISITORS; visitor++) {
      due.add(new Next(visitor, now.plusMillis(random.nextInt(8_000)), pages()));
    }
    thread.start();
  }

  private int pages() {
    return 1 + random.nextInt(8);
  }

  /** What the collector has taken, by the events' ids. */
  Map<String, View> accepted() {
    return Map.copyOf(accepted);
  }

  /** Why the last call was not accepted; null where it was. */
  @Nullable String trouble() {
    return trouble;
  }

  private void run() {
    List<View> waiting = new ArrayList<>();
    try {
      while (!leaving.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look(waiting);
        send(waiting);
      }
      long patient = System.nanoTime() + PATIENCE.toNanos();
      while (!waiting.isEmpty() && System.nanoTime() < patient) {
        send(waiting);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(List<View> waiting) {
    Instant now = clock.instant();
    for (Next next = due.peek(); next != null && !next.at().isAfter(now); next = due.peek()) {
      due.remove();
      waiting.add(view(next.visitor(), now));
      boolean stays = next.left() > 1;
      long pause =
          stays
              ? 200 + random.nextInt((int) SESSION_GAP.toMillis() / 2)
              : SESSION_GAP.toMillis() * 3 / 2 + random.nextInt(8_000);
      due.add(new Next(next.visitor(), now.plusMillis(pause), stays ? next.left() - 1 : pages()));
    }
  }

  private View view(int visitor, Instant now) {
    return new View(
        "view-%d-%d".formatted(visitor, ++events),
        "visitor-" + visitor,
        visitor % 4 == 0 ? null : 1 + visitor * 37 % customers,
        random.nextInt(3) == 0 ? "/" : "/goods/" + (1 + random.nextInt(500)),
        now.truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
  }

  private void send(List<View> waiting) throws InterruptedException {
    while (!waiting.isEmpty()) {
      List<View> batch = waiting.subList(0, Math.min(MOST_IN_A_BATCH, waiting.size()));
      if (!isAccepted(batch)) {
        return;
      }
      batch.forEach(view -> accepted.put(view.id(), view));
      batch.clear();
    }
  }

  private boolean isAccepted(List<View> batch) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(collector)
                  .timeout(Duration.ofSeconds(10))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body(batch))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      trouble = answer.statusCode() == 202 ? null : answer.statusCode() + " " + answer.body();
      return trouble == null;
    } catch (IOException e) {
      trouble = e.toString();
      return false;
    }
  }

  private static ObjectNode body(List<View> batch) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode all = body.putArray("events");
    for (View view : batch) {
      ObjectNode event = all.addObject();
      event.put("type", "page_view").put("id", view.id());
      ObjectNode data = event.putObject("data");
      data.put("visitor", view.visitor()).put("page", view.page()).put("at", view.at().toString());
      if (view.customer() != null) {
        data.put("customer_id", view.customer());
      }
    }
    return body;
  }

  /** Ends the visits; what is under way is accepted first, if the collector answers. */
  @Override
  public void close() {
    leaving.countDown();
    try {
      thread.join(PATIENCE.toMillis() * 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
