package dev.renkei.sqlserver;

import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is missing at the source before it can be tracked, each with the T-SQL that mends it. */
public final class SourceCheck {
  /** SQL Server 2012 by its major version: older ones are best effort, and untried. */
  static final int OLDEST_MAJOR_VERSION = 11;

  private static final int RETENTION_IN_INTERVALS = 10;

  private SourceCheck() {}

  /**
   * One finding.
   *
   * @param fatal whether nothing is tracked there until it is mended
   * @param where the database, or a table
   * @param cure T-SQL, or what to set in the configuration
   */
  public record Finding(boolean fatal, String where, String what, String cure) {
    @Override
    public String toString() {
      return "%s: %s.%n    %s".formatted(where, what, cure);
    }
  }

  /** Asks the source; findings of the database first, then by table. */
  public static List<Finding> run(SourceConfig source, TablesConfig tables) {
    List<Finding> findings = new ArrayList<>();
    String database = source.sqlserver().database();
    try (Connection connection = SourceConnections.connect(source.sqlserver(), "renkei check")) {
      SqlServerCatalog.Database found = SqlServerCatalog.database(connection);
      findings.addAll(ofDatabase(found, source.isolation()));
      boolean seesCommits = has(connection, null, "DATABASE", "VIEW DATABASE STATE");
      if (!seesCommits) {
        findings.add(
            new Finding(
                false,
                database,
                "commit times cannot be read, so `_changed_at` is the end of the poll",
                "GRANT VIEW DATABASE STATE TO " + principal(connection)));
      }
      Map<TableName, SourceTable> there =
          SqlServerCatalog.tables(
              connection,
              tables::matches,
              name -> tables.settings(name).excludeColumns(),
              (name, why) ->
                  findings.add(
                      new Finding(true, name.toString(), why, "set `exclude_columns` for it")));
      if (there.isEmpty()) {
        findings.add(
            new Finding(
                true,
                database,
                "no table matches `tables.include`, or none is to be seen",
                "GRANT SELECT, VIEW CHANGE TRACKING ON SCHEMA::dbo TO " + principal(connection)));
      }
      for (SourceTable table : there.values()) {
        String name = Names.quoted(table.name());
        Rights rights =
            new Rights(
                has(connection, name, "OBJECT", "SELECT") || mayReadColumns(connection, table),
                has(connection, name, "OBJECT", "VIEW CHANGE TRACKING"),
                principal(connection));
        findings.addAll(
            ofTable(table, tables.settings(table.name()), rights, found.retentionMinutes()));
      }
    } catch (SQLException e) {
      findings.add(
          new Finding(true, database, String.valueOf(e.getMessage()), FailureKind.of(e).cure()));
    }
    return findings;
  }

