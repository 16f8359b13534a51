package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.StandIn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitTimesTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

  @ParameterizedTest(name = "committed {0}, source {1} minutes from UTC: {2}")
  @CsvSource({
    "2026-03-10T11:59:58, 540, Z", // UTC, a fresh one
    "2026-03-10T20:59:58, 540, +09:00", // its own time: in UTC it would be to come
    "2026-03-10T06:59:58, -300, -05:00",
    "2026-03-10T11:59:58, -300, Z",
    "2026-03-10T12:00:30, 540, Z", // clocks differ a little
    "2026-03-10T11:59:58, 0, Z",
    "2026-03-10T08:00:00, 540, ", // too old to tell
  })
  void tellsTheZoneOfAFreshCommit(
      LocalDateTime committed, int offsetMinutes, @Nullable String zone) {
    assertThat(CommitTimes.zone(committed, NOW, offsetMinutes))
        .isEqualTo(zone == null ? null : ZoneOffset.of(zone));
  }

  @Test
  void readsWhenVersionsWereCommitted() throws Exception {
    try (StandIn source = StandIn.builder().port(0).database("Shop").start();
        Connection connection = DriverManager.getConnection(source.jdbcUrl("Shop"))) {
      source.execute(
          """
          USE Shop
          GO
          ALTER DATABASE Shop SET CHANGE_TRACKING = ON
          GO
          CREATE TABLE dbo.T(ID int NOT NULL PRIMARY KEY)
          GO
          ALTER TABLE dbo.T ENABLE CHANGE_TRACKING
          GO
          INSERT INTO dbo.T VALUES (1)
          GO
          INSERT INTO dbo.T VALUES (2)
          GO
          """);
      CommitTimes times = new CommitTimes();

      times.read(connection, 2, Instant.now());

      for (long version = 1; version <= 2; version++) {
        Instant at = times.of(version);
        assertThat(at).isNotNull();
        assertThat(Duration.between(at, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
      }
      assertThat(times.of(3)).isNull();
    }
  }

  @Test
  void doesWithoutWhereTheRightIsMissing() throws Exception {
    try (StandIn source = StandIn.builder().port(0).database("Shop").start()) {
      source.execute(
          """
          CREATE LOGIN reader WITH PASSWORD = 'Pass-1234'
          GO
          USE Shop
          GO
          ALTER DATABASE Shop SET CHANGE_TRACKING = ON
          GO
          CREATE USER reader FOR LOGIN reader
          GO
          """);
      String url =
          "jdbc:sqlserver://127.0.0.1:%d;databaseName=Shop;user=reader;password=Pass-1234;encrypt=false"
              .formatted(source.port());
      try (Connection connection = DriverManager.getConnection(url)) {
        CommitTimes times = new CommitTimes();

        times.read(connection, 5, NOW);

        assertThat(times.of(5)).isNull();
      }
    }
  }
}
