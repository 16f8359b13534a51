package dev.renkei.beam.warehouse;

import dev.renkei.beam.flow.FlowMessageCoder;
import dev.renkei.warehouse.bigquery.EncodedChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;

/** Rows as bytes, between two steps of a pipeline. */
final class WarehouseRowCoder extends AtomicCoder<WarehouseRow> {
  private static final long serialVersionUID = 1;
  private static final WarehouseRowCoder INSTANCE = new WarehouseRowCoder();
  private static final StringUtf8Coder TEXT = StringUtf8Coder.of();
  private static final ByteArrayCoder BYTES = ByteArrayCoder.of();

  private WarehouseRowCoder() {}

  static WarehouseRowCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(WarehouseRow row, OutputStream to) throws IOException {
    FlowMessageCoder.of().encode(row.message(), to);
    EncodedChange rows = row.rows();
    TEXT.encode(rows.log(), to);
    BYTES.encode(rows.logRow(), to);
    TEXT.encode(rows.upserts(), to);
    BYTES.encode(rows.upsertRow(), to);
    TEXT.encode(rows.sequence(), to);
  }

  @Override
  public WarehouseRow decode(InputStream from) throws IOException {
    return new WarehouseRow(
        FlowMessageCoder.of().decode(from),
        new EncodedChange(
            TEXT.decode(from),
            BYTES.decode(from),
            TEXT.decode(from),
            BYTES.decode(from),
            TEXT.decode(from)));
  }
}