  /**
   * Asks the source for its schemas, and the row filter whether it can judge their rows.
   *
   * @return fatal findings, by table
   * @throws SQLException where the source cannot be asked
   */
  public static List<Finding> filters(SourceConfig source, TablesConfig tables, RowFilter filter)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (TableSchema schema : SourceSchemas.read(source, tables).tables()) {
      try {
        filter.prepare(schema);
      } catch (RowFilterException e) {
        findings.add(
            new Finding(
                true,
                schema.table().toString(),
                String.valueOf(e.getMessage()).replace(schema.table() + ": ", ""),
                "what it may say is in docs/expressions.md"));
      }
    }
    return findings;
  }

  /** What the login may do with a table. */
  record Rights(boolean select, boolean viewChangeTracking, String principal) {}

  static List<Finding> ofDatabase(SqlServerCatalog.Database database, Isolation isolation) {
    List<Finding> findings = new ArrayList<>();
    String name = Names.quoted(database.name());
    String[] version = database.serverVersion().split("\\.");
    if (Integer.parseInt(version[0]) < OLDEST_MAJOR_VERSION) {
      findings.add(
          new Finding(
              false,
              database.name(),
              "SQL Server %s is older than 2012, with which Renkei has not been tried"
                  .formatted(database.serverVersion()),
              "upgrade the server, or expect to find faults first"));
    }
    if (database.retentionMinutes() == null || database.currentVersion() == null) {
      findings.add(
          new Finding(
              true,
              database.name(),
              "Change Tracking is off for the database",
              "ALTER DATABASE %s SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)"
                  .formatted(name)));
    }
    if (!database.snapshotIsolation() && isolation != Isolation.READ_COMMITTED) {
      findings.add(
          new Finding(
              isolation == Isolation.SNAPSHOT,
              database.name(),
              "snapshot isolation is not allowed, so changes are read under READ COMMITTED",
              "ALTER DATABASE %s SET ALLOW_SNAPSHOT_ISOLATION ON".formatted(name)));
    }
    if (database.recoveryFork() == null) {
      findings.add(
          new Finding(
              false,
              database.name(),
              "the recovery fork is not to be seen, so a restore goes unnoticed",
              "GRANT VIEW ANY DATABASE to the login, in master"));
    }
    return findings;
  }

  static List<Finding> ofTable(
      SourceTable table, TableSettings settings, Rights rights, @Nullable Integer retention) {
    List<Finding> findings = new ArrayList<>();
    String where = table.name().toString();
    String name = Names.quoted(table.name());
    if (!rights.select()) {
      findings.add(
          new Finding(
              true,
              where,
              "the permission SELECT is missing",
              "GRANT SELECT ON %s TO %s".formatted(name, rights.principal())));
    }
    if (!table.hasKey()) {
      if (settings.reloadEvery() == null) {
        findings.add(
            new Finding(
                true,
                where,
                "it has no primary key, so Change Tracking cannot follow it",
                "ALTER TABLE %s ADD CONSTRAINT ... PRIMARY KEY (...), or set `reload_every` to load it whole"
                    .formatted(name)));
      }
      return findings;
    }
    if (!rights.viewChangeTracking()) {
      findings.add(
          new Finding(
              true,
              where,
              "the permission VIEW CHANGE TRACKING is missing",
              "GRANT VIEW CHANGE TRACKING ON %s TO %s".formatted(name, rights.principal())));
    }
    if (table.tracking() == null) {
      findings.add(
          new Finding(
              true,
              where,
              "Change Tracking is off for the table",
              "ALTER TABLE %s ENABLE CHANGE_TRACKING".formatted(name)));
    }
    if (retention != null
        && Duration.ofMinutes(retention)
                .compareTo(settings.interval().multipliedBy(RETENTION_IN_INTERVALS))
            < 0) {
      findings.add(
          new Finding(
              false,
              where,
              "changes are kept for %d minutes, less than ten polls of %s"
                  .formatted(retention, settings.interval()),
              "ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 2 DAYS), or a shorter `interval`"));
    }
    return findings;
  }

  private static boolean has(
      Connection connection, @Nullable String securable, String kind, String permission)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT HAS_PERMS_BY_NAME(%s, '%s', '%s')"
                .formatted(
                    securable == null ? "DB_NAME()" : Names.text(securable), kind, permission))) {
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        int has = row.getInt(1);
        return row.wasNull() || has == 1; // a name that this version does not know says nothing
      }
    }
  }

  /** Whether the columns that are read may be, where the table as a whole may not. */
  private static boolean mayReadColumns(Connection connection, SourceTable table)
      throws SQLException {
    String sql =
        "SELECT TOP (0) %s FROM %s AS t"
            .formatted(
                new RowReader(table.schema().columns()).selectList("t"),
                Names.quoted(table.name()));
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet none = statement.executeQuery()) {
      return !none.next();
    } catch (SQLException e) {
      if (FailureKind.of(e) == FailureKind.PERMISSION) {
        return false;
      }
      throw e;
    }
  }

  private static String principal(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT USER_NAME()");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return Names.quoted(String.valueOf(row.getString(1)));
    }
  }
}
