package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.TableRow;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.WarehouseException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How far which hub was loaded, in a table of the dataset. One thread writes at a time. */
final class Positions implements AutoCloseable {
  private final WarehouseConfig.BigQuery config;
  private final Rest rest;
  private final Outbox outbox;
  private final RowBuffer buffer = new RowBuffer();
  private final Set<String> toldStreams = new HashSet<>();

  Positions(WarehouseConfig.BigQuery config, Rest rest, Outbox outbox) {
    this.config = config;
    this.rest = rest;
    this.outbox = outbox;
  }

  /** Next offsets by partition. */
  Map<Integer, Long> of(String streamId) throws WarehouseException {
    Map<Integer, Long> next = new TreeMap<>();
    rest.query(
        "positions cannot be read",
        OwnTables.selectPositions(config, streamId),
        Rest.PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            next.put(
                Integer.valueOf(Answers.cell(cells, "partition_number")),
                Long.valueOf(Answers.cell(cells, "next_offset")));
          }
          return true;
        });
    return next;
  }

  /** Every stream that was ever told. */
  Set<String> streams() throws WarehouseException {
    Set<String> streams = new TreeSet<>();
    rest.query(
        "positions cannot be read",
        OwnTables.selectStreams(config),
        Rest.PAGE_ROWS,
        null,
        (schema, rows) -> {
          rows.forEach(row -> streams.add(Answers.cell(Answers.cells(schema, row), "stream")));
          return true;
        });
    return streams;
  }

  /** Durable when it returns; a stream without positions is told once. */
  void store(String streamId, Map<Integer, Long> nextOffsets) throws WarehouseException {
    if (nextOffsets.isEmpty() && toldStreams.contains(streamId)) {
      return;
    }
    if (nextOffsets.isEmpty()) {
      outbox.add(OwnTables.position(buffer, streamId, OwnTables.NO_PARTITION, 0), null);
    }
    for (Map.Entry<Integer, Long> next : nextOffsets.entrySet()) {
      outbox.add(OwnTables.position(buffer, streamId, next.getKey(), next.getValue()), null);
    }
    outbox.settle();
    toldStreams.add(streamId);
  }

  @Override
  public void close() {
    outbox.close();
  }
}
