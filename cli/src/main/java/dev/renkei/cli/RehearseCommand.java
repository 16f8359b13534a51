package dev.renkei.cli;

import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.sqlserver.SourceCheck;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code renkei rehearse}: goes the whole way once in one process, with one row, and ends. The
 * launcher records which classes that needs, so that later starts are quicker.
 */
@Command(
    name = "rehearse",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Loads one row through everything, in this process, and ends.",
    footerHeading = "%nExamples:%n",
    footer = "  renkei rehearse")
final class RehearseCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("renkei-rehearsal-");
    try {
      Logs.toFile(folder.resolve("renkei.log"));
      rehearse(folder);
    } finally {
      remove(folder);
    }
    return ExitCode.OK.number();
  }

  private static void rehearse(Path folder) throws Exception {
    try (StandIn source = StandIn.builder().host("127.0.0.1").port(0).database("Shop").start()) {
      source.execute(
          """
          USE Shop
          GO
          ALTER DATABASE Shop SET CHANGE_TRACKING = ON
          GO
          CREATE TABLE dbo.T(ID int NOT NULL PRIMARY KEY, Name nvarchar(20) NULL)
          GO
          ALTER TABLE dbo.T ENABLE CHANGE_TRACKING
          GO
          INSERT INTO dbo.T VALUES (1, N'a')
          GO
          """);
      Configuration config = configuration(folder, source);
      var unused = SourceCheck.run(config.source(), config.tables());
      try (Node node = Node.start(config, NodePlan.everything(config), Version.number())) {
        await(node, 1);
        source.execute("USE Shop\nGO\nINSERT INTO dbo.T VALUES (2, N'b')\nGO\n");
        await(node, 2);
      }
    }
  }

  private static Configuration configuration(Path folder, StandIn source) throws Exception {
    Path file = folder.resolve("renkei.yaml");
    Files.writeString(
        file,
        """
        version: 1
        name: rehearsal
        data_dir: .
        source:
          sqlserver: {host: 127.0.0.1, port: %d, database: Shop, encrypt: false, username: %s, password: "${PASSWORD}"}
        tables: {include: ["dbo.*"], defaults: {interval: 100ms}}
        hub: {type: kafka, bootstrap_servers: embedded, partitions: 1}
        warehouses: {local: {type: duckdb, path: shop.duckdb}}
        server: {listen: "127.0.0.1:0"}
        """
            .formatted(source.port(), source.user()));
    return Configuration.load(file, Map.of("PASSWORD", source.password()));
  }

  private static void await(Node node, int rows) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (seen(node) < rows) {
      if (System.nanoTime() > until) {
        throw new CommandFailure(
            ExitCode.INTERNAL, "the rehearsal's row %d has not arrived".formatted(rows));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static int seen(Node node) {
    Optional<Warehouse> warehouse = node.warehouse("local");
    try {
      return warehouse.isEmpty() ? 0 : warehouse.get().query("FROM dbo.T", 10).rows().size();
    } catch (WarehouseException e) {
      return 0; // the table is not made yet
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
