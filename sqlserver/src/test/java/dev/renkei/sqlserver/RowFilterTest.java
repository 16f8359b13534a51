package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.sqlserver.TrackerState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a tracker makes of rows that its filter refuses, or cannot judge. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RowFilterTest {
  private static final String DRAFT = "draft";
  private static final String RIDDLE = "riddle";

  /** Lets no drafts pass, knows nothing to say of riddles, and needs a column Note. */
  private static final class NoDrafts implements RowFilter {
    private volatile boolean solved;

    @Override
    public boolean admits(Row row) {
      String note = note(row);
      if (RIDDLE.equals(note) && !solved) {
        throw new RowFilterException("dbo.Orders: `where` has no value for a row");
      }
      return !DRAFT.equals(note);
    }

    @Override
    public void prepare(TableSchema schema) {
      if (schema.indexOf("Note").isEmpty()) {
        throw new RowFilterException("dbo.Orders: `where` does not fit the table: no column Note");
      }
    }
  }

  private static @Nullable String note(Row row) {
    return (String) row.value(row.schema().indexOf("Note").orElseThrow());
  }

  private static Shop shop(RowFilter filter) throws Exception {
    Shop shop = Shop.withOrders();
    shop.filter = filter;
    return shop;
  }

  private static List<String> notes(Shop shop) throws Exception {
    List<String> notes = new ArrayList<>();
    for (Row row : Mirror.of(shop.hub, Shop.SOURCE, ORDERS).values()) {
      notes.add(String.valueOf(note(row)));
    }
    return notes;
  }

  private static void awaitNotes(Shop shop, Tracker tracker, String... expected) throws Exception {
    Shop.await(
        () -> notes(shop).equals(List.of(expected)), () -> notes(shop) + " " + tracker.state());
  }

  private static List<Change> deletes(Shop shop) throws Exception {
    List<Change> deletes = new ArrayList<>();
    for (EncodedMessage message : shop.hub.shown()) {
      if (message.attributes().type() == ChangeType.DELETE) {
        TableSchema schema = shop.hub.find(message.attributes().schemaId()).orElseThrow().schema();
        deletes.add(
            new MessageCodec(Shop.SOURCE).decode(message.attributes(), message.payload(), schema));
      }
    }
    return deletes;
  }

  @Test
  void takesOnlyMatchingRowsAndSendsADeleteForOneThatLeaves() throws Exception {
    try (Shop shop = shop(new NoDrafts())) {
      shop.sql("INSERT INTO dbo.Orders VALUES (1, N'new'), (2, N'draft'), (3, NULL)");
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      awaitNotes(shop, tracker, "new", "null");

      shop.sql("UPDATE dbo.Orders SET Note = N'draft' WHERE Id = 1");
      awaitNotes(shop, tracker, "null");
      shop.sql("UPDATE dbo.Orders SET Note = N'sent' WHERE Id <= 2");
      awaitNotes(shop, tracker, "sent", "sent", "null");
      shop.sql("DELETE FROM dbo.Orders WHERE Id = 2");
      awaitNotes(shop, tracker, "sent", "null");

      assertThat(deletes(shop))
          .extracting(Change::changedColumns)
          .as("only a row that is still there has changed columns")
          .containsExactly(List.of(), null);
    }
  }

  @Test
  void neitherLosesNorPublishesARowThatItCannotJudge() throws Exception {
    NoDrafts filter = new NoDrafts();
    try (Shop shop = shop(filter)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      shop.sql("INSERT INTO dbo.Orders VALUES (1, N'riddle')");
      shop.sql("INSERT INTO dbo.Orders VALUES (2, N'new')");

      Shop.await(() -> Shop.state(tracker, ORDERS).retries() > 1, () -> tracker.state().toString());
      assertThat(Shop.state(tracker, ORDERS).problem())
          .satisfies(
              problem -> {
                assertThat(problem.message()).contains("`where` has no value for a row");
                assertThat(problem.cure()).contains("tables.override", "renkei check");
              });
      assertThat(notes(shop)).isEmpty();
      filter.solved = true;
      awaitNotes(shop, tracker, "riddle", "new");
    }
  }

  @Test
  void aSnapshotThatMeetsARowItCannotJudgeGoesOnOnceItCan() throws Exception {
    NoDrafts filter = new NoDrafts();
    try (Shop shop = shop(filter)) {
      shop.sql("INSERT INTO dbo.Orders VALUES (1, N'new'), (2, N'riddle')");
      Tracker tracker = shop.track("a");

      Shop.await(
          () -> Shop.state(tracker, ORDERS).problem() != null, () -> tracker.state().toString());
      filter.solved = true;

      awaitNotes(shop, tracker, "new", "riddle");
    }
  }

  @Test
  void holdsATableBackWhileItsSchemaDoesNotFitTheFilter() throws Exception {
    try (Shop shop = shop(new NoDrafts())) {
      shop.sql("INSERT INTO dbo.Orders VALUES (1, N'new')");
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      awaitNotes(shop, tracker, "new");
      int before = shop.hub.shown().size();

      shop.sql("ALTER TABLE dbo.Orders DROP COLUMN Note");
      shop.sql("INSERT INTO dbo.Orders VALUES (2)");

      Shop.await(() -> Shop.state(tracker, ORDERS).retries() > 1, () -> tracker.state().toString());
      assertThat(Shop.state(tracker, ORDERS))
          .satisfies(
              state -> {
                assertThat(state.phase()).isIn(Phase.RETRYING, Phase.ALERT);
                assertThat(state.problem())
                    .extracting("message")
                    .asString()
                    .contains("no column Note");
              });
      assertThat(shop.hub.shown()).hasSize(before);
      shop.sql("ALTER TABLE dbo.Orders ADD Note nvarchar(50)");
      shop.sql("UPDATE dbo.Orders SET Note = N'back'");
      awaitNotes(shop, tracker, "back", "back");
    }
  }
}
