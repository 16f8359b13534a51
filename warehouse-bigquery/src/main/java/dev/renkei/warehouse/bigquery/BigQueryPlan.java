package dev.renkei.warehouse.bigquery;

import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a warehouse would be made of, without asking BigQuery: for {@code renkei up --dry-run}. What
 * exists already is adopted as it is, so of a table that exists no statement runs.
 *
 * @param objects in the order in which they would be made
 * @param refusals of tables that cannot be had, each a sentence
 */
public record BigQueryPlan(List<Planned> objects, List<String> refusals) {
  public BigQueryPlan {
    objects = List.copyOf(objects);
    refusals = List.copyOf(refusals);
  }

  /** What a planned object is. */
  public enum Kind {
    DATASET,
    TABLE,
    VIEW,
    FUNCTION
  }

  /**
   * One object.
   *
   * @param name as {@code project.dataset} or {@code project.dataset.name}
   * @param ddl one statement that makes it; policy tags, which DDL cannot set, are comments in it
   */
  public record Planned(Kind kind, String name, String ddl) {}

  /**
   * Plans the tables of the highest schemas, and all columns that any schema has.
   *
   * @param schemas in the order in which they were first seen
   */
  public static BigQueryPlan of(WarehouseConfig.BigQuery config, Collection<SchemaRecord> schemas) {
    List<Planned> objects = new ArrayList<>();
    objects.add(
        new Planned(Kind.DATASET, config.project() + "." + config.dataset(), dataset(config)));
    objects.add(
        planned(config, Kind.TABLE, OwnTables.POSITIONS, OwnTables.createPositions(config)));
    objects.add(planned(config, Kind.TABLE, OwnTables.TABLES, OwnTables.createTables(config)));
    objects.add(planned(config, Kind.TABLE, OwnTables.SPOOLS, OwnTables.createSpools(config)));
    Map<TableName, StoredTable> tables = new LinkedHashMap<>();
    List<String> refusals = new ArrayList<>();
    for (SchemaRecord schema : schemas) {
      TableName name = schema.schema().table();
      StoredTable known = tables.get(name);
      if (known == null) {
        String refusal = refusal(config, name, tables.keySet());
        if (!refusal.isEmpty()) {
          refusals.add(refusal);
          continue;
        }
        known = new StoredTable(schema.source(), name, Names.table(config, name), List.of());
      }
      tables.put(name, known.widenedTo(schema.schema()));
    }
    tables.values().forEach(table -> objects.addAll(of(config, table)));
    return new BigQueryPlan(objects, refusals);
  }

  private static List<Planned> of(WarehouseConfig.BigQuery config, StoredTable table) {
    TableSql sql = new TableSql(config, table);
    String id = table.id();
    return List.of(
        planned(config, Kind.TABLE, Names.upserts(id), sql.createUpserts()),
        planned(config, Kind.TABLE, Names.log(id), sql.createLog()),
        planned(config, Kind.VIEW, id, sql.createCurrent()),
        planned(config, Kind.VIEW, Names.changes(id), sql.createChanges()),
        planned(config, Kind.VIEW, Names.latest(id), sql.createLatest()),
        planned(config, Kind.FUNCTION, Names.asOf(id), sql.createAsOf()));
  }

  private static Planned planned(
      WarehouseConfig.BigQuery config, Kind kind, String name, String ddl) {
    return new Planned(kind, "%s.%s.%s".formatted(config.project(), config.dataset(), name), ddl);
  }

  private static String dataset(WarehouseConfig.BigQuery config) {
    return "CREATE SCHEMA IF NOT EXISTS %s.%s OPTIONS (location = %s)"
        .formatted(
            Names.quoted(config.project()),
            Names.quoted(config.dataset()),
            Names.literal(config.location()));
  }

  /**
   * Why a table cannot have its names beside others; empty where it can.
   *
   * @param others tables that are there
   */
  static String refusal(
      WarehouseConfig.BigQuery config, TableName table, Collection<TableName> others) {
    String id = Names.table(config, table);
    if (Names.isTooLong(id)) {
      return "%s: its name in BigQuery, %s and what follows it, is longer than the 1,024 bytes that BigQuery takes. Shorten `table` of the warehouse, or exclude the table."
          .formatted(table, id);
    }
    Set<String> own = Names.taken(id);
    if (own.contains(OwnTables.POSITIONS)
        || own.contains(OwnTables.TABLES)
        || own.contains(OwnTables.SPOOLS)) {
      return "%s: its names in BigQuery are the warehouse's own. Change `table` of the warehouse."
          .formatted(table);
    }
    for (TableName other : others) {
      Set<String> taken = new HashSet<>(Names.taken(Names.table(config, other)));
      taken.retainAll(own);
      if (!other.equals(table) && !taken.isEmpty()) {
        return "%s: its names in BigQuery are taken by %s (they are compared in lower case, and each table has X_upserts, X_log, X_changes, X_latest and X_as_of). Change `table` of the warehouse, or exclude one of the two."
            .formatted(table, other);
      }
    }
    return "";
  }

  /** The query of the latency of a table's changes, by hour of the last day. */
  public static String latency(WarehouseConfig.BigQuery config, TableName table) {
    return sql(config, table).latency();
  }

  /** The query of counts that agree while all is well. */
  public static String reconciliation(WarehouseConfig.BigQuery config, TableName table) {
    return sql(config, table).reconciliation();
  }

  private static TableSql sql(WarehouseConfig.BigQuery config, TableName table) {
    return new TableSql(config, new StoredTable("", table, Names.table(config, table), List.of()));
  }
}
