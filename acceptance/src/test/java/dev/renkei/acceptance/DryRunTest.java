package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code renkei up --dry-run} shows what would be made, and makes nothing. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DryRunTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn source = StandIn.builder().database("Shop").tls(false).start();
    try (Connection connection = DriverManager.getConnection(source.jdbcUrl("Shop"));
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE dbo.Customers (Id int NOT NULL PRIMARY KEY, CardNumber nvarchar(20),
            Balance decimal(38,10), Seen datetime2(7))""");
      statement.execute("CREATE TABLE dbo.Sizes (Name nvarchar(10))");
    }
    return source;
  }

  @Test
  void whatKafkaAndDuckDbWouldHoldIsShown() throws Exception {
    try (StandIn source = shop();
        Installation renkei = Installation.of(folder, source, "Shop", "  include: [\"dbo.*\"]\n")) {
      Ended ended = renkei.run("up", "--dry-run");

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.output())
          .contains("dbo.Customers: 4 columns")
          .contains("dbo.Sizes: 1 column, no primary key: not read without `reload_every`")
          .contains("topic renkei.hub: 4 partitions")
          .contains("CREATE VIEW dbo.Customers AS");
      assertThat(folder.resolve("data")).as("nothing is made").doesNotExist();
    }
  }

  @Test
  void whatPubSubAndBigQueryWouldHoldIsShownWithoutAnAccount() throws Exception {
    try (StandIn source = shop();
        Installation renkei = Installation.of(folder, source, "Shop", "  include: [\"dbo.*\"]\n")) {
      Files.writeString(
          renkei.file(),
          Files.readString(renkei.file())
              .replaceAll(
                  "(?m)^hub: .*$",
                  """
                  hub: {type: pubsub, project: shop-data, state: "gs://shop-renkei/state"}
                  privacy: {columns: {dbo.Customers.CardNumber: {policy_tag: projects/p/locations/us/taxonomies/1/policyTags/2}}}""")
              .replaceAll(
                  "(?m)^warehouses: .*$",
                  "warehouses: {cloud: {type: bigquery, project: shop-data, dataset: shop, max_staleness: 5m}}"));

      Ended ended = renkei.run("up", "--dry-run");

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.output())
          .contains("track tracker-a, track tracker-b, load cloud")
          .contains("topic projects/shop-data/topics/renkei.hub: message retention 7 d")
          .contains("subscription projects/shop-data/subscriptions/renkei.hub.cloud")
          .contains("gs://shop-renkei/state/")
          .contains("CREATE SCHEMA")
          .contains("dbo_Customers_upserts")
          .contains("PRIMARY KEY")
          .contains("max_staleness")
          .contains("BIGNUMERIC")
          .contains("projects/p/locations/us/taxonomies/1/policyTags/2")
          .contains("CREATE OR REPLACE VIEW");
      assertThat(folder.resolve("data")).as("nothing is made").doesNotExist();
    }
  }
}
