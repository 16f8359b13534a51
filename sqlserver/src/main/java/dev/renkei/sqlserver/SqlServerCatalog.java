package dev.renkei.sqlserver;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.SourceTable.Shape;
import dev.renkei.sqlserver.SourceTable.Tracking;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the source holds, from the {@code sys.*} views; never by the driver's metadata, which asks
 * with procedures of its own.
 */
public final class SqlServerCatalog {
  /** So many tables at most are named in a query; of more, all columns are read. */
  private static final int FEW = 50;

  private SqlServerCatalog() {}

  /**
   * The database as a whole.
   *
   * @param currentVersion null where Change Tracking is off for the database, or not to be seen
   * @param recoveryFork null where it is not to be seen
   * @param retentionMinutes of Change Tracking; null where it is off
   */
  public record Database(
      String name,
      @Nullable Long currentVersion,
      @Nullable String recoveryFork,
      boolean snapshotIsolation,
      @Nullable Integer retentionMinutes,
      String serverVersion) {}

  /** Asks for the database of the connection. */
  public static Database database(Connection connection) throws SQLException {
    String sql =
        """
        SELECT d.name, CHANGE_TRACKING_CURRENT_VERSION(), r.recovery_fork_guid,
          d.snapshot_isolation_state, c.retention_period, c.retention_period_units,
          CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion'))
        FROM sys.databases AS d
        LEFT JOIN sys.database_recovery_status AS r ON r.database_id = d.database_id
        LEFT JOIN sys.change_tracking_databases AS c ON c.database_id = d.database_id
        WHERE d.database_id = DB_ID()""";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new SQLException("the database is not to be seen in sys.databases");
      }
      Long version = nullableLong(row, 2);
      int period = row.getInt(5);
      boolean tracked = !row.wasNull();
      int units = row.getInt(6);
      int minutes = period * (units == 1 ? 1 : units == 2 ? 60 : 24 * 60);
      return new Database(
          row.getString(1),
          version,
          row.getString(3),
          row.getInt(4) == 1,
          tracked ? minutes : null,
          row.getString(7));
    }
  }

  private static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  private static final class Building {
    final TableName name;
    final Shape shape;
    final @Nullable Tracking tracking;
    final boolean columnsTracked;
    final List<Column> columns = new ArrayList<>();
    final List<Integer> columnIds = new ArrayList<>();
    final Set<Integer> defaulted = new HashSet<>();
    @Nullable String unreadable;

    Building(TableName name, Shape shape, @Nullable Tracking tracking, boolean columnsTracked) {
      this.name = name;
      this.shape = shape;
      this.tracking = tracking;
      this.columnsTracked = columnsTracked;
    }
  }

  /**
   * The user tables that are wanted, by name.
   *
   * @param unreadable told of each table that has a column of a type that Renkei does not know;
   *     such a table is left out
   * @param excluded the columns of a table that are not read, compared ignoring case; a key column
   *     is read all the same
   */
  static Map<TableName, SourceTable> tables(
      Connection connection,
      Predicate<TableName> wanted,
      Function<TableName, Set<String>> excluded,
      BiConsumer<TableName, String> unreadable)
      throws SQLException {
    return tables(connection, wanted, excluded, unreadable, name -> null);
  }

  /**
   * As {@link #tables(Connection, Predicate, Function, BiConsumer)}, without reading columns that
   * are known.
   *
   * @param known a table as it was read before; null where its columns are to be read
   */
  static Map<TableName, SourceTable> tables(
      Connection connection,
      Predicate<TableName> wanted,
      Function<TableName, Set<String>> excluded,
      BiConsumer<TableName, String> unreadable,
      Function<TableName, @Nullable SourceTable> known)
      throws SQLException {
    Map<TableName, SourceTable> result = new TreeMap<>();
    Map<Integer, Building> found = new TreeMap<>();
    String tables =
        """
        SELECT s.name, t.name, %s, ct.begin_version,
          CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id), ct.is_track_columns_updated_on
        FROM sys.tables AS t
        JOIN sys.schemas AS s ON s.schema_id = t.schema_id
        LEFT JOIN sys.change_tracking_tables AS ct ON ct.object_id = t.object_id
        WHERE t.is_ms_shipped = 0"""
            .formatted(Shape.COLUMNS);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(tables)) {
      while (row.next()) {
        String schema = row.getString(1);
        if (schema.indexOf('.') >= 0) {
          continue; // its tables have no name that can be written
        }
        TableName name = new TableName(schema, row.getString(2));
        if (wanted.test(name)) {
          Shape shape = Shape.read(row, 3);
          Long begin = nullableLong(row, 6);
          Tracking tracking = begin == null ? null : new Tracking(begin, nullableLong(row, 7));
          boolean columnsTracked = row.getBoolean(8);
          SourceTable before = known.apply(name);
          if (before != null && before.shape().equals(shape)) {
            result.put(name, before.with(tracking, columnsTracked));
          } else {
            found.put(shape.objectId(), new Building(name, shape, tracking, columnsTracked));
          }
        }
      }
    }
    if (!found.isEmpty()) {
      readColumns(connection, found, excluded);
    }
    for (Building table : found.values()) {
      if (table.unreadable != null) {
        unreadable.accept(table.name, table.unreadable);
      } else if (!table.columns.isEmpty()) {
        result.put(
            table.name,
            new SourceTable(
                table.shape,
                new TableSchema(table.name, table.columns),
                table.columnIds,
                table.defaulted,
                table.tracking,
                table.columnsTracked));
      }
    }
    return result;
  }

  private static void readColumns(
      Connection connection,
      Map<Integer, Building> tables,
      Function<TableName, Set<String>> excluded)
      throws SQLException {
    String sql =
        """
        SELECT c.object_id, c.name, c.column_id, ty.name, c.max_length, c.precision, c.scale,
          c.collation_name, c.is_nullable, c.is_computed, k.key_ordinal, c.user_type_id,
          c.default_object_id
        FROM sys.columns AS c
        JOIN sys.tables AS t ON t.object_id = c.object_id
        LEFT JOIN sys.types AS ty ON ty.user_type_id = c.system_type_id
        LEFT JOIN (
          SELECT ic.object_id, ic.column_id, ic.key_ordinal
          FROM sys.indexes AS i
          JOIN sys.index_columns AS ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
          WHERE i.is_primary_key = 1
        ) AS k ON k.object_id = c.object_id AND k.column_id = c.column_id
        WHERE t.is_ms_shipped = 0%s
        ORDER BY c.object_id, c.column_id"""
            .formatted(tables.size() > FEW ? "" : " AND t.object_id IN (" + ids(tables) + ")");
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        Building table = tables.get(row.getInt(1));
        String name = row.getString(2);
        int keyOrdinal = row.getInt(11);
        if (table == null || (keyOrdinal == 0 && excluded.apply(table.name).contains(name))) {
          continue;
        }
        TypeKind kind = kind(row.getString(4), row.getInt(12)).orElse(null);
        if (kind == null) {
          table.unreadable =
              "column %s is of a type that Renkei does not know: leave it out by `exclude_columns`"
                  .formatted(name);
          continue;
        }
        table.columns.add(
            new Column(
                name,
                kind,
                length(kind, row.getInt(5)),
                kind == TypeKind.DECIMAL ? row.getInt(6) : 0,
                scale(kind, row.getInt(7)),
                kind.isText() ? row.getString(8) : null,
                row.getBoolean(9),
                keyOrdinal,
                row.getBoolean(10)));
        table.columnIds.add(row.getInt(3));
        if (row.getInt(13) != 0) {
          table.defaulted.add(row.getInt(3));
        }
      }
    }
  }

  private static String ids(Map<Integer, Building> tables) {
    return tables.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /**
   * The kind of a base type.
   *
   * @param userTypeId tells apart the three types of the CLR, which share one system type
   */
  private static Optional<TypeKind> kind(@Nullable String type, int userTypeId) {
    switch (userTypeId) {
      case 128:
        return Optional.of(TypeKind.HIERARCHYID);
      case 129:
        return Optional.of(TypeKind.GEOMETRY);
      case 130:
        return Optional.of(TypeKind.GEOGRAPHY);
      default:
    }
    if (type == null) {
      return Optional.empty();
    }
    String name =
        switch (type) {
          case "numeric" -> "decimal";
          case "timestamp" -> "rowversion";
          default -> type;
        };
    return Arrays.stream(TypeKind.values())
        .filter(kind -> kind.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  private static int length(TypeKind kind, int maxLength) {
    return switch (kind) {
      case CHAR, VARCHAR, BINARY, VARBINARY -> maxLength < 0 ? Integer.MAX_VALUE : maxLength;
      case NCHAR, NVARCHAR -> maxLength < 0 ? Integer.MAX_VALUE : maxLength / 2;
      default -> 0;
    };
  }

  private static int scale(TypeKind kind, int scale) {
    return switch (kind) {
      case DECIMAL, TIME, DATETIME2, DATETIMEOFFSET -> scale;
      default -> 0;
    };
  }
}
