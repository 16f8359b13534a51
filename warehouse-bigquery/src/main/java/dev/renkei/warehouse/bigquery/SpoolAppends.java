package dev.renkei.warehouse.bigquery;

import com.google.protobuf.ByteString;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings spool files that no job loads into their logs by streams, over connections of its own.
 * Thread-safe; one file at a time.
 */
final class SpoolAppends implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpoolAppends.class);
  private static final long TOGETHER_BYTES = 16 << 20;

  private final BigQueryOptions options;
  private final Connections connections;
  private final Sentences sentences;

  /**
   * @param connections closed with it
   */
  SpoolAppends(WarehouseConfig.BigQuery config, BigQueryOptions options, Connections connections) {
    this.options = options;
    this.connections = connections;
    this.sentences = new Sentences(config);
  }

  /**
   * Appends all rows of a file. A row that BigQuery refuses is left out.
   *
   * @return how many were left out
   */
  synchronized long append(SpoolFile file) throws WarehouseException, IOException {
    Outbox outbox =
        new Outbox(
            connections,
            options,
            sentences,
            Names.log(file.table().id()),
            true,
            RowShape.ofLog(file.table()));
    try {
      long refused = 0;
      SpoolFile.Reader reader = file.read();
      List<ByteString> together = new ArrayList<>();
      long bytes = 0;
      for (byte[] row = reader.next(); row != null; row = reader.next()) {
        together.add(ByteString.copyFrom(row));
        bytes += row.length;
        if (bytes > TOGETHER_BYTES) {
          refused += append(together, outbox);
          together.clear();
          bytes = 0;
        }
      }
      return refused + append(together, outbox);
    } finally {
      outbox.close();
    }
  }

  private static long append(List<ByteString> rows, Outbox outbox) throws WarehouseException {
    if (rows.isEmpty()) {
      return 0;
    }
    try {
      send(rows, outbox);
      return 0;
    } catch (RowsRefusedException e) {
      outbox.abandon();
      return rows.size() == 1 ? refused(e) : halved(rows, outbox);
    }
  }

  /**
   * Halves find the few rows that are to blame. Rows that came before are repeated, and read once.
   */
  private static long halved(List<ByteString> rows, Outbox outbox) throws WarehouseException {
    int middle = rows.size() / 2;
    return append(rows.subList(0, middle), outbox)
        + append(rows.subList(middle, rows.size()), outbox);
  }

  private static long refused(RowsRefusedException e) {
    log.atDebug().addKeyValue("reason", e.getMessage()).log("BigQuery refuses a row of a file");
    return 1;
  }

  private static void send(List<ByteString> rows, Outbox outbox) throws WarehouseException {
    for (ByteString row : rows) {
      outbox.add(row, null);
    }
    outbox.settle();
  }

  @Override
  public void close() {
    connections.close();
  }
}
