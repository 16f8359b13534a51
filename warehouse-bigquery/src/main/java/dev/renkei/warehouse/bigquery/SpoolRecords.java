package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.TableRow;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.WarehouseException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files of rows wait on a loader's machine, told in BigQuery before a file has its first row:
 * so the next loader knows what was lost with the machine. Thread-safe.
 */
final class SpoolRecords {

  private final WarehouseConfig.BigQuery config;
  private final Rest rest;
  private final Outbox outbox;
  private final RowBuffer buffer = new RowBuffer();

  SpoolRecords(
      WarehouseConfig.BigQuery config,
      BigQueryOptions options,
      Rest rest,
      Connections connections) {
    this.config = config;
    this.rest = rest;
    this.outbox =
        new Outbox(
            connections,
            options,
            new Sentences(config),
            OwnTables.SPOOLS,
            false,
            OwnTables.spoolShape());
  }

  /** The table of each file, by the file's name. */
  Map<String, TableName> read() throws WarehouseException {
    Map<String, TableName> files = new TreeMap<>();
    rest.query(
        "which files wait cannot be read",
        OwnTables.selectSpools(config),
        Rest.PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            files.put(
                String.valueOf(cells.get("_key")),
                new TableName(
                    String.valueOf(cells.get("schema_name")),
                    String.valueOf(cells.get("table_name"))));
          }
          return true;
        });
    return files;
  }

  /** Durable when it returns. */
  synchronized void add(Collection<SpoolFile> files) throws WarehouseException {
    try {
      for (SpoolFile file : files) {
        outbox.add(OwnTables.spool(buffer, file.id(), file.table()), null);
      }
      outbox.settle();
    } catch (WarehouseException | RuntimeException e) {
      outbox.abandon();
      throw e;
    }
  }

  /** Durable when it returns. */
  synchronized void remove(Collection<String> files) throws WarehouseException {
    try {
      for (String file : files) {
        outbox.add(OwnTables.noSpool(buffer, file), null);
      }
      outbox.settle();
    } catch (WarehouseException | RuntimeException e) {
      outbox.abandon();
      throw e;
    }
  }

  synchronized void close() {
    outbox.close();
  }
}
