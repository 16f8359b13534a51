package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** A fashion shop in SQL Server: eight tables, their rows, and Change Tracking on them. */
public final class Shop {
  /** The database's usual name; any other will do. */
  public static final String DATABASE = "Shop";

  public static final int DEFAULT_ROWS = 120_000;

  private Shop() {}

  /** The tables, in the order in which they are made. */
  public static List<TableName> tables() {
    return Stream.of(
            "Products",
            "Stock",
            "Customers",
            "Carts",
            "CartLines",
            "Orders",
            "OrderLines",
            "Coupon Codes")
        .map(table -> new TableName("dbo", table))
        .toList();
  }

  /** Makes the tables, empty, and allows snapshot isolation in the connection's database. */
  public static void create(Connection connection) throws SQLException {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Fills the tables.
   *
   * @param url for mssql-jdbc, with user and password, into the shop's database
   * @param seed the same seed makes the same rows
   * @param rows of all tables together, about
   * @return how many rows there are now
   */
  public static long seed(String url, long seed, int rows, SeedProgress progress)
      throws SQLException, InterruptedException {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Turns Change Tracking on, for the database and its tables; after {@link #seed}, as cheaper. */
  public static void track(Connection connection) throws SQLException {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Hears how far the seeding is; from any thread, one at a time. */
  public interface SeedProgress {
    void seeded(long rows, long of);
  }
}
