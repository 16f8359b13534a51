package dev.renkei.cli;

import dev.renkei.cli.node.Hubs;
import dev.renkei.cli.node.Warehouses;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.pubsub.PubSubCheck;
import dev.renkei.sqlserver.SourceCheck;
import dev.renkei.sqlserver.SourceCheck.Finding;
import dev.renkei.sqlserver.SourceSchemas;
import dev.renkei.warehouse.bigquery.BigQueryCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code renkei check}: everything that is missing, with what mends it, before anything starts. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks the configuration, the source (rights, Change Tracking, retention against intervals), the hub and the",
      "warehouses, and names everything that is missing with the T-SQL or setting that mends it."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei check -c shop.yaml"})
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  CheckCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Logs.toConsole();
    PrintWriter out = spec.commandLine().getOut();
    Configuration config = option.load();
    out.printf("ok    configuration  %s%n", option.file());
    ExitCode filters = filters(config, out);
    ExitCode events = events(config, out);
    ExitCode source = source(config, out);
    ExitCode privacy = privacy(config, source == ExitCode.OK, out);
    ExitCode hub = hub(config, out);
    ExitCode warehouses = warehouses(config, out);
    out.flush();
    for (ExitCode code : List.of(filters, events, privacy, source, hub, warehouses)) {
      if (code != ExitCode.OK) {
        return code.number();
      }
    }
    return ExitCode.OK.number();
  }

  /**
   * Row filters, features and rules, as far as the source can be asked; whether it can is told
   * next.
   */
  private static ExitCode filters(Configuration config, PrintWriter out) {
    List<Finding> findings = new ArrayList<>(FilterCheck.findings(config));
    findings.addAll(UsesCheck.findings(config));
    findings.forEach(finding -> out.printf("FAIL  configuration  %s%n", finding));
    return findings.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  private static ExitCode events(Configuration config, PrintWriter out) {
    List<String> findings = EventCheck.findings(config);
    findings.forEach(finding -> out.printf("FAIL  configuration  %s%n", finding));
    return findings.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  private static ExitCode source(Configuration config, PrintWriter out) {
    List<Finding> findings = SourceCheck.run(config.source(), config.tables());
    boolean fatal = findings.stream().anyMatch(Finding::fatal);
    if (!fatal) {
      out.printf(
          "ok    source         %s:%d, database %s%n",
          config.source().sqlserver().host(),
          config.source().sqlserver().port(),
          config.source().sqlserver().database());
    }
    for (Finding finding : findings) {
      out.printf("%s  source         %s%n", finding.fatal() ? "FAIL" : "note", finding);
    }
    return fatal ? ExitCode.SOURCE : ExitCode.OK;
  }

  private static ExitCode privacy(Configuration config, boolean reachable, PrintWriter out) {
    PrivacyCheck.Result result =
        reachable
            ? PrivacyCheck.run(config)
            : new PrivacyCheck.Result(PrivacyCheck.keys(config), List.of());
    result.faults().forEach(fault -> out.printf("FAIL  privacy        %s%n", fault));
    result.notes().forEach(note -> out.printf("note  privacy        %s%n", note));
    return result.faults().isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  private static ExitCode hub(Configuration config, PrintWriter out) throws InterruptedException {
    try {
      if (config.hub() instanceof HubConfig.PubSub pubSub) {
        return pubSub(pubSub, config, out);
      }
      HubConfig.Kafka kafka = (HubConfig.Kafka) config.hub();
      if (kafka.embedded()) {
        Optional<String> problem = unwritable(config.dataDir());
        if (problem.isPresent()) {
          throw new HubException(problem.get());
        }
        out.printf("ok    hub            embedded broker in %s%n", config.dataDir());
      } else {
        KafkaHub.open(kafka, config.dataDir()).close();
        out.printf(
            "ok    hub            Kafka at %s%n", String.join(", ", kafka.bootstrapServers()));
      }
      return ExitCode.OK;
    } catch (HubException e) {
      out.printf("FAIL  hub            %s%n", e.getMessage());
      return ExitCode.HUB;
    }
  }

  private static ExitCode pubSub(HubConfig.PubSub hub, Configuration config, PrintWriter out)
      throws HubException, InterruptedException {
    List<PubSubCheck.Finding> findings = Hubs.check(hub, config);
    Optional<String> folder =
        hub.state() instanceof HubConfig.PubSub.State.Directory directory
            ? unwritable(directory.path())
            : Optional.empty();
    boolean fatal = folder.isPresent() || findings.stream().anyMatch(PubSubCheck.Finding::fatal);
    if (!fatal) {
      out.printf("ok    hub            %s%n", Hubs.place(config));
    }
    for (PubSubCheck.Finding one : findings) {
      out.printf("%s  hub            %s%n", one.fatal() ? "FAIL" : "note", one.sentence());
    }
    folder.ifPresent(problem -> out.printf("FAIL  hub            hub.state: %s%n", problem));
    return fatal ? ExitCode.HUB : ExitCode.OK;
  }

  private static ExitCode warehouses(Configuration config, PrintWriter out) {
    ExitCode worst = ExitCode.OK;
    for (WarehouseConfig warehouse : config.warehouses()) {
      if (!warehouse.enabled()) {
        out.printf("note  warehouse      %s is not enabled%n", warehouse.name());
        continue;
      }
      if (warehouse instanceof WarehouseConfig.BigQuery bigQuery) {
        worst = bigQuery(bigQuery, config, out) == ExitCode.OK ? worst : ExitCode.WAREHOUSE;
        continue;
      }
      WarehouseConfig.DuckDb duckDb = (WarehouseConfig.DuckDb) warehouse;
      Path file = duckDb.path();
      Optional<String> problem = unwritable(file.getParent());
      if (problem.isPresent()) {
        out.printf("FAIL  warehouse      %s: %s%n", warehouse.name(), problem.get());
        worst = ExitCode.WAREHOUSE;
      } else {
        out.printf("ok    warehouse      %s: DuckDB in %s%n", warehouse.name(), file);
      }
    }
    return worst;
  }

  private static ExitCode bigQuery(
      WarehouseConfig.BigQuery warehouse, Configuration config, PrintWriter out) {
    try {
      List<BigQueryCheck.Finding> findings = BigQueryCheck.run(warehouse, schemas(config));
      boolean fatal = findings.stream().anyMatch(BigQueryCheck.Finding::fatal);
      if (!fatal) {
        out.printf(
            "ok    warehouse      %s: BigQuery %s%n",
            warehouse.name(), Warehouses.place(warehouse));
      }
      for (BigQueryCheck.Finding one : findings) {
        out.printf("%s  warehouse      %s%n", one.fatal() ? "FAIL" : "note", one.sentence());
      }
      return fatal ? ExitCode.WAREHOUSE : ExitCode.OK;
    } catch (WarehouseException e) {
      out.printf("FAIL  warehouse      %s%n", e.getMessage());
      return ExitCode.WAREHOUSE;
    }
  }

  /** Those that the source has; none where it cannot be asked, which is told elsewhere. */
  private static List<SchemaRecord> schemas(Configuration config) {
    try {
      return DryRun.records(config, SourceSchemas.read(config.source(), config.tables()));
    } catch (SQLException e) {
      return List.of();
    }
  }

  /** Whether nothing can be written there, or in the nearest folder above that is there. */
  private static Optional<String> unwritable(@Nullable Path folder) {
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null) {
      return Optional.empty();
    }
    try {
      Files.delete(Files.createTempFile(there, "renkei", ".check"));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "%s cannot be written to; give its owner the right, or choose another folder"
              .formatted(there));
    }
  }
}
