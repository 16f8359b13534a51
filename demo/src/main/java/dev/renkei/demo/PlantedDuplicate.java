package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Writes a change a second time into the log of a DuckDB warehouse, behind the warehouse's back.
 */
public final class PlantedDuplicate {
  private PlantedDuplicate() {}

  /**
   * Doubles the newest entry of a table's log.
   *
   * @param warehouse the file of a warehouse that is closed; DuckDB's driver must be on the class
   *     path
   * @throws IllegalStateException where that log is empty
   */
  public static Planted into(Path warehouse, TableName table) throws SQLException {
    String log = "%s.%s".formatted(quoted(table.schema()), quoted(table.table() + "_changes"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + warehouse);
        Statement statement = connection.createStatement()) {
      String newest =
          " WHERE rowid = (SELECT rowid FROM %s ORDER BY _sequence DESC, _key LIMIT 1)"
              .formatted(log);
      try (ResultSet rows = statement.executeQuery("SELECT _key FROM " + log + newest)) {
        if (!rows.next()) {
          throw new IllegalStateException(table + ": no change in its log that could be doubled");
        }
        Planted planted = new Planted(table, rows.getString(1));
        rows.close();
        statement.execute("INSERT INTO %1$s SELECT * FROM %1$s%2$s".formatted(log, newest));
        return planted;
      }
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
