package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.process.Child;
import dev.renkei.server.ControlException;
import dev.renkei.standin.Faults;
import dev.renkei.standin.StandIn;
import dev.renkei.standin.sql.SqlError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators fear is done to an installation, and they are told by a webhook, and told again
 * when it is mended: {@code docs/alerts.md}, but for what other tests do. Dead letters, which are
 * remembered for ten minutes, are not waited for.
 */
@Tag("long")
@Timeout(value = 25, unit = TimeUnit.MINUTES)
class AlertsByCauseTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final Pattern CHANGES_OF_STOCK =
      Pattern.compile("CHANGES \\[dbo\\]\\.\\[Stock\\], [^)]*\\) AS c\\s+LEFT JOIN");
  private static final SqlError LOCKED =
      new SqlError(1222, 16, 1, "Lock request time out period exceeded.");

  @TempDir private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 3 MINUTES)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Stock (ProductID int NOT NULL PRIMARY KEY, Quantity int NOT NULL)
        ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Stock VALUES (1, 2)
        CREATE TABLE dbo.Seldom (ID int NOT NULL IDENTITY PRIMARY KEY, Note nvarchar(20) NOT NULL)
        ALTER TABLE dbo.Seldom ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Seldom (Note) VALUES (N'first')
        """);
    return shop;
  }

  private Installation installation(StandIn shop, Webhooks receiver) throws Exception {
    Installation renkei =
        Installation.of(
            folder,
            shop,
            "Shop",
            """
              defaults: {interval: 100ms}
              include: ["dbo.*"]
              override: {dbo.Seldom: {interval: 20s}}
            """);
    Files.writeString(
        renkei.file(),
        """
        trackers: {mode: active_active}
        objectives: {lag_p99: 2s, retention_left: 120s}
        alerts:
          memory: 1%%
          cpu: 1%%
          to: [{webhook: "%s", secret: "%s"}]
        """
            .formatted(receiver.url("/alert"), Webhooks.SECRET),
        StandardOpenOption.APPEND);
    return renkei;
  }

  @Test
  void everythingThatIsDoneToItIsToldAndThatItIsWellAgainToo() throws Exception {
    try (Webhooks receiver = new Webhooks(call -> 204);
        StandIn shop = shop();
        Installation renkei = installation(shop, receiver)) {
      Notices notices = new Notices(receiver, PATIENCE);
      renkei.up();
      try (Child doomed = renkei.track("tracker-c")) {
        awaitRows(renkei);
        takesTheHubFromATrackerAndTheFileFromTheLoader(renkei, notices);
        publishesWhatNobodyCanRead(renkei, notices);
        Installation.kill(doomed);
        notices.await("firing", "tracker_gone", "tracker tracker-c");
      }
      try (Child again = renkei.track("tracker-c")) {
        notices.await("cleared", "tracker_gone", "tracker tracker-c");
        locksATableForLong(shop, notices);
        changesWhatIsSeldomRead(shop, notices);
        assertThat(again.isAlive()).isTrue();
      }
      notices.await("firing", "memory_high", "process");
      notices.await("firing", "cpu_high", "process");
      assertThat(receiver.calls()).allMatch(Webhooks.Call::signed);
    }
  }

  // ---- what is done ----

  private static void awaitRows(Installation renkei) throws Exception {
    renkei.until(
        () -> {
          try {
            String there =
                renkei
                    .client()
                    .query("SELECT count(*) FROM dbo.Stock, dbo.Seldom", "local", 1)
                    .rows()
                    .toString();
            return there.equals("[[1]]") ? Optional.empty() : Optional.of("rows " + there);
          } catch (ControlException e) {
            return Optional.of(String.valueOf(e.getMessage()));
          }
        });
  }

  /**
   * The process that hosts the hub is killed: only the tracker is left to tell. Where it starts
   * again another program holds the warehouse's file.
   */
  private static void takesTheHubFromATrackerAndTheFileFromTheLoader(
      Installation renkei, Notices notices) throws Exception {
    renkei.kill();
    notices.await("firing", "hub_unreachable", "process");
    String file =
        renkei.configuration().dataDir().resolve("warehouse.duckdb").toAbsolutePath().toString();
    try (Connection foreign = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      renkei.up();
      notices.await("cleared", "hub_unreachable", "process");
      notices.await("firing", "loader_down", "warehouse local");
      assertThat(foreign.isClosed()).isFalse();
    }
    notices.await("cleared", "loader_down", "warehouse local");
  }

  private static void publishesWhatNobodyCanRead(Installation renkei, Notices notices)
      throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", renkei.status().hub().address());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] nothing = "no message".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>("renkei.hub", nothing)).get();
    }
    notices.await("firing", "dead_letters", "warehouse local");
  }

  private static void locksATableForLong(StandIn shop, Notices notices) throws Exception {
    try (Faults.Order locked = shop.faults().failStatements(CHANGES_OF_STOCK, 1_000_000, LOCKED)) {
      shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = 3");
      notices.await("firing", "retention_running_out", "table dbo.Stock, tracker tracker-a");
    }
    notices.await("cleared", "retention_running_out", "table dbo.Stock, tracker tracker-a");
  }

  private static void changesWhatIsSeldomRead(StandIn shop, Notices notices) throws Exception {
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    try {
      Future<?> writing = writer.scheduleWithFixedDelay(() -> insert(shop), 0, 1, TimeUnit.SECONDS);
      notices.await("firing", "lag_over_objective", "table dbo.Seldom, warehouse local");
      assertThat(writing.isDone()).isFalse();
    } finally {
      writer.shutdownNow();
    }
    notices.await("cleared", "lag_over_objective", "table dbo.Seldom, warehouse local");
  }

  private static void insert(StandIn shop) {
    try {
      shop.execute("USE Shop\nGO\nINSERT INTO dbo.Seldom (Note) VALUES (N'another')");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
