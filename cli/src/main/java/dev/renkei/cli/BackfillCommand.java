package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.SchemasUnreachableException;
import dev.renkei.steps.flow.TableMessages;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renkei backfill}: a feature computed once more from what is remembered of its table. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes a feature once more from the changes of its table, by the steps that compute it live, and publishes the",
      "rows of windows that are closed. They have the versions that they have live: what is right already does not change.",
      "",
      "A warehouse's change log remembers every change. It is read in the order in which they were committed, page by page,",
      "beside the loading process or alone; in memory is what was open at one time. A hub on Kafka remembers its retention;",
      "windows that began earlier are left out, and all rows and windows of that time are in memory."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei backfill -c shop.yaml sales_per_product                 from the first warehouse's change log",
      "  renkei backfill -c shop.yaml sales_per_product --from local    from that warehouse's",
      "  renkei backfill -c shop.yaml sales_per_product --from hub      from what the hub still holds",
      "  renkei backfill -c shop.yaml sales_per_product --dry-run       says how many rows there would be"
    })
final class BackfillCommand implements Callable<Integer> {
  private static final String HUB = "hub";

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Parameters(paramLabel = "FEATURE", description = "Its name under `features`.")
  private String name;

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      description = {
        "A warehouse on DuckDB by its name, or `hub` (default: the first warehouse on DuckDB that is enabled and holds",
        "clear rows; the hub where there is none)."
      })
  private @Nullable String from;

  @Option(names = "--dry-run", description = "Computes and counts; publishes and stores nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  BackfillCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = option.load();
    FeatureConfig feature = feature(config);
    Optional<WarehouseConfig> warehouse = place(config);
    HubAccess.useAlone(config, hub -> backfill(hub, config, feature, warehouse));
    return ExitCode.OK.number();
  }

  private FeatureConfig feature(Configuration config) {
    return config.features().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "no feature '%s'; there is: %s."
                        .formatted(
                            name,
                            config.features().stream()
                                .map(FeatureConfig::name)
                                .collect(Collectors.joining(", ")))));
  }

  /** The warehouse that is read; empty for the hub. */
  private Optional<WarehouseConfig> place(Configuration config) {
    String asked = from;
    if (asked == null) {
      return config.warehouses().stream()
          .filter(one -> one.enabled() && isClear(one) && one instanceof WarehouseConfig.DuckDb)
          .findFirst();
    }
    if (asked.equals(HUB)) {
      return Optional.empty();
    }
    WarehouseConfig found =
        config.warehouses().stream()
            .filter(one -> one.name().equals(asked))
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "--from %s: no such warehouse; there is: %s."
                            .formatted(asked, places(config))));
    if (!isClear(found)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--from %s: it holds masked values, and features are computed from clear ones; there is: %s."
              .formatted(asked, places(config)));
    }
    return Optional.of(found);
  }

  private static boolean isClear(WarehouseConfig warehouse) {
    return warehouse.from() == WarehouseConfig.From.HUB;
  }

  private static String places(Configuration config) {
    return config.warehouses().stream()
        .filter(one -> isClear(one) && one instanceof WarehouseConfig.DuckDb)
        .map(one -> one.name() + ", ")
        .collect(Collectors.joining("", "", HUB));
  }

  private void backfill(
      Hub hub, Configuration config, FeatureConfig feature, Optional<WarehouseConfig> warehouse)
      throws HubException, InterruptedException {
    SchemaStore schemas = dryRun ? new UnwrittenSchemas(hub.schemas()) : hub.schemas();
    TableMessages messages = new TableMessages(config.source().name(), SchemaAccess.here(schemas));
    PrintWriter out = spec.commandLine().getOut();
    BackfillProgress progress =
        new BackfillProgress(spec.commandLine().getErr(), feature.from().toString());
    Instant now = Instant.now();
    try (FinalRows rows = dryRun ? FinalRows.toNowhere() : FinalRows.to(hub)) {
      String read;
      if (warehouse.isPresent()) {
        WarehouseBackfill.Outcome outcome =
            new WarehouseBackfill(config, warehouse.get(), feature, messages, rows, progress)
                .run(now);
        read = "%d changes of %s".formatted(outcome.changes(), warehouse.get().name());
        tellSetAside(outcome);
      } else {
        long count = new HubBackfill(hub, feature, messages, rows, progress).run(now);
        read = "%d messages of the hub".formatted(count);
      }
      rows.finish();
      out.printf(
          "%s: %s read, %d final rows %s%n",
          feature.table(), read, rows.count(), dryRun ? "would be published" : "published");
      out.flush();
    } catch (SchemasUnreachableException e) {
      throw new HubException(String.valueOf(e.getMessage()), e);
    }
  }

  private void tellSetAside(WarehouseBackfill.Outcome outcome) {
    if (outcome.setAside() > 0) {
      spec.commandLine()
          .getErr()
          .printf(
              "%d rows do not count, the first of them: %s%n",
              outcome.setAside(), outcome.problem());
    }
  }
}
