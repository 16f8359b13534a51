package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Table.TableKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** System views of databases, schemas, tables and views. */
final class ObjectViews {
  private ObjectViews() {}

  /** The day of SQL Server's own databases. */
  static final java.time.LocalDateTime LONG_AGO =
      java.time.LocalDateTime.of(2003, 4, 8, 9, 13, 36, 390_000_000);

  static List<SystemView<?>> all() {
    return List.of(
        databases(),
        schemas(),
        objects("objects", SystemObject::all),
        objects("all_objects", SystemObject::all),
        tables(),
        views(),
        modules(),
        partitions(),
        partitionStatistics());
  }

  private static SystemView<Database> databases() {
    return SystemView.<Database>of(
            "sys", "databases", s -> s.databases().map(DatabaseDefinition::database))
        .column("name sysname", Database::name)
        .column("database_id int", Database::id)
        .columns(null, "source_database_id int null", "owner_sid varbinary(85) null")
        .columns(LONG_AGO, "create_date datetime")
        .columns(160, "compatibility_level tinyint")
        .columns(SystemTypes.COLLATION, "collation_name sysname null")
        .columns(0, "user_access tinyint null")
        .columns("MULTI_USER", "user_access_desc nvarchar(60) null")
        .column("is_read_only bit null", Database::readableSecondary)
        .columns(false, "is_auto_close_on bit", "is_auto_shrink_on bit null")
        .columns(0, "state tinyint null")
        .columns("ONLINE", "state_desc nvarchar(60) null")
        .columns(
            false,
            "is_in_standby bit null",
            "is_cleanly_shutdown bit null",
            "is_supplemental_logging_enabled bit null")
        .column("snapshot_isolation_state tinyint null", d -> d.snapshotIsolation() ? 1 : 0)
        .column(
            "snapshot_isolation_state_desc nvarchar(60) null",
            d -> d.snapshotIsolation() ? "ON" : "OFF")
        .column("is_read_committed_snapshot_on bit null", Database::readCommittedSnapshot)
        .columns(1, "recovery_model tinyint null")
        .columns("FULL", "recovery_model_desc nvarchar(60) null")
        .columns(2, "page_verify_option tinyint null")
        .columns("CHECKSUM", "page_verify_option_desc nvarchar(60) null")
        .columns(true, "is_auto_create_stats_on bit null", "is_auto_update_stats_on bit null")
        .columns(
            false,
            "is_ansi_null_default_on bit null",
            "is_ansi_nulls_on bit null",
            "is_quoted_identifier_on bit null",
            "is_published bit",
            "is_subscribed bit",
            "is_merge_published bit",
            "is_distributor bit",
            "is_broker_enabled bit",
            "is_cdc_enabled bit",
            "is_encrypted bit null",
            "is_query_store_on bit null")
        .columns(
            null, "replica_id uniqueidentifier null", "group_database_id uniqueidentifier null")
        .columns(0, "containment tinyint null")
        .columns("NONE", "containment_desc nvarchar(60) null");
  }

  private static SystemView<DatabaseDefinition.Schema> schemas() {
    return SystemView.<DatabaseDefinition.Schema>of("sys", "schemas", ObjectViews::allSchemas)
        .column("name sysname", DatabaseDefinition.Schema::name)
        .column("schema_id int", DatabaseDefinition.Schema::id)
        .column("principal_id int null", s -> s.id() < 5 || s.id() > 16_383 ? s.id() : 1);
  }

  /** A database's own schemas and those that every database has. */
  static Stream<DatabaseDefinition.Schema> allSchemas(Seen seen) {
    List<DatabaseDefinition.Schema> schemas = new ArrayList<>(seen.definition().schemas());
    schemas.add(new DatabaseDefinition.Schema("guest", 2));
    schemas.add(new DatabaseDefinition.Schema("INFORMATION_SCHEMA", 3));
    schemas.add(new DatabaseDefinition.Schema("sys", 4));
    schemas.add(new DatabaseDefinition.Schema("db_owner", 16_384));
    schemas.add(new DatabaseDefinition.Schema("db_datareader", 16_390));
    schemas.add(new DatabaseDefinition.Schema("db_datawriter", 16_391));
    schemas.sort(java.util.Comparator.comparing(DatabaseDefinition.Schema::id));
    return schemas.stream();
  }

  /** The columns that all views of objects begin with. */
  static SystemView<SystemObject> objects(
      String name, java.util.function.Function<Seen, Stream<SystemObject>> rows) {
    return SystemView.of("sys", name, rows)
        .column("name sysname", SystemObject::name)
        .column("object_id int", SystemObject::objectId)
        .columns(null, "principal_id int null")
        .column("schema_id int", SystemObject::schemaId)
        .column("parent_object_id int", SystemObject::parentId)
        .column("type char(2) null", SystemObject::type)
        .column("type_desc nvarchar(60) null", SystemObject::typeText)
        .column("create_date datetime", o -> o.table().created())
        .column("modify_date datetime", o -> o.table().modified())
        .columns(false, "is_ms_shipped bit", "is_published bit", "is_schema_published bit");
  }

