package dev.renkei.cli;

import dev.renkei.cli.node.Warehouses;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.warehouse.ChangeLog;
import dev.renkei.core.warehouse.ChangeLog.Extent;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.steps.feature.FeatureException;
import dev.renkei.steps.feature.OrderedRecomputation;
import dev.renkei.steps.flow.TableMessages;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A backfill from the change log of a warehouse, page by page. */
final class WarehouseBackfill {
  private final Configuration config;
  private final WarehouseConfig warehouse;
  private final FeatureConfig feature;
  private final TableMessages messages;
  private final FinalRows rows;
  private final BackfillProgress progress;
  private final Map<String, TableSchema> known = new HashMap<>();

  /**
   * A backfill.
   *
   * @param messages by which schemas are found, and rows of the feature written
   */
  WarehouseBackfill(
      Configuration config,
      WarehouseConfig warehouse,
      FeatureConfig feature,
      TableMessages messages,
      FinalRows rows,
      BackfillProgress progress) {
    this.config = config;
    this.warehouse = warehouse;
    this.feature = feature;
    this.messages = messages;
    this.rows = rows;
    this.progress = progress;
  }

  /**
   * What has become of it.
   *
   * @param changes how many were read
   * @param setAside how many rows of them the feature has no value for
   * @param problem why the first of them; empty where there are none
   */
  record Outcome(long changes, long setAside, String problem) {}

  Outcome run(Instant now) throws HubException {
    OrderedRecomputation recomputation = new OrderedRecomputation(feature, messages, rows::publish);
    try (AskedWarehouse asked = AskedWarehouse.of(warehouse, config)) {
      ChangeLog log = Warehouses.changeLog(warehouse, asked::query);
      Extent extent = log.extent(feature.from()).orElseThrow(this::noSuchTable);
      TableSchema schema = currentSchema(extent.table());
      progress.begin(extent.changes());
      long[] read = {0};
      log.read(
          extent,
          columns(schema),
          id -> schemaOf(id, extent.table(), schema),
          change -> {
            recomputation.take(change);
            read[0]++;
            progress.read(rows.count());
          });
      recomputation.pass(now);
      return new Outcome(read[0], recomputation.setAside(), recomputation.problem());
    } catch (CompletionException e) {
      throw FinalRows.lost(e);
    } catch (WarehouseException | IOException e) {
      throw new CommandFailure(
          ExitCode.WAREHOUSE, "warehouse %s: %s".formatted(warehouse.name(), e.getMessage()));
    }
  }

  private TableSchema currentSchema(TableName table) {
    return messages
        .current(table)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.HUB,
                    "the hub knows no schema of %s. Run `renkei up` until its first row has come, then try again."
                        .formatted(table)))
        .schema();
  }

  private Set<String> columns(TableSchema schema) {
    try {
      return OrderedRecomputation.columns(feature, schema);
    } catch (FeatureException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private CommandFailure noSuchTable() {
    return new CommandFailure(
        ExitCode.WAREHOUSE,
        "warehouse %s has no table %s yet; `renkei status` shows what it loads. `--from` takes another warehouse, or `hub`."
            .formatted(warehouse.name(), feature.from()));
  }

  /** The current one where the hub has forgotten that id, as a new hub has. */
  private TableSchema schemaOf(@Nullable String id, TableName table, TableSchema current) {
    return id == null ? current : known.computeIfAbsent(id, one -> find(one, table, current));
  }

  private TableSchema find(String id, TableName table, TableSchema current) {
    try {
      return messages
          .schema(
              new MessageAttributes(
                  id, table, ChangeType.UPDATE, Sequence.ZERO, id, messages.source(), 0, null))
          .schema();
    } catch (MessageException e) {
      return current;
    }
  }
}
