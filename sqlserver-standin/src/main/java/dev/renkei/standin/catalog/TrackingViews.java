package dev.renkei.standin.catalog;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.h2.value.Value;

/** System views of Change Tracking and recovery. */
final class TrackingViews {
  private TrackingViews() {}

  /** Its rows come from {@link CommitTable}. */
  static final SystemView<Object> COMMITS =
      SystemView.<Object>live("sys", "dm_tran_commit_table", s -> Stream.empty())
          .columns(
              null,
              "commit_ts bigint null",
              "xdes_id bigint null",
              "commit_lbn bigint null",
              "commit_csn bigint null",
              "commit_time datetime");

  static List<SystemView<?>> all() {
    return List.of(databases(), tables(), COMMITS, recovery());
  }

  /** A row of an internal table, and the database it belongs to. */
  private record Kept(Database database, Value[] values) {}

  private static SystemView<Kept> databases() {
    List<String> units = List.of("", "MINUTES", "HOURS", "DAYS");
    return SystemView.<Kept>live(
            "sys",
            "change_tracking_databases",
            s ->
                s.databases()
                    .flatMap(
                        d ->
                            s.internal(d.database().name(), "change_tracking_databases")
                                .map(v -> new Kept(d.database(), v))))
        .column("database_id int", k -> k.database().id())
        .column("is_auto_cleanup_on bit null", k -> k.values()[0])
        .column("retention_period int null", k -> k.values()[1])
        .column("retention_period_units tinyint null", k -> k.values()[2])
        .column(
            "retention_period_units_desc nvarchar(60) null", k -> units.get(k.values()[2].getInt()))
        .columns(null, "max_cleanup_version bigint null");
  }

  private static SystemView<Value[]> tables() {
    return SystemView.<Value[]>live(
            "sys",
            "change_tracking_tables",
            s -> s.internal(s.database().name(), "change_tracking_tables"),
            (s, objectId) -> s.internal(s.database().name(), "change_tracking_tables", objectId))
        .column("object_id int", v -> v[0])
        .column("is_track_columns_updated_on bit", v -> v[1])
        .column("min_valid_version bigint null", v -> v[4])
        .column("begin_version bigint null", v -> v[2])
        .column("cleanup_version bigint null", v -> v[3]);
  }

  private static SystemView<Database> recovery() {
    return SystemView.<Database>of(
            "sys", "database_recovery_status", s -> s.databases().map(DatabaseDefinition::database))
        .column("database_id int", Database::id)
        .column("database_guid uniqueidentifier null", TrackingViews::databaseGuid)
        .column("family_guid uniqueidentifier null", Database::familyGuid)
        .columns(null, "last_log_backup_lsn decimal(25,0) null")
        .column("recovery_fork_guid uniqueidentifier null", Database::recoveryFork)
        .columns(
            null,
            "first_recovery_fork_guid uniqueidentifier null",
            "fork_point_lsn decimal(25,0) null");
  }

  /** Differs between databases of one family (a restored copy beside its original). */
  private static UUID databaseGuid(Database database) {
    byte[] seed =
        (database.familyGuid() + "/" + database.id())
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return UUID.nameUUIDFromBytes(seed);
  }
}
