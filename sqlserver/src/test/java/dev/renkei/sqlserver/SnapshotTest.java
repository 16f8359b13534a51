package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Where;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot goes on behind its last chunk, whatever interrupts it, and ends as if nothing had. */
@Timeout(90)
class SnapshotTest {
  private static final int ROWS = 95;
  private static final int CHUNK = 10;
  private static final Pattern CHUNKS = Pattern.compile("ORDER BY t\\.\\[Id\\]");

  private static Shop withOrders() throws Exception {
    Shop shop = Shop.withOrders();
    shop.chunkRows = CHUNK;
    StringBuilder sql = new StringBuilder("BEGIN TRAN\n");
    for (int i = 0; i < ROWS; i++) {
      sql.append("INSERT INTO dbo.Orders VALUES (%d, N'note %d')\n".formatted(i, i));
    }
    shop.sql(sql.append("COMMIT").toString());
    return shop;
  }

  private static List<Change> rows(Shop shop) throws Exception {
    List<Change> rows = new ArrayList<>();
    MessageCodec codec = new MessageCodec(Shop.SOURCE);
    for (EncodedMessage message : shop.hub.shown()) {
      if (message.attributes().type() == ChangeType.SNAPSHOT_ROW) {
        var schema = shop.hub.find(message.attributes().schemaId()).orElseThrow().schema();
        rows.add(codec.decode(message.attributes(), message.payload(), schema));
      }
    }
    return rows;
  }

  private static List<SnapshotClosed> closings(Shop shop) throws Exception {
    List<SnapshotClosed> closings = new ArrayList<>();
    for (EncodedMessage message : shop.hub.shown()) {
      if (message.attributes().type() == ChangeType.CONTROL) {
        ControlMessage.Addressed closing =
            ControlMessage.decode(message.attributes(), message.payload());
        if (closing.partition() == 0) {
          closings.add((SnapshotClosed) closing.message());
        }
      }
    }
    return closings;
  }

  /** Waits until so many messages have passed and the next one waits. */
  private static void awaitBlocked(Semaphore gate, Tracker tracker) throws Exception {
    Shop.await(
        () -> gate.availablePermits() == 0 && gate.hasQueuedThreads(),
        () -> tracker.state().toString());
  }

  private static void open(Semaphore gate) {
    gate.release(1_000_000);
  }