  private static SystemView<SystemObject> tables() {
    return objects("tables", s -> SystemObject.tables(s, TableKind.USER_TABLE))
        .columns(0, "lob_data_space_id int")
        .columns(null, "filestream_data_space_id int null")
        .column("max_column_id_used int", o -> o.table().lastColumnId())
        .columns(false, "lock_on_bulk_load bit")
        .columns(true, "uses_ansi_nulls bit null")
        .columns(
            false,
            "is_replicated bit null",
            "has_replication_filter bit null",
            "is_merge_published bit null",
            "is_sync_tran_subscribed bit null",
            "has_unchecked_assembly_data bit")
        .columns(0, "text_in_row_limit int null")
        .columns(false, "large_value_types_out_of_row bit null", "is_tracked_by_cdc bit null")
        .columns(0, "lock_escalation tinyint null")
        .columns("TABLE", "lock_escalation_desc nvarchar(60) null")
        .columns(false, "is_filetable bit null", "is_memory_optimized bit null")
        .columns(0, "durability tinyint null")
        .columns("SCHEMA_AND_DATA", "durability_desc nvarchar(60) null")
        .columns(0, "temporal_type tinyint null")
        .columns("NON_TEMPORAL_TABLE", "temporal_type_desc nvarchar(60) null")
        .columns(null, "history_table_id int null")
        .columns(
            false,
            "is_remote_data_archive_enabled bit null",
            "is_external bit",
            "is_node bit null",
            "is_edge bit null");
  }

  private static SystemView<SystemObject> views() {
    return objects("views", s -> SystemObject.tables(s, TableKind.VIEW))
        .columns(
            false,
            "is_replicated bit null",
            "has_replication_filter bit null",
            "has_opaque_metadata bit",
            "has_unchecked_assembly_data bit",
            "with_check_option bit",
            "is_date_correlation_view bit");
  }

  private static SystemView<Table> modules() {
    return SystemView.<Table>of("sys", "sql_modules", s -> s.tables(TableKind.VIEW))
        .column("object_id int", Table::objectId)
        .column("definition nvarchar(max) null", ObjectViews::createView)
        .columns(true, "uses_ansi_nulls bit null", "uses_quoted_identifier bit null")
        .columns(
            false,
            "is_schema_bound bit null",
            "uses_database_collation bit null",
            "is_recompiled bit null",
            "null_on_null_input bit null")
        .columns(null, "execute_as_principal_id int null")
        .columns(false, "uses_native_compilation bit null");
  }

  /** A view's definition, near enough to how it was written. */
  static String createView(Table view) {
    return "CREATE VIEW [%s].[%s] AS %s".formatted(view.schema(), view.name(), view.viewText());
  }

  // ---- rows of tables ----

  /** An index of a table, or its heap. */
  record Partition(Seen seen, Table table, int indexId) {
    long id() {
      return 72_057_594_037_927_936L + ((long) table.objectId() << 8) + indexId;
    }

    long rows() {
      return seen.rowCount(table);
    }

    static Stream<Partition> all(Seen seen) {
      List<Partition> partitions = new ArrayList<>();
      for (Table table : seen.tables()) {
        if (table.kind() == TableKind.USER_TABLE) {
          for (Optional<Table.Key> index : KeyViews.indexes(table)) {
            partitions.add(new Partition(seen, table, index.map(Table.Key::indexId).orElse(0)));
          }
        }
      }
      return partitions.stream();
    }
  }

  private static SystemView<Partition> partitions() {
    return SystemView.<Partition>live("sys", "partitions", Partition::all)
        .column("partition_id bigint", Partition::id)
        .column("object_id int", p -> p.table().objectId())
        .column("index_id int", Partition::indexId)
        .columns(1, "partition_number int")
        .column("hobt_id bigint", Partition::id)
        .column("rows bigint null", Partition::rows)
        .columns(0, "filestream_filegroup_id smallint", "data_compression tinyint")
        .columns("NONE", "data_compression_desc nvarchar(60) null");
  }

  private static SystemView<Partition> partitionStatistics() {
    return SystemView.<Partition>live("sys", "dm_db_partition_stats", Partition::all)
        .column("partition_id bigint", Partition::id)
        .column("object_id int", p -> p.table().objectId())
        .column("index_id int", Partition::indexId)
        .columns(1, "partition_number int")
        .columns(
            0,
            "in_row_data_page_count bigint",
            "in_row_used_page_count bigint",
            "in_row_reserved_page_count bigint",
            "lob_used_page_count bigint",
            "lob_reserved_page_count bigint",
            "row_overflow_used_page_count bigint",
            "row_overflow_reserved_page_count bigint",
            "used_page_count bigint",
            "reserved_page_count bigint")
        .column("row_count bigint", Partition::rows);
  }
}
