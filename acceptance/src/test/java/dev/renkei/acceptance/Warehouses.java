package dev.renkei.acceptance;

import dev.renkei.core.schema.TableName;
import dev.renkei.standin.StandIn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;

/** The file that an installation has loaded, once it is stopped. */
final class Warehouses {
  private Warehouses() {}

  /** Opens it to be read, by DuckDB's own driver. */
  static Connection open(Path installation) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    return DriverManager.getConnection(
        "jdbc:duckdb:" + installation.resolve("data").resolve("warehouse.duckdb"), properties);
  }

  /** What differs between source and warehouse, in words, by table. */
  static List<String> differences(
      StandIn source, String database, Path installation, Collection<String> tables)
      throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection there =
            DriverManager.getConnection(source.jtdsUrl(database) + ";useLOBs=false");
        Connection here = open(installation)) {
      for (String table : tables) {
        found.addAll(ComparedTable.read(there, TableName.parse(table)).differences(there, here));
      }
    }
    return found;
  }
}
