package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.DatabaseDefinition;
import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.BackupShelf.Copy;
import dev.renkei.standin.tracking.BackupShelf.Piece;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.h2.engine.Constants;

/**
 * Copies of databases kept inside the instance under the name of a device: rows, definitions,
 * Change Tracking with its versions.
 */
public final class Backups {
  private static final Set<String> SYSTEM = Set.of("master", "tempdb", "model", "msdb");

  /** How often a copy is begun anew because definitions changed meanwhile. */
  private static final int ATTEMPTS = 5;

  private final Instance instance;
  private final Catalog catalog;
  private final ChangeTracking tracking;

  public Backups(Instance instance, ChangeTracking tracking) {
    this.instance = instance;
    this.catalog = instance.catalog();
    this.tracking = tracking;
  }

  /**
   * Copies a database as it is committed at one moment; writers go on. An older copy under the same
   * device is replaced.
   *
   * @throws SqlError 911 where there is no such database, 3013 where its definitions keep changing
   */
  public void backup(String db, String device) throws SqlError {
    try (Connection connection = instance.connect()) {
      BackupShelf shelf = new BackupShelf(connection);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        long version = catalog.version();
        DatabaseDefinition definition = catalog.definition(db).orElseThrow(() -> noDatabase(db));
        Optional<Copy> copy = copy(connection, shelf, definition, version);
        if (copy.isPresent()) {
          shelf.put(device, copy.get());
          return;
        }
      }
      throw new SqlError(3013, 1, 16, "BACKUP DATABASE is terminating abnormally.");
    } catch (SQLException e) {
      throw TrackingErrors.h2(e);
    }
  }

  private Optional<Copy> copy(
      Connection connection, BackupShelf shelf, DatabaseDefinition definition, long version)
      throws SQLException {
    synchronized (tracking) {
      long id = shelf.next();
      List<String> schemas = schemas(definition);
      List<Piece> pieces = pieces(connection, schemas);
      try {
        for (Piece piece : pieces) {
          TrackingStore.execute(
              connection,
              "CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA"
                  .formatted(piece.shelf(id), piece.columns(), piece.table()));
        }
        fill(id, pieces);
        SchemaScript script =
            SchemaScript.of(connection, schemas.stream().map(H2Names::quote).toList());
        if (catalog.version() == version) {
          return Optional.of(new Copy(id, definition, script, pieces));
        }
      } catch (SQLException e) {
        if (catalog.version() == version) {
          throw e;
        }
      }
      shelf.remove(id, pieces);
      return Optional.empty();
    }
  }

  /** All rows of one snapshot. */
  private void fill(long id, List<Piece> pieces) throws SQLException {
    try (Connection reader = instance.connect()) {
      reader.setTransactionIsolation(Constants.TRANSACTION_SNAPSHOT);
      for (Piece piece : pieces) {
        TrackingStore.execute(
            reader,
            "INSERT INTO %s SELECT %s FROM %s"
                .formatted(piece.shelf(id), piece.columns(), piece.table()));
      }
      reader.commit();
    }
  }

  /** The names in H2 of all schemas of a database. */
  private static List<String> schemas(DatabaseDefinition definition) {
    List<String> schemas = new ArrayList<>();
    String name = definition.database().name();
    definition.schemas().forEach(s -> schemas.add(name + "." + s.name()));
    schemas.add(name + ".$internal");
    return schemas;
  }

  private static List<Piece> pieces(Connection connection, List<String> schemas)
      throws SQLException {
    List<Piece> pieces = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.TABLE_NAME, (SELECT ARRAY_AGG(c.COLUMN_NAME ORDER BY c.ORDINAL_POSITION)"
                + " FROM INFORMATION_SCHEMA.COLUMNS c WHERE c.TABLE_SCHEMA = t.TABLE_SCHEMA"
                + " AND c.TABLE_NAME = t.TABLE_NAME AND c.IS_GENERATED = 'NEVER')"
                + " FROM INFORMATION_SCHEMA.TABLES t"
                + " WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE'")) {
      for (String schema : schemas) {
        select.setString(1, schema);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            List<String> columns = new ArrayList<>();
            for (Object column : (Object[]) rows.getArray(2).getArray()) {
              columns.add(H2Names.quote(String.valueOf(column)));
            }
            String table = H2Names.quote(schema) + "." + H2Names.quote(rows.getString(1));
            pieces.add(new Piece(pieces.size(), table, String.join(", ", columns)));
          }
        }
      }
    }
    return pieces;
  }

  /**
   * Restores a database: its rows, object ids and versions go back, its family stays and its
   * recovery fork is new. Under another name it becomes another database. No session may use the
   * database meanwhile; the caller sees to that.
   *
   * @param replace whether a database of that name may be replaced though the copy is of another
   * @throws SqlError 3201 where there is no such device, 3154 where the database is another
   */
  public void restore(String db, String device, boolean replace) throws SqlError {
    if (SYSTEM.contains(db.toLowerCase(Locale.ROOT))) {
      throw SqlError.refused("restoring a system database");
    }
    try (Connection connection = instance.connect()) {
      Copy copy = new BackupShelf(connection).find(device).orElseThrow(() -> noDevice(device));
      UUID family = copy.definition().database().familyGuid();
      Optional<Database> there = catalog.database(db);
      if (there.isPresent() && !there.get().familyGuid().equals(family) && !replace) {
        throw new SqlError(
            3154,
            4,
            16,
            "The backup set holds a backup of a database other than the existing '%s' database."
                .formatted(there.get().name()));
      }
      synchronized (tracking) {
        tracking.databaseDropped(db);
        Database target = there.isPresent() ? there.get() : catalog.createDatabase(db);
        replace(connection, copy, target);
        tracking.reopen(target.name());
      }
    } catch (SQLException e) {
      throw TrackingErrors.h2(e);
    }
  }

  private void replace(Connection connection, Copy copy, Database target) throws SQLException {
    Database copied = copy.definition().database();
    String from = copied.name();
    String to = target.name();
    SchemaScript script = copy.script().moved(from, to);
    catalog.clearDatabase(to);
    try (Statement statement = connection.createStatement()) {
      for (String sql : script.beforeRows()) {
        statement.execute(sql);
      }
      for (Piece piece : copy.pieces()) {
        String table = SchemaScript.moved(piece.table(), from, to);
        statement.executeUpdate(
            "INSERT INTO %s(%s) SELECT %s FROM %s"
                .formatted(table, piece.columns(), piece.columns(), piece.shelf(copy.id())));
        connection.commit();
      }
      for (String sql : script.afterRows()) {
        statement.execute(sql);
      }
    }
    Database restored =
        new Database(
            target.id(),
            to,
            copied.snapshotIsolation(),
            copied.readCommittedSnapshot(),
            false,
            copied.familyGuid(),
            UUID.randomUUID());
    catalog.putDefinition(copy.definition().restoredAs(restored));
  }

  private static SqlError noDatabase(String db) {
    return new SqlError(
        911,
        1,
        16,
        "Database '%s' does not exist. Make sure that the name is entered correctly."
            .formatted(db));
  }

  private static SqlError noDevice(String device) {
    return new SqlError(
        3201,
        2,
        16,
        "Cannot open backup device '%s'. Operating system error 2(The system cannot find the file specified.)."
            .formatted(device));
  }
}
