package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.process.Child;
import dev.renkei.server.ControlException;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What trackers have published and the flow has not taken is dropped by the cluster: the flow was
 * away longer than messages are kept, or somebody made the topic anew. Cursors are past it, so
 * nobody would read it again by himself.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class MissedTest {
  private static final String RAW = "renkei.raw";

  @TempDir private Path folder = Path.of("");

  /**
   * One tracker that reads nothing twice: a second one, or the versions that are read again when it
   * starts, would bring back what little is lost here.
   */
  private Installation installation(StandIn shop) throws Exception {
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
        Files.readString(renkei.file()).replace("source:\n", "source:\n  late_commit_overlap: 0\n")
            + "trackers: {mode: single}\n");
    return renkei;
  }

  private interface Loss {
    void happens(Admin admin) throws Exception;
  }

  @Test
  void whatWasDroppedBeforeTheFlowTookItIsLoadedAgain() throws Exception {
    changesAreLost(
        admin -> {
          TopicDescription raw =
              Objects.requireNonNull(
                  admin.describeTopics(List.of(RAW)).allTopicNames().get().get(RAW));
          Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
          raw.partitions()
              .forEach(
                  one ->
                      all.put(
                          new TopicPartition(RAW, one.partition()),
                          RecordsToDelete.beforeOffset(-1)));
          admin.deleteRecords(all).all().get();
        },
        "was away longer than hub.retention");
  }

  @Test
  void whatWasInATopicThatWasMadeAnewIsLoadedAgain() throws Exception {
    changesAreLost(admin -> admin.deleteTopics(List.of(RAW)).all().get(), RAW + " was made anew");
  }

  private void changesAreLost(Loss loss, String told) throws Exception {
    try (StandIn shop = StockShop.start(2);
        Installation renkei = installation(shop)) {
      renkei.up();
      renkei.until(() -> holds(renkei, "[[2], [2]]"));
      long before = cursor(renkei);
      renkei.kill();
      // A tracker alone brings the broker, and no flow.
      try (Child tracker = renkei.track("tracker-a");
          Admin admin =
              Admin.create(Map.of("bootstrap.servers", renkei.status().hub().address()))) {
        shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = 3");
        Waiting.until(
            Installation.PATIENCE,
            () ->
                cursor(renkei) > before
                    ? Optional.empty()
                    : Optional.of("the cursor stays at " + before));
        loss.happens(admin);
        // Killed, the broker would not know what it has dropped.
        ProcessHandle.of(tracker.pid()).orElseThrow().destroy();
        assertThat(tracker.end()).isZero();
      }

      renkei.up();

      renkei.until(() -> holds(renkei, "[[3], [3]]"));
      assertThat(renkei.log()).contains(told).contains("all tables are loaded again");
      renkei.kill();
      renkei.up();
      shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = 4");
      renkei.until(() -> holds(renkei, "[[4], [4]]"));
      assertThat(renkei.log().split("all tables are loaded again", -1)).as("once").hasSize(2);
    }
  }

  private static long cursor(Installation renkei) throws Exception {
    return renkei.status().trackers().get(0).tables().stream()
        .map(StatusReport.Table::cursor)
        .filter(Objects::nonNull)
        .mapToLong(Long::longValue)
        .max()
        .orElse(-1);
  }

  private static Optional<String> holds(Installation renkei, String quantities) throws Exception {
    try {
      String there =
          renkei.client().query("SELECT Quantity FROM dbo.Stock", "local", 5).rows().toString();
      return there.equals(quantities) ? Optional.empty() : Optional.of("rows " + there);
    } catch (ControlException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
