package dev.renkei.acceptance;

import dev.renkei.standin.StandIn;

/** A database {@code Shop} with one tracked table, of two columns. */
final class StockShop {
  private StockShop() {}

  /** Starts it with that many products, two pieces of each. */
  static StandIn start(int products) throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Stock (ProductID int NOT NULL PRIMARY KEY, Quantity int NOT NULL)
        ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING
        """);
    for (int product = 1; product <= products; product++) {
      shop.execute("USE Shop\nGO\nINSERT INTO dbo.Stock VALUES (" + product + ", 2)");
    }
    return shop;
  }
}
