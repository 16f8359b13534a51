package dev.renkei.cli.demo;

import dev.renkei.cli.demo.Visitors.View;
import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.UseProof;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What visitors look at, sent by HTTP and joined with who they are (slide 27). */
final class EventsUse implements Use {
  private static final String SCHEMA =
      """
      {"$schema": "https://json-schema.org/draft/2020-12/schema",
       "type": "object",
       "properties": {
         "visitor": {"type": "string", "maxLength": 40},
         "page": {"type": "string", "maxLength": 200},
         "customer_id": {"type": "integer"},
         "at": {"type": "string", "format": "date-time"}},
       "required": ["visitor", "page", "at"],
       "additionalProperties": false}
      """;
  private static final String EVENTS =
      "SELECT event_id, visitor, customer_id, page, epoch_ms(\"at\") FROM events.page_view";
  private static final String LOGGED = "SELECT count(*) FROM events.page_view_changes";
  private static final String JOINED =
      """
      SELECT event_id, visitor, customer_id, customer_Points, epoch_us(customer_RegisteredAt)
      FROM events.page_view_enriched
      """;
  private static final String CUSTOMERS =
      "SELECT CustomerID, Points, epoch_us(RegisteredAt) FROM dbo.Customers_changes WHERE _type <> 'D'";

  private final int port;
  private final Visitors visitors;

  private EventsUse(int port, Visitors visitors) {
    this.port = port;
    this.visitors = visitors;
  }

  /**
   * @param customers the shop's have the numbers from 1 to this
   */
  static EventsUse open(int customers, long seed) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    return new EventsUse(
        port, new Visitors(URI.create("http://127.0.0.1:" + port), customers, seed));
  }

  @Override
  public String configuration(DemoFolder folder) throws IOException {
    Files.writeString(folder.path().resolve("page_view.json"), SCHEMA);
    return """
        events:
          page_view:
            schema: page_view.json
            join: dbo.Customers on customer_id
            columns: [Points, RegisteredAt]
        collector: {listen: "127.0.0.1:%d"}
        """
        .formatted(port);
  }

  @Override
  public void start(Node node) {
    visitors.start();
  }

  @Override
  public void stop() {
    visitors.close();
  }

  @Override
  public String live(Node node, Warehouse warehouse) {
    String trouble = visitors.trouble();
    return "events    %s page views accepted at http://127.0.0.1:%d/v1/events%s"
        .formatted(
            DemoView.grouped(visitors.accepted().size()),
            port,
            trouble == null ? "" : "; now: " + trouble);
  }

  @Override
  public void awaitDone(Node node, Warehouse warehouse, long untilNanos)
      throws WarehouseException, HubException, InterruptedException, TimeoutException {
    int accepted = visitors.accepted().size();
    Patience.await(
        untilNanos,
        "not all events have been joined and loaded",
        () ->
            ids(warehouse, "SELECT event_id FROM events.page_view_enriched").size() >= accepted
                && ids(warehouse, "SELECT event_id FROM events.page_view").size() >= accepted);
  }

  private static Set<String> ids(Warehouse warehouse, String sql) {
    try {
      return Rows.texts(warehouse, sql);
    } catch (WarehouseException e) {
      return Set.of(); // before the first event there is no such table
    }
  }

  @Override
  public List<UseProof> prove(DemoFolder folder, Warehouse warehouse) throws WarehouseException {
    Map<String, View> accepted = visitors.accepted();
    return List.of(arrived(accepted, warehouse), joined(accepted, warehouse));
  }

  private static UseProof arrived(Map<String, View> accepted, Warehouse warehouse)
      throws WarehouseException {
    Findings found = new Findings();
    Set<String> there = new HashSet<>();
    for (List<@Nullable String> row : Rows.of(warehouse, EVENTS)) {
      String id = String.valueOf(row.get(0));
      View view = accepted.get(id);
      if (!there.add(id)) {
        found.add(id + " is there twice");
      } else if (view == null) {
        found.add(id + " was never accepted");
      } else if (!row.equals(values(view))) {
        found.add(id + " is " + row + " instead of " + values(view));
      }
    }
    accepted.keySet().stream()
        .filter(id -> !there.contains(id))
        .forEach(id -> found.add(id + " was accepted and is lost"));
    long logged = Rows.number(warehouse, LOGGED);
    if (logged != accepted.size()) {
      found.add("%d accepted, %d in the log".formatted(accepted.size(), logged));
    }
    return found.proof(
        "events",
        "%s page views that the collector accepted, each once in the warehouse"
            .formatted(DemoView.grouped(accepted.size())),
        accepted.size());
  }

  private static List<@Nullable String> values(View view) {
    @Nullable String[] values = {
      view.id(),
      view.visitor(),
      view.customer() == null ? null : view.customer().toString(),
      view.page(),
      Long.toString(view.at().toEpochMilli())
    };
    return java.util.Arrays.asList(values);
  }

  /** All that a customer ever was. */
  private record Customer(Set<String> points, Set<String> registered) {
    Customer() {
      this(new HashSet<>(), new HashSet<>());
    }
  }

  private static UseProof joined(Map<String, View> accepted, Warehouse warehouse)
      throws WarehouseException {
    Map<String, Customer> customers = new HashMap<>();
    for (List<@Nullable String> row : Rows.of(warehouse, CUSTOMERS)) {
      Customer customer =
          customers.computeIfAbsent(String.valueOf(row.get(0)), id -> new Customer());
      customer.points().add(String.valueOf(row.get(1)));
      customer.registered().add(String.valueOf(row.get(2)));
    }
    Findings found = new Findings();
    Set<String> there = new HashSet<>();
    long with = 0;
    for (List<@Nullable String> row : Rows.of(warehouse, JOINED)) {
      String id = String.valueOf(row.get(0));
      View view = accepted.get(id);
      there.add(id);
      if (view == null || !Objects.equals(row.get(1), view.visitor())) {
        found.add(id + " is joined as " + row);
      } else if (row.get(4) != null) {
        with++;
        Customer customer = customers.get(String.valueOf(row.get(2)));
        if (customer == null
            || !customer.points().contains(String.valueOf(row.get(3)))
            || !customer.registered().contains(String.valueOf(row.get(4)))) {
          found.add(id + " is joined with what no such customer was: " + row);
        }
      } else if (view.customer() != null
          && Rows.number(
                  warehouse,
                  "SELECT count(*) FROM dbo.Customers WHERE CustomerID = " + view.customer())
              > 0) {
        found.add(id + " is not joined, though there is a customer " + view.customer());
      }
    }
    accepted.keySet().stream()
        .filter(id -> !there.contains(id))
        .forEach(id -> found.add(id + " is not in the joined table"));
    return found.proof(
        "joined",
        "%s of them with the customer's row, the others were nobody's"
            .formatted(DemoView.grouped(with)),
        with);
  }

  @Override
  public void close() {
    visitors.close();
  }
}
