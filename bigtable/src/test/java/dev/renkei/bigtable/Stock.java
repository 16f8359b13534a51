package dev.renkei.bigtable;

import com.google.protobuf.ByteString;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;

/** Changes of a small table. */
final class Stock {
  static final TableName TABLE = new TableName("dbo", "Stock");

  private Stock() {}

  static RowKey key(int product) {
    return new RowKey("[\"" + product + "\"]");
  }

  static LatestChange row(Sequence sequence, int product, String json) {
    return new LatestChange(
        TABLE,
        key(product),
        sequence,
        "a1b2",
        "2026-01-01T00:00:00Z",
        ByteString.copyFromUtf8(json));
  }

  static LatestChange quantity(Sequence sequence, int product, int quantity) {
    return row(
        sequence, product, "{\"ProductID\":%d,\"Quantity\":%d}".formatted(product, quantity));
  }

  static LatestChange quantity(long version, int product, int quantity) {
    return quantity(new Sequence(1, version, 0), product, quantity);
  }

  static LatestChange delete(long version, int product) {
    return row(new Sequence(1, version, 0), product, "");
  }
}
