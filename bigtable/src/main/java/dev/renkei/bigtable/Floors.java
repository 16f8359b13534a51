package dev.renkei.bigtable;

import com.google.api.gax.batching.Batcher;
import com.google.api.gax.batching.BatchingException;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.bigtable.data.v2.BigtableDataClient;
import com.google.cloud.bigtable.data.v2.models.Filters;
import com.google.cloud.bigtable.data.v2.models.Query;
import com.google.cloud.bigtable.data.v2.models.Row;
import com.google.cloud.bigtable.data.v2.models.RowCell;
import com.google.cloud.bigtable.data.v2.models.RowMutation;
import com.google.cloud.bigtable.data.v2.models.RowMutationEntry;
import com.google.cloud.bigtable.data.v2.models.TableId;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.schema.TableName;
import java.util.List;

/**
 * What has vanished at the source (SEMANTICS 18). A table's floor is the start of its last swept
 * snapshot: rows below it are gone for every reader at once, whenever they were or will be written.
 * What lies below is then deleted at leisure.
 */
public final class Floors implements AutoCloseable {
  /** What is older in its column is the garbage collection's. */
  private static final Filters.Filter NEWEST_ADDRESSES =
      Filters.FILTERS
          .chain()
          .filter(Filters.FILTERS.limit().cellsPerColumn(1))
          .filter(Filters.FILTERS.value().strip());

  private final BigtableConfig config;
  private final BigtableDataClient client;
  private final TableId table;

  private Floors(BigtableConfig config, BigtableDataClient client) {
    this.config = config;
    this.client = client;
    this.table = TableId.of(config.table());
  }

  public static Floors open(BigtableConfig config) throws BigtableException {
    return new Floors(config, BigtableAccess.data(config));
  }

  /** Raises a table's floor; a lower one, or the same again, changes nothing. */
  public void raise(TableName name, Sequence start) throws BigtableException {
    try {
      client.mutateRow(RowMutation.create(table, RowKeys.floor(name), Cells.floor(start)));
    } catch (ApiException e) {
      throw BigtableAccess.failed(config, e);
    }
  }

  /** The floor of a table; {@link Sequence#ZERO} before its first sweep. */
  public Sequence of(TableName name) throws BigtableException {
    try {
      Row row =
          client.readRow(table, RowKeys.floor(name), Filters.FILTERS.limit().cellsPerColumn(1));
      return row == null ? Sequence.ZERO : Cells.floor(row);
    } catch (ApiException e) {
      throw BigtableAccess.failed(config, e);
    }
  }

  /**
   * Deletes what a table has below its floor, marks of deletes too: reads the addresses of all its
   * cells, without values.
   *
   * @return how many rows, and marks of deletes, lay there whole
   */
  public long deleteBelow(TableName name) throws BigtableException, InterruptedException {
    Sequence floor = of(name);
    long rows = 0;
    try (Batcher<RowMutationEntry, Void> batcher = client.newBulkMutationBatcher(table)) {
      Query query = Query.create(table).filter(NEWEST_ADDRESSES);
      RowKeys.prefixes(name).forEach(query::prefix);
      for (Row row : client.readRows(query)) {
        List<RowCell> below = Cells.below(row, floor);
        if (!below.isEmpty()) {
          batcher.add(Cells.deletion(row.getKey(), below));
          rows += below.size() == row.getCells().size() ? 1 : 0;
        }
      }
    } catch (ApiException e) {
      throw BigtableAccess.failed(config, e);
    } catch (BatchingException e) {
      throw new BigtableException(
          config.wholeName() + ": rows below a floor could not all be deleted. It is tried again.",
          e);
    }
    return rows;
  }

  @Override
  public void close() {
    client.close();
  }
}
