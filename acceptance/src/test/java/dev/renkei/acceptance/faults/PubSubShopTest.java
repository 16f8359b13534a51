package dev.renkei.acceptance.faults;

import static dev.renkei.acceptance.faults.PubSubShop.loading;
import static dev.renkei.acceptance.faults.PubSubShop.rows;
import static dev.renkei.acceptance.faults.PubSubShop.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.faults.PubSubShop.Said;
import dev.renkei.cli.node.Node;
import dev.renkei.loader.LoaderState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
      until("all is settled", () -> isSettled(loading(node).unsettled()));
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

  @Test
  void aRowTooLargeToPublishHoldsNoSweepUp() throws Exception {
    try (PubSubShop shop = PubSubShop.open(folder, "max_message: 3000")) {
      shop.sql(insert(IntStream.range(0, 20), "small"));
      shop.sql("USE Shop; UPDATE dbo.Notes SET Note = REPLICATE(N'x', 4000) WHERE Id = 7");
      try (Node node = shop.everything()) {
        until("the first load", () -> rows(node, COUNT).equals(List.of("19")));
        until("its end", () -> loaded(node) == 19);
        assertThat(shop.command("dead-letters", "list").out()).contains("dbo.Notes", "max_message");

        shop.sql(
            """
            USE Shop
            ALTER TABLE dbo.Notes DISABLE CHANGE_TRACKING
            DELETE FROM dbo.Notes WHERE Id >= 15
            ALTER TABLE dbo.Notes ENABLE CHANGE_TRACKING
            """);

        until("the sweep", () -> rows(node, COUNT).equals(List.of("14")));
        until("its end", () -> loaded(node) == 14);
        assertThat(loading(node).alert()).isNull();
        shop.sql("USE Shop; UPDATE dbo.Notes SET Note = N'fits again' WHERE Id = 7");
        until("it fits again", () -> rows(node, COUNT).equals(List.of("15")));
      }
    }
  }

  /** The rows of the last snapshot that was closed; -1 where none was. */
  private static long loaded(Node node) {
    return loading(node).loads().values().stream()
        .mapToLong(load -> load.rows())
        .findFirst()
        .orElse(-1);
  }

  private static boolean isSettled(LoaderState.@Nullable Unsettled unsettled) {
    return unsettled != null && unsettled.deliveries() == 0;
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
