package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.schema.TableName;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the proof sees: a shop on the stand-in, written by the real writer, in a real warehouse. The
 * warehouse arrived whole; each test spoils a copy of its file in one place.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ProofTest {
  private static final DuckDbOptions OPTIONS = DuckDbOptions.forRetention(Duration.ofDays(7));
  private static final TableName STOCK = ShopTable.STOCK.table();
  private static final TableName COUPONS = ShopTable.COUPON_CODES.table();

  @TempDir private static Path folder = Path.of("");
  private static @Nullable ShopServer shop;
  private static List<Topic.Message> raw = List.of();
  private static List<Topic.Message> hub = List.of();
  private static LatencyLog latencies = new LatencyLog();

  @BeforeAll
  static void fillAShopWriteIntoItAndMirrorIt() throws Exception {
    ShopServer server = ShopServer.start(4_000);
    shop = server;
    try (DuckDbWarehouse warehouse = DuckDbWarehouse.open(whole(), OPTIONS);
        Connection source = server.connect()) {
      Mirror mirror = new Mirror(source, warehouse);
      mirror.snapshot();
      server.write(ledger(), 2_000, 20, 1);
      mirror.poll();
      raw = mirror.raw;
      hub = mirror.hub;
      latencies = mirror.latencies;
    }
  }

  @AfterAll
  static void stop() {
    if (shop != null) {
      shop.close();
    }
  }

  private static Path whole() {
    return folder.resolve("whole.duckdb");
  }

  private static Path ledger() {
    return folder.resolve("ledger");
  }

  private static ShopServer shop() {
    if (shop == null) {
      throw new IllegalStateException("not started");
    }
    return shop;
  }

  private static Evidence prove(Path file) throws Exception {
    try (DuckDbWarehouse warehouse = DuckDbWarehouse.open(file, OPTIONS);
        Connection source = shop().connectByJtds()) {
      return new Proof(
              source, warehouse, Ledger.read(ledger()), raw::forEach, hub::forEach, latencies)
          .take();
    }
  }

  /** A copy in which each statement changed something. */
  private static Path spoilt(String name, String... statements) throws IOException, SQLException {
    Path copy = Files.copy(whole(), folder.resolve(name + ".duckdb"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + copy);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
      }
    }
    return copy;
  }

  private static String ask(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + whole());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).as(sql).isTrue();
      return rows.getString(1);
    }
  }

  /** Where the warehouse keeps the rows that a table's last changes left. */
  private static String tail(TableName table) throws SQLException {
    return "_renkei.tail_"
        + ask("SELECT id FROM _renkei.tables WHERE table_name = '" + table.table() + "'");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A key that was written to and is there. */
  private static String changedKey(TableName table) throws SQLException {
    return ask(
        "SELECT _key FROM %s WHERE NOT _deleted AND _sequence & 4095 = 0 ORDER BY _sequence DESC, _key LIMIT 1"
            .formatted(tail(table)));
  }

  private static String deletedKey(TableName table) throws SQLException {
    return ask(
        "SELECT _key FROM %s t WHERE _deleted AND _sequence = (SELECT max(_sequence) FROM %1$s u WHERE u._key = t._key) ORDER BY _sequence DESC, _key LIMIT 1"
            .formatted(tail(table)));
  }

  @Test
  void findsNothingWhereEverythingArrived() throws Exception {
    Evidence evidence = prove(whole());

    assertThat(evidence.differences()).isEmpty();
    assertThat(evidence.unbalanced()).isEmpty();
    assertThat(evidence.isFine()).isTrue();
    assertThat(evidence.lost()).isZero();
    assertThat(evidence.duplicated()).isZero();
    assertThat(evidence.verify().equal()).isTrue();
    assertThat(evidence.verify().tables()).isEqualTo(8);
    assertThat(evidence.verify().rows()).isGreaterThan(3_500);
    assertThat(evidence.verify().throughVersion()).isPositive();
    assertThat(evidence.snapshotRows()).isEqualTo(4_000);
    assertThat(evidence.committed()).isGreaterThan(300);
    assertThat(evidence.collapsed()).as("one poll folds").isPositive();
    assertThat(evidence.committed()).isEqualTo(evidence.collapsed() + evidence.delivered());
    assertThat(evidence.rawMessages()).isEqualTo(2 * evidence.delivered());
    assertThat(evidence.latency().samples()).isEqualTo(evidence.delivered());
  }

  @Test
  void namesARowThatIsMissing() throws Exception {
    String key = changedKey(STOCK);
    Path file =
        spoilt(
            "missing",
            "UPDATE %s SET _deleted = true WHERE _key = %s".formatted(tail(STOCK), quoted(key)));

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isEqualTo(1);
    assertThat(evidence.verify().equal()).isFalse();
    assertThat(evidence.differences())
        .containsExactly(
            new Difference(STOCK, key, "the source has this row, the warehouse does not"));
  }

  @Test
  void namesAColumnThatDiffers() throws Exception {
    String key = changedKey(STOCK);
    Path file =
        spoilt(
            "altered",
            "UPDATE %s SET \"Quantity\" = \"Quantity\" + 1 WHERE _key = %s"
                .formatted(tail(STOCK), quoted(key)));

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isEqualTo(1);
    assertThat(evidence.verify().equal()).isFalse();
    assertThat(evidence.differences())
        .containsExactly(new Difference(STOCK, key, "column Quantity differs"));
  }

  @Test
  void seesTheSeventhDigitOfASecond() throws Exception {
    String key =
        ask(
            "SELECT _key FROM %s WHERE NOT _deleted AND _exact IS NOT NULL LIMIT 1"
                .formatted(tail(STOCK)));
    Path file =
        spoilt(
            "digit",
            "UPDATE %s SET _exact = NULL WHERE _key = %s".formatted(tail(STOCK), quoted(key)));

    assertThat(prove(file).differences())
        .containsExactly(new Difference(STOCK, key, "column ChangedAt differs"));
  }

  @Test
  void tellsNullFromTheEmptyText() throws Exception {
    String key =
        ask(
            "SELECT _key FROM %s WHERE NOT _deleted AND \"Note\" = '' LIMIT 1"
                .formatted(tail(COUPONS)));
    Path file =
        spoilt(
            "null",
            "UPDATE %s SET \"Note\" = NULL WHERE _key = %s".formatted(tail(COUPONS), quoted(key)));

    assertThat(prove(file).differences())
        .containsExactly(new Difference(COUPONS, key, "column Note differs"));
  }

  @Test
  void namesAnOlderVersionThoughTheRowIsTheSame() throws Exception {
    String key = changedKey(STOCK);
    Path file =
        spoilt(
            "older",
            "UPDATE %s SET _sequence = _sequence - 4096 WHERE _key = %s"
                .formatted(tail(STOCK), quoted(key)));

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isEqualTo(1);
    assertThat(evidence.verify().equal()).isTrue();
    assertThat(evidence.differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.key()).isEqualTo(key);
              assertThat(difference.what()).contains("the source has version");
            });
  }

  @Test
  void namesARowThatShouldBeGone() throws Exception {
    String key = deletedKey(ShopTable.CART_LINES.table());
    Path file =
        spoilt(
            "revived",
            "UPDATE %s SET _deleted = false WHERE _key = %s"
                .formatted(tail(ShopTable.CART_LINES.table()), quoted(key)));

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isEqualTo(1);
    assertThat(evidence.differences())
        .containsExactly(
            new Difference(
                ShopTable.CART_LINES.table(),
                key,
                "the source has deleted this row, the warehouse still has it"));
  }

  @Test
  void namesADeleteThatIsNotInTheLog() throws Exception {
    TableName table = ShopTable.CART_LINES.table();
    String key = deletedKey(table);
    Path file =
        spoilt(
            "undeleted",
            "DELETE FROM dbo.\"CartLines_changes\" WHERE _type = 'D' AND _key = " + quoted(key));

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isEqualTo(1);
    assertThat(evidence.differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.table()).isEqualTo(table);
              assertThat(difference.key()).isEqualTo(key);
              assertThat(difference.what()).contains("the log does not end so");
            });
  }

  @Test
  void namesAPlantedDuplicate() throws Exception {
    Path file = Files.copy(whole(), folder.resolve("duplicate.duckdb"));
    Planted planted = PlantedDuplicate.into(file, COUPONS);

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isZero();
    assertThat(evidence.duplicated()).isEqualTo(1);
    assertThat(evidence.isFine()).isFalse();
    assertThat(evidence.differences())
        .containsExactly(
            new Difference(
                planted.table(), planted.key(), "more than once in the log with one sequence"));
  }

  @Test
  void namesAKeyThatIsThereTwiceInTwoSpellings() throws Exception {
    String key = changedKey(COUPONS);
    Path file =
        spoilt(
            "twice",
            "INSERT INTO %1$s SELECT * REPLACE (_key || 'x' AS _key, lower(\"Code\") || ' ' AS \"Code\") FROM %1$s WHERE _key = %2$s QUALIFY row_number() OVER (ORDER BY _sequence DESC) = 1"
                .formatted(tail(COUPONS), quoted(key)));

    Evidence evidence = prove(file);

    assertThat(evidence.duplicated()).isEqualTo(1);
    assertThat(evidence.differences())
        .contains(new Difference(COUPONS, key, "more than once in the current table"));
  }

  @Test
  void namesTheKeyWhoseMessagesWereSwallowed() throws Exception {
    List<String> lost = new ArrayList<>();
    Path file = folder.resolve("swallowed.duckdb");
    Path ledger = folder.resolve("swallowed.ledger");
    try (ShopServer other = ShopServer.start(1_000);
        DuckDbWarehouse warehouse = DuckDbWarehouse.open(file, OPTIONS);
        Connection reading = other.connect();
        Connection source = other.connectByJtds()) {
      Mirror mirror = new Mirror(reading, warehouse);
      mirror.snapshot();
      mirror.lose(change -> isFirst(change, lost));
      other.write(ledger, 500, 5, 1);
      mirror.poll();

      Evidence evidence =
          new Proof(
                  source,
                  warehouse,
                  Ledger.read(ledger),
                  mirror.raw::forEach,
                  mirror.hub::forEach,
                  mirror.latencies)
              .take();

      assertThat(evidence.unbalanced()).as("the hub had everything").isEmpty();
      assertThat(evidence.lost()).isEqualTo(1);
      assertThat(evidence.differences().get(0).key()).isEqualTo(lost.get(0));
    }
  }

  private static boolean isFirst(Change change, List<String> lost) {
    if (lost.isEmpty() && change.table().equals(STOCK)) {
      lost.add(change.key().folded());
    }
    return change.table().equals(STOCK) && lost.contains(change.key().folded());
  }

  @Test
  void namesEveryRowOfATableThatNeverCame() throws Exception {
    Path file = folder.resolve("empty.duckdb");
    DuckDbWarehouse.open(file, OPTIONS).close();

    Evidence evidence = prove(file);

    assertThat(evidence.lost()).isGreaterThan(3_500);
    assertThat(evidence.differences()).hasSize(Evidence.MAX_NAMED);
    assertThat(evidence.verify().equal()).isFalse();
  }
}
