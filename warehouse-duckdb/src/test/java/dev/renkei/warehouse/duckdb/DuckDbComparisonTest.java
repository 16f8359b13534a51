package dev.renkei.warehouse.duckdb;

import dev.renkei.core.contract.ComparisonContract;
import dev.renkei.core.warehouse.Warehouse;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

/** Comparing, on real files. */
class DuckDbComparisonTest extends ComparisonContract {
  @TempDir private Path folder = Path.of("");

  @Override
  protected Warehouse open(Clock at) throws Exception {
    return DuckDbWarehouse.open(folder.resolve("shop.duckdb"), Places.options(at));
  }

  @Override
  protected void settle(Warehouse of) throws Exception {
    ((DuckDbWarehouse) of).merge();
  }
}
