package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.process.Child;
import dev.renkei.hub.kafka.EmbeddedBroker;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.FlowLag;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody deletes a topic under the flow, and those who are to know are told. */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class StandingFlowTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder = Path.of("");

  private Installation installation(StandIn shop, Webhooks receiver) throws Exception {
    Installation renkei =
        Installation.of(
            folder,
            shop,
            "Shop",
            """
              defaults: {interval: 100ms}
              include: ["dbo.*"]
            """);
    Files.writeString(
        renkei.file(),
        """
        alerts:
          to: [{webhook: "%s", secret: "%s"}]
        """
            .formatted(receiver.url("/alert"), Webhooks.SECRET),
        StandardOpenOption.APPEND);
    return renkei;
  }

  /** To the flow that is a broker which takes its time: it "runs", nothing fails, nothing comes. */
  @Test
  void aFlowThatTakesNothingIsToldAndGoesOnWhenItIsStartedAgain() throws Exception {
    try (Webhooks receiver = new Webhooks(call -> 204);
        StandIn shop = StockShop.start(1);
        Installation renkei = installation(shop, receiver)) {
      renkei.up();
      renkei.until(() -> holds(renkei, 2));
      renkei.until(
          () -> dedupe(renkei).isPresent() ? Optional.empty() : Optional.of("no lag is known"));

      delete("renkei.hub", renkei);
      shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = 3");

      new Notices(receiver, PATIENCE).await("firing", "flow_stands", "flow dedupe");
      StatusReport status = renkei.status();
      assertThat(status.flows().get(0).state()).isEqualTo("RUNNING");
      FlowLag lag = dedupe(renkei).orElseThrow();
      assertThat(lag.messages()).isPositive();
      assertThat(lag.standingMillis()).isGreaterThanOrEqualTo(120_000);
      renkei.kill();
      renkei.up();
      renkei.until(() -> holds(renkei, 3));
      renkei.until(
          () ->
              dedupe(renkei)
                  .filter(behind -> behind.standingMillis() > 0)
                  .map(behind -> "still " + behind));
    }
  }

  @Test
  void aFlowThatDoesNotRunIsToldAndRunsWhenItIsStartedAgain() throws Exception {
    try (Webhooks receiver = new Webhooks(call -> 204);
        StandIn shop = StockShop.start(1);
        Installation renkei = installation(shop, receiver)) {
      renkei.up();
      renkei.until(() -> holds(renkei, 2));

      delete("renkei.raw", renkei);
      shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = 3");

      new Notices(receiver, PATIENCE).await("firing", "flow_down", "flow dedupe");
      renkei.kill();
      renkei.up();
      renkei.until(() -> holds(renkei, 3));
    }
  }

  /** Nobody hosts a cluster of its own: whoever loads tells. */
  @Test
  void aFlowThatEndedOnAnotherMachineIsToldUntilItRunsAgain() throws Exception {
    try (EmbeddedBroker cluster = EmbeddedBroker.start(folder.resolve("cluster"));
        Webhooks receiver = new Webhooks(call -> 204);
        StandIn shop = StockShop.start(1);
        Installation renkei = installation(shop, receiver)) {
      Files.writeString(
          renkei.file(),
          Files.readString(renkei.file())
              .replace("servers: embedded", "servers: [\"" + cluster.bootstrapServers() + "\"]"));
      Child flow = renkei.role("dedupe", "flow", "dedupe");
      try (Child tracker = renkei.track("tracker-a");
          Child loader = renkei.role("loader", "load")) {
        ControlClient client = clientOf(loader, renkei);
        Waiting.until(PATIENCE, () -> holds(client, 2));
        Installation.kill(flow);

        shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = 3");

        new Notices(receiver, PATIENCE).await("firing", "flow_stands", "flow dedupe");
        assertThat(client.status().flows()).isEmpty();
        flow = renkei.role("dedupe", "flow", "dedupe");
        new Notices(receiver, PATIENCE).await("cleared", "flow_stands", "flow dedupe");
        Waiting.until(PATIENCE, () -> holds(client, 3));
        assertThat(tracker.isAlive()).isTrue();
      } finally {
        flow.close();
      }
    }
  }

  private static ControlClient clientOf(Child process, Installation renkei) throws Exception {
    RunFiles.Running running =
        RunFiles.living(renkei.configuration().dataDir()).stream()
            .filter(one -> one.pid() == process.pid())
            .findFirst()
            .orElseThrow();
    return new ControlClient(running.url(), null, Duration.ofSeconds(30));
  }

  private static void delete(String topic, Installation renkei) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", renkei.status().hub().address()))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private static Optional<FlowLag> dedupe(Installation renkei) throws Exception {
    return renkei.status().flowLags().stream()
        .filter(lag -> lag.flow().equals("dedupe"))
        .findFirst();
  }

  private static Optional<String> holds(Installation renkei, int quantity) throws Exception {
    return holds(renkei.client(), quantity);
  }

  private static Optional<String> holds(ControlClient client, int quantity) throws Exception {
    try {
      String there =
          client.query("SELECT \"Quantity\" FROM dbo.\"Stock\"", "local", 1).rows().toString();
      return there.equals("[[" + quantity + "]]") ? Optional.empty() : Optional.of("rows " + there);
    } catch (ControlException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
