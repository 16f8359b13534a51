package dev.renkei.cli;

import dev.renkei.cli.node.Hubs;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.cli.node.Warehouses;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.sqlserver.SourceSchemas;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;

/**
 * What {@code up} would make, without making it: only the source is asked, for its tables. Hub and
 * warehouses are not; what is there already stays as it is when {@code up} runs.
 */
final class DryRun {
  private DryRun() {}

  static void print(Configuration config, PrintWriter out) {
    SourceSchemas source = source(config);
    out.printf("source     %s: %d tables%n", config.source().name(), source.tables().size());
    for (TableSchema table : source.tables()) {
      out.printf(
          "  %s: %d %s%s%n",
          table.table(),
          table.columns().size(),
          table.columns().size() == 1 ? "column" : "columns",
          trouble(config, source, table));
    }
    source.unreadable().forEach(sentence -> out.printf("  left out: %s%n", sentence));
    out.printf("%nroles      %s%n", String.join(", ", NodePlan.everything(config).roles()));
    out.printf("%nhub        %s%n", Hubs.place(config));
    Hubs.plan(config).forEach(line -> out.printf("  %s%n", line));
    for (WarehouseConfig warehouse : NodePlan.enabledWarehouses(config)) {
      out.printf("%nwarehouse  %s: %s%n", warehouse.name(), Warehouses.place(warehouse));
      statements(warehouse, records(config, source))
          .forEach(statement -> out.print(statement.strip().indent(2)));
    }
    out.flush();
  }

  private static String trouble(Configuration config, SourceSchemas source, TableSchema table) {
    boolean unread =
        source.withoutKey().contains(table.table())
            && config.settings(table.table()).reloadEvery() == null;
    return unread ? ", no primary key: not read without `reload_every`" : "";
  }

  private static SourceSchemas source(Configuration config) {
    try {
      return SourceSchemas.read(config.source(), config.tables());
    } catch (SQLException e) {
      throw new CommandFailure(
          ExitCode.SOURCE,
          "the source cannot be asked for its tables: %s. `renkei check` tells more."
              .formatted(e.getMessage()));
    }
  }

  static List<SchemaRecord> records(Configuration config, SourceSchemas source) {
    return source.tables().stream()
        .map(
            schema ->
                new SchemaRecord(
                    config.source().name(), SchemaCodec.id(schema), schema, Sequence.ZERO))
        .toList();
  }

  private static List<String> statements(WarehouseConfig warehouse, List<SchemaRecord> schemas) {
    try {
      return Warehouses.plan(warehouse, schemas);
    } catch (WarehouseException e) {
      throw new CommandFailure(
          ExitCode.WAREHOUSE, "%s: %s".formatted(warehouse.name(), e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.INTERNAL, "no temporary folder: " + e.getMessage());
    }
  }
}
