package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** A fashion shop in SQL Server: eight tables, their rows, and Change Tracking on them. */
public final class Shop {
  /** The database's usual name; any other will do. */
  public static final String DATABASE = "Shop";

  public static final int DEFAULT_ROWS = 120_000;

  private Shop() {}

  /** The tables, in the order in which they are made. */
  public static List<TableName> tables() {
    return Arrays.stream(ShopTable.values()).map(ShopTable::table).toList();
  }

  /**
   * How many customers a shop opens with; their numbers begin at 1.
   *
   * @param rows of all tables together, about
   */
  public static int customers(int rows) {
    return ShopTable.CUSTOMERS.rowsOf(rows);
  }

  /** Whether a table is one of the shop's. */
  public static boolean has(TableName table) {
    return table.schema().equals(ShopTable.STOCK.table().schema());
  }

  /** Makes the tables, empty, and allows snapshot isolation in the connection's database. */
  public static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER DATABASE %s SET ALLOW_SNAPSHOT_ISOLATION ON".formatted(database(statement)));
      for (ShopTable table : ShopTable.values()) {
        statement.execute(table.createSql());
      }
    }
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
    return new Seeding(url, seed, rows, progress).run();
  }

  /** Turns Change Tracking on, for the database and its tables; after {@link #seed}, as cheaper. */
  public static void track(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER DATABASE %s SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)"
              .formatted(database(statement)));
      for (ShopTable table : ShopTable.values()) {
        statement.execute(
            "ALTER TABLE %s ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)"
                .formatted(table.quoted()));
      }
    }
  }

  private static String database(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT DB_NAME()")) {
      rows.next();
      return "[" + rows.getString(1).replace("]", "]]") + "]";
    }
  }

  /** Hears how far the seeding is; one call at a time, from any thread. */
  public interface SeedProgress {
    void seeded(long rows, long of);
  }
}
