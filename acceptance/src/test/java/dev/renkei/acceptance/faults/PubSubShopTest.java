package dev.renkei.acceptance.faults;

import static dev.renkei.acceptance.faults.PubSubShop.loading;
import static dev.renkei.acceptance.faults.PubSubShop.rows;
import static dev.renkei.acceptance.faults.PubSubShop.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.faults.PubSubShop.Said;
import dev.renkei.cli.node.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What operators meet on Pub/Sub: tracker, emulator, loader, DuckDB. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PubSubShopTest {
  private static final String COUNT = "SELECT count(*) FROM dbo.Notes";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void aMarkBringsBackWhatWasLoadedSinceItWasSet() throws Exception {
    try (PubSubShop shop = PubSubShop.open(folder, "");
        Node node = shop.everything()) {
      shop.sql("USE Shop; INSERT INTO dbo.Notes VALUES (1, N'before')");
      until("the first row", () -> rows(node, COUNT).equals(List.of("1")));

      Said set = shop.command("replay", "--mark", "before-deploy");
      assertThat(set.code()).as(set.err()).isZero();
      assertThat(set.out()).contains("local: mark before-deploy set, kept until 20");
      shop.sql(insert(IntStream.range(100, 130), "since"));
      until("the rows since", () -> rows(node, COUNT).equals(List.of("31")));
      until("all is settled", () -> loading(node).unsettled().deliveries() == 0);
      long loaded = loading(node).rows();

      assertThat(shop.command("replay", "--marks").out()).contains("local", "before-deploy");
      Said again = shop.command("replay", "--from-mark", "before-deploy");
      assertThat(again.code()).as(again.err()).isZero();

      until("the rows since are read again", () -> loading(node).rows() >= loaded + 30);
      assertThat(rows(node, COUNT)).containsExactly("31");
      assertThat(rows(node, "SELECT _message_id FROM dbo.Notes_changes"))
          .hasSizeGreaterThanOrEqualTo(31)
          .doesNotHaveDuplicates();
      unknownMarksAreRefused(shop);
    }
  }

  @Test
  void whatTrackersPublishedBeforeTheFirstLoaderIsNotLoadedTwice() throws Exception {
    try (PubSubShop shop = PubSubShop.open(folder, "");
        Node tracker = shop.tracker()) {
      shop.sql(insert(IntStream.range(0, 30), "early"));
      until(
          "the first load is published",
          () ->
              tracker.status().trackers().get(0).tables().stream()
                  .anyMatch(table -> table.snapshotsDone() > 0));
      shop.sql("USE Shop; UPDATE dbo.Notes SET Note = N'late' WHERE Id < 10");

      try (Node loader = shop.loader()) {
        until(
            "all rows",
            () ->
                rows(loader, "SELECT Note, count(*) FROM dbo.Notes GROUP BY 1 ORDER BY 1")
                    .equals(List.of("early,20", "late,10")));
        assertThat(loading(loader).alert()).isNull();
      }
      Files.delete(folder.resolve("data/shop.duckdb"));

      try (Node loader = shop.loader()) {
        until("all rows again", () -> rows(loader, COUNT).equals(List.of("30")));
        assertThat(loading(loader).alert()).contains("this warehouse is new");
      }
    }
  }

  private static void unknownMarksAreRefused(PubSubShop shop) throws Exception {
    Said twice = shop.command("replay", "--mark", "before-deploy");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("there is a mark 'before-deploy' of local already");
    assertThat(shop.command("replay", "--delete-mark", "before-deploy").code()).isZero();
    Said gone = shop.command("replay", "--from-mark", "before-deploy");
    assertThat(gone.code()).isEqualTo(2);
    assertThat(gone.err()).contains("no mark 'before-deploy' of local");
  }

  private static String insert(IntStream ids, String note) {
    return "USE Shop; INSERT INTO dbo.Notes VALUES "
        + ids.mapToObj(id -> "(%d, N'%s')".formatted(id, note)).collect(Collectors.joining(", "));
  }
}
