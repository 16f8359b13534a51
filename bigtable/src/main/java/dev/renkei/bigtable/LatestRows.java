package dev.renkei.bigtable;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.bigtable.data.v2.BigtableDataClient;
import com.google.cloud.bigtable.data.v2.models.Filters;
import com.google.cloud.bigtable.data.v2.models.Query;
import com.google.cloud.bigtable.data.v2.models.Row;
import com.google.cloud.bigtable.data.v2.models.TableId;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Looks rows up as they were last published (slide 9). Thread-safe. */
public final class LatestRows implements AutoCloseable {
  private static final Filters.Filter NEWEST_ROWS =
      Filters.FILTERS
          .chain()
          .filter(Filters.FILTERS.family().exactMatch(Cells.ROW))
          .filter(Filters.FILTERS.limit().cellsPerColumn(1));

  private final BigtableConfig config;
  private final BigtableDataClient client;
  private final Floors floors;
  private final Duration floorAge;
  private final Clock clock;
  private final Map<TableName, Known> known = new ConcurrentHashMap<>();

  private record Known(Sequence floor, Instant since) {}

  private LatestRows(
      BigtableConfig config,
      BigtableDataClient client,
      Floors floors,
      Duration floorAge,
      Clock clock) {
    this.config = config;
    this.client = client;
    this.floors = floors;
    this.floorAge = floorAge;
    this.clock = clock;
  }

  /**
   * Opens it for a table that is there.
   *
   * @param floorAge how long a row that has vanished at the source unseen may still be found after
   *     its table was swept; a table's floor is asked for as often
   */
  public static LatestRows open(BigtableConfig config, Duration floorAge) throws BigtableException {
    return new LatestRows(
        config, BigtableAccess.data(config), Floors.open(config), floorAge, Clock.systemUTC());
  }

  /**
   * The row of a key; empty where there is none, or it was deleted. One read of one row.
   *
   * @param keyValues in the order of the key, as {@code Row} holds them; compared as the source
   *     compares keys
   */
  public Optional<LatestRow> get(TableSchema schema, @Nullable Object... keyValues)
      throws BigtableException {
    return get(schema.table(), KeyFolding.of(schema).fold(Arrays.asList(keyValues)));
  }

  /** The same, by a folded key. */
  public Optional<LatestRow> get(TableName table, RowKey key) throws BigtableException {
    Sequence floor = floor(table);
    try {
      Row row = client.readRow(TableId.of(config.table()), RowKeys.of(table, key), NEWEST_ROWS);
      return row == null ? Optional.empty() : Cells.latest(row, floor);
    } catch (ApiException e) {
      throw BigtableAccess.failed(config, e);
    }
  }

  /** The rows of several keys, by one request; keys without a row are left out. */
  public Map<RowKey, LatestRow> get(TableName table, Collection<RowKey> keys)
      throws BigtableException {
    if (keys.isEmpty()) {
      return Map.of();
    }
    Sequence floor = floor(table);
    Map<com.google.protobuf.ByteString, RowKey> asked = new HashMap<>();
    Query query = Query.create(TableId.of(config.table())).filter(NEWEST_ROWS);
    for (RowKey key : keys) {
      query.rowKey(RowKeys.of(table, key));
      asked.put(RowKeys.of(table, key), key);
    }
    Map<RowKey, LatestRow> found = new HashMap<>();
    try {
      for (Row row : client.readRows(query)) {
        RowKey key = asked.get(row.getKey());
        if (key != null) {
          Cells.latest(row, floor).ifPresent(latest -> found.put(key, latest));
        }
      }
    } catch (ApiException e) {
      throw BigtableAccess.failed(config, e);
    }
    return found;
  }

  private Sequence floor(TableName table) throws BigtableException {
    Instant now = clock.instant();
    Known last = known.get(table);
    if (last == null || !last.since().plus(floorAge).isAfter(now)) {
      last = new Known(floors.of(table), now);
      known.put(table, last);
    }
    return last.floor();
  }

  @Override
  public void close() {
    floors.close();
    client.close();
  }
}
