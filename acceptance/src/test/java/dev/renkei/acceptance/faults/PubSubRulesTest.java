package dev.renkei.acceptance.faults;

import static dev.renkei.acceptance.faults.PubSubShop.rows;
import static dev.renkei.acceptance.faults.PubSubShop.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Webhooks;
import dev.renkei.cli.node.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Rules on Pub/Sub: the pipeline judges, {@code up} delivers. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PubSubRulesTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void whatThePipelineJudgesIsToldByUp() throws Exception {
    try (Webhooks receiver = new Webhooks(call -> call == 0 ? 503 : 204);
        PubSubShop shop = PubSubShop.open(folder, "")) {
      shop.configure(
          """
          rules:
            sold:
              from: dbo.Notes
              when: "row.Note == 'sold'"
              to: [{webhook: "%s", secret: "%s"}, log]
          """
              .formatted(receiver.url("/sold"), Webhooks.SECRET));
      try (Node node = shop.everything();
          Program pipeline = shop.program("pipeline", "rules", "--runner=direct");
          AutoCloseable beam = () -> end(pipeline)) {
        assertThat(beam).isNotNull();
        // What the first load still reads is no change.
        until(
            "the first load",
            () ->
                node.status().trackers().stream()
                    .flatMap(tracker -> tracker.tables().stream())
                    .anyMatch(table -> table.snapshotsDone() > 0));
        shop.sql("USE Shop; INSERT INTO dbo.Notes VALUES (1, N'new'), (2, N'sold')");
        until(
            "the rows in the warehouse",
            () -> rows(node, "SELECT count(*) FROM dbo.Notes").equals(List.of("2")));
        shop.sql("USE Shop; UPDATE dbo.Notes SET Note = N'sold' WHERE Id = 1");

        until(
            "both calls",
            () ->
                receiver.calls().stream()
                        .map(call -> call.body().at("/key/Id").asInt())
                        .distinct()
                        .count()
                    == 2);
        assertThat(receiver.calls()).allMatch(Webhooks.Call::signed);
        assertThat(receiver.calls().stream().map(Webhooks.Call::id).distinct()).hasSize(2);
        until(
            "what is told is counted",
            () -> node.status().flows().get(0).others().getOrDefault("delivered", 0L) >= 4);
        assertThat(node.status().flows().get(0).state()).isEqualTo("RUNNING");
      }
    }
  }

  /** The pipeline is a process of its own behind the command. */
  private static void end(Program pipeline) {
    pipeline.descendants().forEach(ProcessHandle::destroyForcibly);
  }
}
