package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hands everything on to another one; for tests that change one thing. */
class PassingWarehouse implements Warehouse {
  private final Warehouse real;

  PassingWarehouse(Warehouse real) {
    this.real = real;
  }

  @Override
  public Map<Integer, Long> positions(String streamId) throws WarehouseException {
    return real.positions(streamId);
  }

  @Override
  public Set<String> streams() throws WarehouseException {
    return real.streams();
  }

  @Override
  public void prepare(SchemaRecord schema) throws WarehouseException {
    real.prepare(schema);
  }

  @Override
  public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException {
    real.apply(changes, streamId, nextOffsets);
  }

  @Override
  public long sweep(Sweep sweep, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException {
    return real.sweep(sweep, streamId, nextOffsets);
  }

  @Override
  public QueryResult query(String sql, int maxRows) throws WarehouseException {
    return real.query(sql, maxRows);
  }

  @Override
  public void close() throws WarehouseException {
    real.close();
  }
}
