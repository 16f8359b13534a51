package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.Configuration;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code renkei check} and {@code renkei init}. */
@Timeout(60)
class SourceCheckTest {
  private static List<String> check(Shop shop) {
    TrackerOptions options = shop.options("a");
    return SourceCheck.run(options.source(), options.tables()).stream()
        .map(SourceCheck.Finding::toString)
        .toList();
  }

  @Test
  void findsNothingWhereAllIsThere() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      assertThat(check(shop)).isEmpty();
    }
  }

  @Test
  void namesEveryMissingPieceWithTheStatementThatMendsIt() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      shop.sql("CREATE TABLE dbo.Untracked (Id int NOT NULL PRIMARY KEY)");
      shop.sql("CREATE TABLE dbo.Keyless (Id int)");
      shop.sql("ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION OFF");
      shop.sql("CREATE LOGIN reader WITH PASSWORD = 'Secret_1'");
      shop.sql("CREATE USER reader FOR LOGIN reader");
      shop.sql("GRANT SELECT TO reader");
      shop.user = "reader";

      String findings = String.join("\n", check(shop));

      assertThat(findings)
          .contains("ALTER DATABASE [Shop] SET ALLOW_SNAPSHOT_ISOLATION ON")
          .contains("GRANT VIEW DATABASE STATE TO [reader]")
          .contains("dbo.Keyless: it has no primary key")
          .contains("GRANT VIEW CHANGE TRACKING ON [dbo].[Orders] TO [reader]")
          .doesNotContain("Secret_1");
    }
  }

  @Test
  void toldTheLoginOrTheServerIsWrongItSaysSo() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      shop.user = "nobody";
      assertThat(check(shop)).singleElement().asString().contains("source.sqlserver");
    }
  }

  @Test
  void findsTrackingOffForDatabaseAndTable() throws Exception {
    try (StandIn server = StandIn.builder().database("Bare").start();
        Shop shop = new Shop("CREATE TABLE dbo.Untracked (Id int NOT NULL PRIMARY KEY)")) {
      assertThat(String.join("\n", check(shop)))
          .contains("ALTER TABLE [dbo].[Untracked] ENABLE CHANGE_TRACKING");
      try (var connection = java.sql.DriverManager.getConnection(server.jdbcUrl("Bare"))) {
        assertThat(
                SourceCheck.ofDatabase(
                        SqlServerCatalog.database(connection),
                        dev.renkei.core.config.SourceConfig.Isolation.SNAPSHOT)
                    .toString())
            .contains("ALTER DATABASE [Bare] SET CHANGE_TRACKING = ON");
      }
    }
  }

  @Test
  void theDraftIsAConfigurationThatLoads(@TempDir Path folder) throws Exception {
    try (Shop shop = Shop.withOrders()) {
      shop.sql("CREATE TABLE dbo.Sizes (Name nvarchar(20))");
      Path file = folder.resolve("my.yaml");

      Files.writeString(file, ConfigDraft.of(shop.server.jdbcUrl("Shop")));

      String password = shop.server.password();
      assertThat(Files.readString(file)).doesNotContain(password);
      Configuration configuration =
          Configuration.load(file, Map.of("SQLSERVER_USER", "sa", "SQLSERVER_PASSWORD", password));
      assertThat(SourceCheck.run(configuration.source(), configuration.tables())).isEmpty();
    }
  }
}
