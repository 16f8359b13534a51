package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Cursor;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.Faults;
import dev.renkei.standin.StandIn;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes an installation of this release, for {@link UpgradeTest} of the next ones to go on with.
 * Its name is that of no test: it runs only where it is asked for, with {@code
 * -Drenkei.keep=VERSION}, when a release is cut.
 */
@EnabledIfSystemProperty(named = "renkei.keep", matches = ".+")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KeepInstallation {
  private static final Pattern SNAPSHOT_OF_SLOW =
      Pattern.compile("FROM \\[dbo\\]\\.\\[Slow\\] AS t");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void makesAnInstallation() throws Exception {
    assertThat(InetAddress.getLocalHost().getHostName())
        .as("RocksDB writes the host's name into its files; the README beside the zips tells how")
        .isEqualTo("localhost");
    Path zip =
        Project.root()
            .resolve("acceptance/src/test/resources/kept")
            .resolve(Objects.requireNonNull(System.getProperty("renkei.keep")) + ".zip");
    try (StandIn source = KeptInstallation.source(folder)) {
      create(source);
      configure();
      try (Installation renkei = Installation.in(folder, source.user(), source.password())) {
        renkei.set("SOURCE_PORT", Integer.toString(source.port()));
        live(renkei, source);
      }
    }
    Files.createDirectories(zip.getParent());
    KeptInstallation.pack(folder, zip);
    System.out.printf("kept in %s, %d bytes%n", zip, Files.size(zip));
  }

  private void configure() throws Exception {
    Files.writeString(
        folder.resolve("my.yaml"),
        """
        version: 1
        name: kept
        data_dir: ./data
        source:
          name: shop
          sqlserver:
            host: 127.0.0.1
            port: "${SOURCE_PORT}"
            database: Shop
            encrypt: false
            username: "${SQLSERVER_USER}"
            password: "${SQLSERVER_PASSWORD}"
        tables:
          defaults: {interval: 100ms}
          include: ["dbo.*"]
          override:
            dbo.Visits: {reload_every: 30d}
            dbo.Stopped: {on_history_lost: stop}
        hub: {type: kafka, bootstrap_servers: embedded, retention: 365d}
        warehouses: {local: {type: duckdb, path: ./data/warehouse.duckdb}}
        server: {listen: "127.0.0.1:0"}
        """);
  }

  private static void create(StandIn source) throws Exception {
    source.execute(
        """
        USE Shop
        GO
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = OFF)
        CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Customer nvarchar(40), Amount decimal(18,4),
          At datetime2(7), Note nvarchar(max))
        CREATE TABLE dbo.Codes (Code nvarchar(20) COLLATE Japanese_CI_AS NOT NULL PRIMARY KEY, Meaning nvarchar(40))
        CREATE TABLE dbo.[Exact Codes] (Code varchar(20) COLLATE Latin1_General_CS_AS NOT NULL PRIMARY KEY, Version rowversion)
        CREATE TABLE dbo.Lines (OrderId int NOT NULL, Line smallint NOT NULL, Price money, [Double] AS (Price * 2),
          PRIMARY KEY (OrderId, Line))
        CREATE TABLE dbo.Moments (At datetimeoffset(7) NOT NULL, Amount decimal(38,10) NOT NULL, Guid uniqueidentifier,
          Bytes varbinary(20), Ratio float, Flag bit, Doc xml, PRIMARY KEY (At, Amount))
        CREATE TABLE dbo.Visits (At datetime2(7), Page nvarchar(50))
        CREATE TABLE dbo.Slow (Id int NOT NULL PRIMARY KEY, Note nvarchar(40))
        CREATE TABLE dbo.Stopped (Id int NOT NULL PRIMARY KEY, Note nvarchar(40))
        GO
        INSERT INTO dbo.Orders VALUES (1, N'鈴木', 10.5, '2026-01-01 00:00:00.1234567', N''), (2, N'O''Brien', NULL, NULL, NULL),
          (3, N'gone soon', 99999999999999.9999, '9999-12-31 23:59:59.9999999', N'長い')
        INSERT INTO dbo.Codes VALUES (N'abc', N'lower'), (N'Ｗｉｄｅ', N'wide'), (N'gone', NULL)
        INSERT INTO dbo.[Exact Codes] (Code) VALUES ('abc'), ('ABC')
        INSERT INTO dbo.Lines (OrderId, Line, Price) VALUES (1, 1, 10.25), (1, 2, NULL), (12, 3, 1), (1, 23, 2)
        INSERT INTO dbo.Moments VALUES ('2026-01-01 00:00:00.0000001 +09:00', 0.0000000001, NEWID(), 0x00ff, 0.1, 1, N'<a/>'),
          ('0001-01-01 00:00:00 +00:00', 1, NULL, NULL, NULL, NULL, NULL)
        INSERT INTO dbo.Visits VALUES ('2026-01-01', N'twice'), ('2026-01-01', N'twice'), (NULL, NULL)
        INSERT INTO dbo.Slow VALUES (1, N'a'), (2, N'b')
        INSERT INTO dbo.Stopped VALUES (1, N'a'), (2, N'b')
        ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
        ALTER TABLE dbo.Codes ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.[Exact Codes] ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Lines ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Moments ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Slow ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Stopped ENABLE CHANGE_TRACKING
        """);
  }

  private void live(Installation renkei, StandIn source) throws Exception {
    Set<String> loaded = new TreeSet<>(KeptInstallation.FOLLOWED);
    loaded.addAll(Set.of(KeptInstallation.KEYLESS, KeptInstallation.STOPPED));
    try (Faults.Stall slow = source.faults().stallStatements(SNAPSHOT_OF_SLOW)) {
      renkei.up();
      renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(loaded));
      write(source);
      setOneMessageAside(renkei);
      renkei.until(
          () ->
              Progress.of(renkei.status()).snapshots("dbo.Lines") > 1
                  ? Optional.empty()
                  : Optional.of("dbo.Lines is not loaded again"));
      renkei.until(() -> phase(renkei.status(), KeptInstallation.STOPPED));
      renkei.until(() -> cursorOfAHalfReadTable(renkei));
      assertThat(slow.waiting()).isPositive();
      renkei.untilArrived(
          version(source), Set.of(KeptInstallation.KEYLESS, KeptInstallation.STOPPED));
      assertThat(renkei.stop().code()).isZero();
    }
  }

  private static void write(StandIn source) throws Exception {
    source.execute(
        """
        USE Shop
        GO
        UPDATE dbo.Orders SET Amount = 11 WHERE Id = 1
        DELETE FROM dbo.Orders WHERE Id = 3
        INSERT INTO dbo.Orders VALUES (4, N'new', -0.0001, NULL, NULL)
        UPDATE dbo.Codes SET Code = N'ABC' WHERE Code = N'abc'
        DELETE FROM dbo.Codes WHERE Code = N'gone'
        DELETE FROM dbo.[Exact Codes] WHERE Code = 'ABC'
        INSERT INTO dbo.[Exact Codes] (Code) VALUES ('Abc')
        UPDATE dbo.Lines SET Line = 4 WHERE OrderId = 12
        DELETE FROM dbo.Moments WHERE Amount = 1
        INSERT INTO dbo.Slow VALUES (3, N'c')
        TRUNCATE TABLE dbo.Stopped
        """);
  }

  /** A stranger in the hub's topic, and a command. */
  private static void setOneMessageAside(Installation renkei) throws Exception {
    Map<String, Object> settings =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, renkei.status().hub().address());
    try (KafkaProducer<byte[], byte[]> stranger =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      stranger
          .send(
              new ProducerRecord<>(
                  "renkei.hub", "no message of ours".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
    assertThat(renkei.run("reload", "dbo.Lines").code()).isZero();
    renkei.until(
        () ->
            renkei.status().warehouses().get(0).deadLetters() == 1
                ? Optional.empty()
                : Optional.of("no dead letter"));
  }

  private static Optional<String> phase(StatusReport status, String table) {
    boolean everywhere =
        status.trackers().stream()
            .allMatch(
                tracker ->
                    tracker.tables().stream()
                        .anyMatch(
                            one ->
                                one.table().equals(table)
                                    && one.phase() == StatusReport.Table.Phase.STOPPED));
    return everywhere ? Optional.empty() : Optional.of(table + " is not stopped");
  }

  private static Optional<String> cursorOfAHalfReadTable(Installation renkei) throws Exception {
    try (KafkaHub hub =
        KafkaHub.join(
            (HubConfig.Kafka) renkei.configuration().hub(), renkei.configuration().dataDir())) {
      for (Cursor cursor : hub.cursors().cursors("shop")) {
        if (cursor.table().toString().equals(KeptInstallation.HALF_READ)
            && cursor.snapshot() != null) {
          return Optional.empty();
        }
      }
    }
    return Optional.of("nobody has begun to read " + KeptInstallation.HALF_READ);
  }

  private static long version(StandIn source) throws Exception {
    try (var connection =
            java.sql.DriverManager.getConnection(source.jtdsUrl(KeptInstallation.DATABASE));
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }
}
