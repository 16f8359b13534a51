package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Duplicates of two trackers are removed on a real Flink cluster, as a user brings dedupe there:
 * one of its TaskManagers is killed under load, and then a new version of the job takes over.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FlinkClusterTest {
  private static final String DATABASE = "Shop";
  private static final Set<String> TABLES = Set.of("dbo.Stock", "dbo.Orders");
  private static final int CHANGES = 1_500;
  private static final int CHANGES_PER_SECOND = 300;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void aKilledTaskManagerAndANewVersionLoseNothing() throws Exception {
    try (StandIn source = StandIn.builder().inMemory().database(DATABASE).start()) {
      fill(source);
      try (FlinkProcesses flink = FlinkProcesses.start(folder.resolve("flink"), 2, 2);
          Installation renkei = installation(source)) {
        renkei.up();
        assertThat(pipeline(renkei, flink))
            .returns(0, Ended::code)
            .satisfies(ended -> assertThat(ended.output()).contains("job renkei-proof-dedupe"));
        try (Writing writing =
            Writing.start(source, DATABASE, 1, CHANGES_PER_SECOND, folder.resolve("logs"))) {
          renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(TABLES));

          writing.until(writing.changes() + CHANGES);
          flink.killTaskManager(0);
          writing.until(writing.changes() + CHANGES);
          renkei.until(
              () ->
                  flink.restarts() > 0
                      ? Optional.empty()
                      : Optional.of("the job has lost nothing with its TaskManager"));
          assertThat(pipeline(renkei, flink).errors()).contains("--replace");
          assertThat(pipeline(renkei, flink, "--replace"))
              .returns(0, Ended::code)
              .satisfies(ended -> assertThat(ended.output()).contains("with savepoint file:"));
          writing.until(writing.changes() + CHANGES);

          renkei.untilArrived(writing.end().version());
        }
        assertThat(renkei.run("dead-letters", "list").output()).isEqualToIgnoringNewLines("none");
        assertThat(renkei.stop().code()).isZero();
      }
      assertThat(Warehouses.differences(source, DATABASE, folder, TABLES)).isEmpty();
    }
  }

  private Ended pipeline(Installation renkei, FlinkProcesses flink, String... more)
      throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "pipeline",
                "dedupe",
                "-c",
                renkei.file().toString(),
                "--runner=flink",
                "--flink-master=" + flink.master()));
    command.addAll(List.of(more));
    // The cluster has the libraries on its own class path.
    command.add("--");
    command.add("--filesToStage=" + Project.root().resolve("beam/target/classes"));
    return renkei.runAsIs(command);
  }

  private Installation installation(StandIn source) throws Exception {
    Installation renkei =
        Installation.of(
            folder,
            source,
            DATABASE,
            """
              defaults: {interval: 100ms}
              include: ["dbo.*"]
            """);
    Files.writeString(
        renkei.file(),
        "pipelines: {dedupe: true, flink: {parallelism: 2}}\n",
        StandardOpenOption.APPEND);
    renkei.set("JAVA_TOOL_OPTIONS", "-Drenkei.home=" + Project.root());
    return renkei;
  }

  private static void fill(StandIn source) throws Exception {
    try (Connection connection = DriverManager.getConnection(source.jtdsUrl(DATABASE));
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "ALTER DATABASE [Shop] SET CHANGE_TRACKING = ON",
              "CREATE TABLE dbo.Stock (Product int NOT NULL, Size varchar(4) NOT NULL,"
                  + " Quantity int, PRIMARY KEY (Product, Size))",
              "CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(40),"
                  + " Amount decimal(12, 2))",
              "ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING",
              "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING")) {
        statement.execute(sql);
      }
      for (int i = 0; i < 300; i++) {
        statement.addBatch("INSERT INTO dbo.Stock VALUES (%d, 'M', %d)".formatted(i, i % 7));
        statement.addBatch("INSERT INTO dbo.Orders VALUES (%d, N'注文', %d.25)".formatted(i, i));
      }
      statement.executeBatch();
    }
  }
}
