package dev.renkei.cli;

import dev.renkei.cli.node.Warehouses;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.QueryAnswer;
import dev.renkei.server.RunFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
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

/** {@code renkei query}: asks a warehouse, beside its loader or alone. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asks a warehouse in DuckDB's SQL. While it is loaded on this machine the loading process answers; otherwise the",
      "file is opened. Only what reads is allowed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei query -c shop.yaml \"SELECT * FROM dbo.Orders ORDER BY _changed_at DESC LIMIT 10\"",
      "  renkei query -c shop.yaml --csv \"FROM dbo.Stock_changes\" > changes.csv",
      "  renkei query -c shop.yaml --json \"FROM dbo.Stock_as_of('2026-01-01 12:00:00Z')\""
    })
final class QueryCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Parameters(paramLabel = "SQL", description = "One query.")
  private String sql;

  @Option(
      names = "--warehouse",
      paramLabel = "NAME",
      description = "Which one (default: the first that is enabled).")
  private @Nullable String warehouse;

  @Option(names = "--json", description = "An array of objects; exact decimals as text.")
  private boolean json;

  @Option(names = "--csv", description = "RFC 4180, with a line of names; NULL is empty.")
  private boolean csv;

  @Option(
      names = "--max-rows",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Rows at most; more are cut off, and told (default: ${DEFAULT-VALUE}).")
  private int maxRows;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  QueryCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (json && csv) {
      throw new CommandFailure(ExitCode.USAGE, "either --json or --csv.");
    }
    Configuration config = option.load();
    WarehouseConfig asked = asked(config);
    Optional<RunFiles.Running> loader =
        RunFiles.living(config.dataDir()).stream()
            .filter(process -> process.roles().contains("load " + asked.name()))
            .findFirst();
    QueryAnswer answer =
        loader.isPresent() ? throughLoader(config, asked, loader.get()) : alone(config, asked);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ResultText.json(answer, out);
    } else if (csv) {
      ResultText.csv(answer, out);
    } else {
      ResultText.table(answer, out);
    }
    out.flush();
    if (answer.truncated()) {
      spec.commandLine()
          .getErr()
          .printf("cut off after %d rows; --max-rows allows more%n", answer.rows().size());
    }
    return ExitCode.OK.number();
  }

  private WarehouseConfig asked(Configuration config) {
    List<WarehouseConfig> all = config.warehouses();
    return all.stream()
        .filter(one -> warehouse == null ? one.enabled() : one.name().equals(warehouse))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "no such warehouse; %s has: %s"
                        .formatted(
                            option.file(),
                            all.stream()
                                .map(one -> one.name())
                                .collect(Collectors.joining(", ")))));
  }

  private QueryAnswer throughLoader(
      Configuration config, WarehouseConfig asked, RunFiles.Running loader)
      throws InterruptedException {
    ControlClient client = new ControlClient(loader.url(), config.server().token(), PATIENCE);
    try {
      return client.query(sql, asked.name(), maxRows);
    } catch (ControlException.Refused e) {
      String cure = e.cure();
      throw new CommandFailure(
          e.status() < 500 ? ExitCode.USAGE : ExitCode.WAREHOUSE,
          e.getMessage() + (cure == null ? "" : " " + cure));
    } catch (ControlException e) {
      throw new CommandFailure(ExitCode.WAREHOUSE, String.valueOf(e.getMessage()));
    }
  }

  private QueryAnswer alone(Configuration config, WarehouseConfig asked) {
    if (asked instanceof WarehouseConfig.DuckDb duckDb && !Files.exists(duckDb.path())) {
      throw new CommandFailure(
          ExitCode.WAREHOUSE,
          "%s is not there yet. `renkei up -c %s` makes and loads it."
              .formatted(duckDb.path(), option.file()));
    }
    long begun = System.nanoTime();
    try (Warehouse opened = Warehouses.openToAsk(asked, config)) {
      QueryResult result = opened.query(sql, maxRows);
      return new QueryAnswer(
          result.columns(),
          result.types(),
          result.rows(),
          result.truncated(),
          (System.nanoTime() - begun) / 1_000_000);
    } catch (WarehouseException e) {
      throw new CommandFailure(ExitCode.WAREHOUSE, String.valueOf(e.getMessage()));
    }
  }
}
