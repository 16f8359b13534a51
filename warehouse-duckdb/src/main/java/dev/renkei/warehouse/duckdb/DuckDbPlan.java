package dev.renkei.warehouse.duckdb;

import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What a warehouse would be made of, without making it. */
public final class DuckDbPlan {
  /** What users see: the warehouse's own tables are left out. */
  private static final String STATEMENTS =
      """
      SELECT sql FROM (
        SELECT 1 AS rank, table_name AS name, sql FROM duckdb_tables()
        WHERE schema_name <> '_renkei' AND NOT temporary
        UNION ALL
        SELECT 2, view_name, sql FROM duckdb_views() WHERE NOT internal AND NOT temporary
        UNION ALL
        SELECT 3, function_name,
          'CREATE MACRO ' || schema_name || '.' || function_name || '(' || parameters[1]
            || ') AS TABLE ' || macro_definition || ';'
        FROM duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal
      ) ORDER BY rank, name""";

  private static final int MOST_STATEMENTS = 100_000;

  private DuckDbPlan() {}

  /**
   * The statements that make tables, views and macros, as DuckDB itself writes them down: they are
   * run in a folder that is removed again.
   *
   * @throws WarehouseException where a schema is refused
   */
  public static List<String> statements(Collection<SchemaRecord> schemas)
      throws WarehouseException, IOException {
    Path folder = Files.createTempDirectory("renkei-plan-");
    try (DuckDbWarehouse warehouse =
        DuckDbWarehouse.open(
            folder.resolve("plan.duckdb"), DuckDbOptions.forRetention(Duration.ofDays(1)))) {
      for (SchemaRecord schema : schemas) {
        warehouse.prepare(schema);
      }
      QueryResult made = warehouse.query(STATEMENTS, MOST_STATEMENTS);
      List<String> statements = new ArrayList<>();
      made.rows().forEach(row -> statements.add(String.valueOf(row.get(0))));
      return statements;
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
