package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.renkei.acceptance.faults.PubSubShop.Said;
import dev.renkei.bigquery.standin.Faults;
import dev.renkei.hub.pubsub.PubSubEmulator;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code renkei check} on Pub/Sub and BigQuery. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CloudCheckTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void tellsWhatIsMissingWhatIsWellAndWhatIsDenied() throws Exception {
    PubSubEmulator.Found found = PubSubEmulator.find();
    assumeFalse(
        found instanceof PubSubEmulator.Found.Nowhere,
        () -> "needs Google's Pub/Sub emulator: " + found);
    try (CloudSite site = CloudSite.open(folder)) {
      site.sql(
          "ALTER DATABASE Shop SET CHANGE_TRACKING = ON",
          "CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(40))",
          "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING",
          "INSERT INTO dbo.Orders VALUES (1, N'one')");

      Said before = site.said("check");
      assertThat(before.code()).as(before.toString()).isZero();
      assertThat(before.out())
          .contains("topics/renkei.hub is not there; `renkei up` makes it")
          .contains("the dataset shop-data.shop is not there; `renkei up`");

      site.start("up", "up");
      site.until(
          "the row",
          () ->
              site.bigQuery()
                      .query("SELECT table_name FROM `shop-data.shop._renkei_tables`")
                      .isEmpty()
                  ? "no table yet"
                  : "");
      site.stop("up");
      Said well = site.said("check");
      assertThat(well.code()).as(well.toString()).isZero();
      assertThat(well.out())
          .contains("ok    hub            Pub/Sub in project shop-data")
          .contains("ok    warehouse      cloud: BigQuery shop-data.shop")
          .doesNotContain("is not there");

      try (Faults.Switch denied = site.bigQuery().faults().denyAll()) {
        Said refused = site.said("check");
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.out())
            .contains("FAIL  warehouse      warehouse cloud", "roles/bigquery.jobUser");
      }
      site.stopHub();
      Said silent = site.said("check");
      assertThat(silent.code()).isEqualTo(4);
      assertThat(silent.out()).contains("FAIL  hub", "no answer");
    }
  }
}