  /** The closing names, for each chunk, exactly the rows that the hub shows of its attempt. */
  private static void assertWhole(Shop shop, SnapshotClosed closing) throws Exception {
    Map<Change.Chunk, Long> counted = new HashMap<>();
    for (Change row : rows(shop)) {
      if (row.sequence().snapshot() == closing.snapshot()
          && row.sequence().version() >= closing.startVersion()) {
        counted.merge(java.util.Objects.requireNonNull(row.chunk()), 1L, Long::sum);
      }
    }
    for (int i = 0; i < closing.chunks().size(); i++) {
      SnapshotClosed.Chunk chunk = closing.chunks().get(i);
      assertThat(counted.getOrDefault(new Change.Chunk(i + 1, chunk.attempt()), 0L))
          .as("rows of chunk %d, attempt %d", i + 1, chunk.attempt())
          .isEqualTo(chunk.rows());
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void everyChunkIsReadOnceInOrder(Isolation isolation) throws Exception {
    if (isolation == Isolation.SNAPSHOT) {
      return; // as SNAPSHOT_OR_FALLBACK where it is allowed
    }
    try (Shop shop = withOrders()) {
      shop.sql("ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON");
      shop.isolation = isolation;
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      List<Change> rows = rows(shop);
      assertThat(rows).hasSize(ROWS);
      for (int i = 0; i < ROWS; i++) {
        assertThat(rows.get(i).keyValues()).isEqualTo(List.of(i));
        assertThat(rows.get(i).chunk()).isEqualTo(new Change.Chunk(i / CHUNK + 1, 1));
      }
      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.chunks()).hasSize(10);
      assertThat(closing.rows()).isEqualTo(ROWS);
      assertWhole(shop, closing);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 10, 27, 54, 80, 94, 95})
  void aTrackerThatDiesGoesOnBehindTheLastChunk(int publishedBefore) throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(publishedBefore);
      Tracker first = shop.track("a");
      awaitBlocked(gate, first);
      int done = rows(shop).size();
      assertThat(done).isEqualTo(publishedBefore / CHUNK * CHUNK);
      first.close();
      open(gate);

      Tracker second = shop.track("a");
      shop.awaitSnapshot(second, ORDERS, 1);

      assertThat(rows(shop)).as("none of a chunk that was done").hasSize(ROWS);
      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.chunks()).hasSize(10);
      assertThat(closing.chunks().get(done / CHUNK).attempt()).isEqualTo(2);
      assertThat(closing.chunks().stream().filter(c -> c.attempt() == 1)).hasSize(9);
      assertWhole(shop, closing);
      shop.awaitMirror(ORDERS);
      assertThat(closings(shop)).hasSize(1);
    }
  }

  @Test
  void rowsThatTheHubSetsAsideAreNotCountedByTheClosing() throws Exception {
    try (Shop shop = withOrders()) {
      longNotes(shop, "Id IN (3, 47) OR Id BETWEEN 80 AND 89");
      shop.hub.setAside(LONG);
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.chunks())
          .extracting(SnapshotClosed.Chunk::rows)
          .containsExactly(9L, 10L, 10L, 10L, 9L, 10L, 10L, 10L, 0L, 5L);
      assertThat(shop.hub.aside()).hasSize(12);
      assertWhole(shop, closing);
    }
  }

  @Test
  void rowsSetAsideBeforeARestartStayUncounted() throws Exception {
    try (Shop shop = withOrders()) {
      longNotes(shop, "Id IN (3, 24)");
      shop.hub.setAside(LONG);
      Semaphore gate = shop.hub.gate(27); // two chunks whole, row 24 of the third
      Tracker first = shop.track("a");
      awaitBlocked(gate, first);
      first.close();
      open(gate);

      Tracker second = shop.track("a");
      shop.awaitSnapshot(second, ORDERS, 1);

      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.chunks()).startsWith(chunk(1, 9), chunk(1, 10), chunk(2, 9), chunk(1, 10));
      assertThat(closing.rows()).isEqualTo(ROWS - 2);
      assertWhole(shop, closing);
    }
  }

  private static final String LONG = "too long";

  private static void longNotes(Shop shop, String which) throws Exception {
    shop.sql("UPDATE dbo.Orders SET Note = N'%s' WHERE %s".formatted(LONG, which));
  }

  private static SnapshotClosed.Chunk chunk(int attempt, long rows) {
    return new SnapshotClosed.Chunk(attempt, rows);
  }

  @Test
  void aTrackerThatDiesAgainAndAgainComesToTheEnd() throws Exception {
    try (Shop shop = withOrders()) {
      for (int life = 0; life < 6; life++) {
        Semaphore gate = shop.hub.gate(16); // a chunk, and a part of the next one
        Tracker tracker = shop.track("a");
        awaitBlocked(gate, tracker);
        tracker.close();
        open(gate);
      }
      Tracker last = shop.track("a");
      shop.awaitSnapshot(last, ORDERS, 1);

      assertThat(rows(shop)).hasSize(ROWS);
      assertWhole(shop, closings(shop).get(0));
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aLockTimeoutInTheMiddleIsTriedAgainWhereItStood() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(25);
      Tracker tracker = shop.track("a");
      awaitBlocked(gate, tracker);
      try (var order =
          shop.server.faults().failStatements(CHUNKS, 2, new SqlError(1222, 1, 13, "injected"))) {
        open(gate);
        shop.awaitSnapshot(tracker, ORDERS, 1);
      }

      assertThat(Shop.state(tracker, ORDERS).retriesTotal()).isEqualTo(2);
      assertThat(rows(shop)).hasSize(ROWS);
      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.chunks().get(3).attempt()).isEqualTo(3);
      assertWhole(shop, closing);
    }
  }

  @Test
  void aHubThatLosesAChunkGetsThatOneAgain() throws Exception {
    try (Shop shop = withOrders()) {
      shop.hub.failAfter(38);

      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      assertThat(shop.hub.failures()).isEqualTo(1);
      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.chunks().get(3).attempt()).isEqualTo(2);
      assertWhole(shop, closing);
      assertThat(rows(shop)).hasSize(ROWS);
    }
  }

  @Test
  void cursorsThatAreLostLoseNoChunk() throws Exception {
    try (Shop shop = withOrders()) {
      shop.hub.failAdvances(3);

      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      assertThat(shop.hub.failures()).isEqualTo(3);
      assertWhole(shop, closings(shop).get(0));
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aConnectionThatIsCutIsMadeAgain() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(42);
      Tracker tracker = shop.track("a");
      awaitBlocked(gate, tracker);
      shop.server.faults().dropConnections();
      open(gate);

      shop.awaitSnapshot(tracker, ORDERS, 1);
      assertThat(closings(shop)).hasSize(1);
      assertWhole(shop, closings(shop).get(0));
      assertThat(rows(shop).size()).isLessThanOrEqualTo(ROWS + CHUNK);
    }
  }

  @Test
  void changesOfRowsReadAndNotYetReadWin() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(45);
      Tracker tracker = shop.track("a");
      awaitBlocked(gate, tracker);
      shop.sql("DELETE FROM dbo.Orders WHERE Id IN (3, 44, 45, 88)");
      shop.sql("UPDATE dbo.Orders SET Note = N'new' WHERE Id IN (4, 43, 46, 89)");
      shop.sql("UPDATE dbo.Orders SET Id = Id + 1000 WHERE Id IN (5, 90)");
      shop.sql("INSERT INTO dbo.Orders VALUES (-1, N'before'), (2000, N'behind')");
      open(gate);

      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.awaitMirror(ORDERS);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE TABLE dbo.Orders",
        "ALTER TABLE dbo.Orders ADD Extra int NOT NULL DEFAULT 7",
        "EXEC sp_rename 'dbo.Orders.Note', 'Remark', 'COLUMN'"
      })
  void aTableThatChangesUnderItsSnapshotIsReadAgainFromTheBeginning(String ddl) throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(45);
      Tracker tracker = shop.track("a");
      awaitBlocked(gate, tracker);
      shop.sql(ddl);
      open(gate);

      shop.awaitSnapshot(tracker, ORDERS, 2);
      shop.awaitMirror(ORDERS);
      assertThat(closings(shop)).isNotEmpty();
    }
  }

  @Test
  void aTableThatChangedWhileTheTrackerWasAwayIsReadAgainFromTheBeginning() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(45);
      Tracker first = shop.track("a");
      awaitBlocked(gate, first);
      first.close();
      shop.sql("ALTER TABLE dbo.Orders ADD Extra int NOT NULL DEFAULT 7");
      open(gate);

      Tracker second = shop.track("a");
      shop.awaitSnapshot(second, ORDERS, 2);

      shop.awaitMirror(ORDERS);
      assertThat(closings(shop)).extracting(SnapshotClosed::rows).contains((long) ROWS);
    }
  }

  @Test
  void aWishInTheMiddleIsNotFulfilledByWhatWasReadBefore() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(45);
      Tracker tracker = shop.track("a");
      awaitBlocked(gate, tracker);
      var wish = tracker.reload(ORDERS);
      Shop.await(
          () -> Shop.state(tracker, ORDERS).snapshotNumber() != 1,
          () -> "the wish was not heard: " + tracker.state());
      open(gate);

      assertThat(wish.get(30, TimeUnit.SECONDS)).isTrue();
      shop.awaitSnapshot(tracker, ORDERS, 2);
      assertThat(closings(shop)).hasSize(1);
      assertThat(closings(shop).get(0).rows()).isEqualTo(ROWS);
    }
  }

  @Test
  void anotherTrackerTakesOverASilentOnesSnapshotFromTheBeginning() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(45);
      Tracker a = shop.track("a");
      awaitBlocked(gate, a);
      a.close();
      open(gate);

      Tracker b = shop.track("b");
      shop.awaitSnapshot(b, ORDERS, 2);

      shop.awaitMirror(ORDERS);
      SnapshotClosed closing = closings(shop).get(0);
      assertThat(closing.rows()).isEqualTo(ROWS);
      assertThat(closing.snapshot()).as("wins over what a had read").isEqualTo(2);

      Tracker again = shop.track("a");
      shop.awaitSnapshot(again, ORDERS, 2);
      assertThat(closings(shop)).as("a does not go on with its own").hasSize(1);
    }
  }

  @Test
  void numbersRestartOnceTheDatabaseHasMovedOnAndGenerationsDoNot() throws Exception {
    try (Shop shop = withOrders()) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      assertThat(tracker.reload(ORDERS).get(30, TimeUnit.SECONDS)).isTrue();
      shop.awaitSnapshot(tracker, ORDERS, 2);
      shop.sql("UPDATE dbo.Orders SET Note = N'moved on' WHERE Id = 1");
      shop.awaitMirror(ORDERS);
      assertThat(tracker.reload(ORDERS).get(30, TimeUnit.SECONDS)).isTrue();
      shop.awaitSnapshot(tracker, ORDERS, 3);

      assertThat(closings(shop)).extracting(SnapshotClosed::snapshot).containsExactly(1, 2, 1);
      assertThat(shop.hub.cursors(Shop.SOURCE, ORDERS))
          .extracting(Cursor::snapshotDone)
          .containsExactly(3);
      shop.awaitMirror(ORDERS);
    }
  }

  private static boolean reload(Tracker tracker, String where) throws Exception {
    return tracker.reload(ORDERS, Where.parse(where)).get(30, TimeUnit.SECONDS);
  }

  private static void awaitClosings(Shop shop, int count) throws Exception {
    Shop.await(() -> closings(shop).size() == count, () -> closings(shop).toString());
  }

  @Test
  void aPartOfATableIsReadAndClosedAsSuch() throws Exception {
    try (Shop shop = withOrders()) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      assertThat(reload(tracker, "Id >= 20 AND id < 45")).isTrue();
      awaitClosings(shop, 2);

      assertThat(rows(shop).subList(ROWS, rows(shop).size()))
          .extracting(row -> (Integer) row.keyValues().get(0))
          .isEqualTo(java.util.stream.IntStream.range(20, 45).boxed().toList());
      SnapshotClosed closing = closings(shop).get(1);
      assertThat(closing.chunks()).hasSize(3);
      assertThat(closing.part())
          .isEqualTo(
              new SnapshotClosed.Part(
                  new KeyRange(
                      List.of(
                          new KeyRange.Bound(0, KeyRange.Operator.AT_LEAST, true, 0, "20"),
                          new KeyRange.Bound(0, KeyRange.Operator.LESS, true, 0, "45")))));
      Shop.await(
          () -> Shop.state(tracker, ORDERS).lastPart() != null, () -> tracker.state().toString());
      assertThat(Shop.state(tracker, ORDERS).snapshotsDone()).as("of the whole").isEqualTo(1);

      assertThat(reload(tracker, "Note = 'NOTE 7'")).isTrue();
      awaitClosings(shop, 3);
      assertThat(closings(shop).get(2).rows()).isEqualTo(1);
      assertThat(closings(shop).get(2).part()).isEqualTo(new SnapshotClosed.Part(null));

      assertThat(tracker.reload(ORDERS).get(30, TimeUnit.SECONDS)).isTrue();
      awaitClosings(shop, 4);
      assertThat(closings(shop).get(3).rows()).isEqualTo(ROWS);
      assertThat(closings(shop)).extracting(SnapshotClosed::snapshot).containsExactly(1, 2, 3, 4);
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aPartThatFitsNotIsDenied() throws Exception {
    try (Shop shop = withOrders()) {
      Semaphore gate = shop.hub.gate(45);
      Tracker tracker = shop.track("a");
      awaitBlocked(gate, tracker);
      assertThat(reload(tracker, "Id < 5")).as("being loaded").isFalse();
      open(gate);
      shop.awaitSnapshot(tracker, ORDERS, 1);

      assertThat(reload(tracker, "Missing < 5")).isFalse();
      assertThat(reload(tracker, "Id < 'x'")).isFalse();
      assertThat(closings(shop)).hasSize(1);
    }
  }

  @Test
  void aPartGoesOnAfterARestart() throws Exception {
    try (Shop shop = withOrders()) {
      Tracker first = shop.track("a");
      shop.awaitSnapshot(first, ORDERS, 1);
      Semaphore gate = shop.hub.gate(15);
      assertThat(reload(first, "Id >= 20 AND Id < 45")).isTrue();
      awaitBlocked(gate, first);
      first.close();
      open(gate);

      shop.track("a");
      awaitClosings(shop, 2);

      SnapshotClosed closing = closings(shop).get(1);
      assertThat(closing.part()).isNotNull();
      assertThat(closing.rows()).isEqualTo(25);
      assertThat(closing.chunks()).extracting(SnapshotClosed.Chunk::attempt).contains(2);
      assertThat(rows(shop)).hasSize(ROWS + 25);
    }
  }

  @Test
  void twoTrackersReadAPartOnce() throws Exception {
    try (Shop shop = withOrders()) {
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);
      shop.awaitSnapshot(b, ORDERS, 1);

      assertThat(reload(a, "Id < 30")).isTrue();
      assertThat(reload(b, "Id < 30")).isTrue();
      awaitClosings(shop, 2);
      Shop.await(
          () ->
              Shop.state(a, ORDERS).lastPart() != null && Shop.state(b, ORDERS).lastPart() != null,
          () -> a.state() + " " + b.state());

      assertThat(rows(shop)).hasSize(ROWS + 30);
      assertThat(a.reload(ORDERS).get(30, TimeUnit.SECONDS)).isTrue();
      awaitClosings(shop, 3);
      assertThat(closings(shop).get(2).rows()).isEqualTo(ROWS);
    }
  }

  @Test
  void asManyTablesAsAllowedAreReadAtATime() throws Exception {
    try (Shop shop = new Shop()) {
      shop.parallelTables = 3;
      for (int i = 0; i < 5; i++) {
        shop.sql("CREATE TABLE dbo.T%d (Id int NOT NULL PRIMARY KEY)".formatted(i));
        shop.sql("ALTER TABLE dbo.T%d ENABLE CHANGE_TRACKING".formatted(i));
        shop.sql("INSERT INTO dbo.T%d VALUES (1), (2)".formatted(i));
      }
      Set<String> seen = new HashSet<>();
      try (var stall = shop.server.faults().stallStatements(CHUNKS)) {
        Tracker tracker = shop.track("a");
        assertThat(stall.awaitWaiting(3, java.time.Duration.ofSeconds(20))).isTrue();
        tracker.state().tables().stream()
            .filter(t -> t.snapshotNumber() > 0)
            .forEach(t -> seen.add(t.table().table()));
        assertThat(seen).hasSize(3);
      }
    }
  }
}
