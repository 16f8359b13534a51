package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Statement.AlterDatabase;
import dev.renkei.standin.tsql.ast.Statement.CreateDatabase;
import dev.renkei.standin.tsql.ast.Statement.DropDatabase;
import dev.renkei.standin.tsql.ast.Statement.RenameDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE, ALTER and DROP DATABASE. Whether sessions use a database is the caller's to check. */
final class Databases {
  private static final Set<String> SYSTEM = Set.of("master", "tempdb", "model", "msdb");

  /** Options that change nothing that a client of the stand-in could see. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "RECOVERY",
          "AUTO_CLOSE",
          "AUTO_SHRINK",
          "AUTO_CREATE_STATISTICS",
          "AUTO_UPDATE_STATISTICS",
          "AUTO_UPDATE_STATISTICS_ASYNC",
          "COMPATIBILITY_LEVEL",
          "MULTI_USER",
          "ONLINE",
          "READ_WRITE",
          "PAGE_VERIFY",
          "QUERY_STORE",
          "DELAYED_DURABILITY",
          "TARGET_RECOVERY_TIME");

  /** Change Tracking's retention where none is given: two days. */
  private static final Duration RETENTION = Duration.ofDays(2);

  private final Work work;

  Databases(Work work) {
    this.work = work;
  }

  void create(CreateDatabase statement) throws SqlError, SQLException {
    if (!work.catalog()
        .rights()
        .allowed(work.login(), "master", Permission.CREATE_DATABASE, null)) {
      throw Refusals.denied("CREATE DATABASE", "master");
    }
    if (work.catalog().database(statement.name()).isPresent()) {
      throw Refusals.databaseExists(statement.name());
    }
    if (TableBuilder.collated(dev.renkei.standin.sql.SqlType.nvarchar(1), statement.collation())
        .caseSensitive()) {
      throw SqlError.refused("case-sensitive databases (declare the columns so)");
    }
    work.catalog().createDatabase(statement.name());
    if (!work.login().equalsIgnoreCase("sa")) {
      work.catalog().rights().putUser(statement.name(), work.login(), work.login());
      work.catalog().rights().setMember(statement.name(), "db_owner", work.login(), true);
    }
  }

  void drop(DropDatabase statement) throws SqlError, SQLException {
    for (String name : statement.names()) {
      Optional<Database> found = work.catalog().database(name);
      if (found.isEmpty() && statement.ifExists()) {
        continue;
      }
      if (found.isEmpty() || !owns(found.get())) {
        throw Refusals.cannotDrop("database", name);
      }
      if (isSystem(found.get())) {
        throw Refusals.systemDatabase("drop", found.get().name());
      }
      work.tracking().databaseDropped(found.get().name());
      work.catalog().removeDatabase(found.get().name());
    }
  }

  void rename(RenameDatabase statement) throws SqlError, SQLException {
    Database database = alterable(statement.database());
    if (isSystem(database)) {
      throw Refusals.systemDatabase("alter", database.name());
    }
    Optional<Database> taken = work.catalog().database(statement.newName());
    if (taken.isPresent() && taken.get().id() != database.id()) {
      throw Refusals.databaseExists(statement.newName());
    }
    work.catalog().renameDatabase(database.name(), statement.newName());
    work.tracking().databaseRenamed(database.name(), statement.newName());
    Views views = new Views(work);
    for (var table : work.catalog().tables(statement.newName())) {
      views.takeDown(table);
    }
    views.mend();
  }

  void alter(AlterDatabase statement) throws SqlError, SQLException {
    Database database = alterable(statement.database());
    if (database.readableSecondary()) {
      throw Refusals.readOnly(database.name());
    }
    switch (statement.option()) {
      case "CHANGE_TRACKING" -> changeTracking(database, statement);
      case "ALLOW_SNAPSHOT_ISOLATION" ->
          work.catalog().putDatabase(database.withSnapshotIsolation(isOn(statement)));
      case "READ_COMMITTED_SNAPSHOT" ->
          work.catalog().putDatabase(database.withReadCommittedSnapshot(isOn(statement)));
      default -> {
        if (!WITHOUT_EFFECT.contains(statement.option())) {
          throw SqlError.refused("ALTER DATABASE SET " + statement.option());
        }
      }
    }
  }

  private static boolean isOn(AlterDatabase statement) throws SqlError {
    return switch (statement.value().toUpperCase(Locale.ROOT)) {
      case "ON" -> true;
      case "OFF" -> false;
      default -> throw SqlError.refused(statement.option() + " " + statement.value());
    };
  }

  private Database alterable(String name) throws SqlError {
    String wanted = name.equalsIgnoreCase("CURRENT") ? work.database() : name;
    return work.catalog()
        .database(wanted)
        .filter(this::owns)
        .orElseThrow(() -> Refusals.cannotAlterDatabase(wanted));
  }

  private boolean owns(Database database) {
    return work.catalog().rights().allowed(work.login(), database.name(), Permission.ALTER, null);
  }

  private static boolean isSystem(Database database) {
    return SYSTEM.contains(database.name());
  }

  // ---- Change Tracking ----

  private void changeTracking(Database database, AlterDatabase statement) throws SqlError {
    if (isSystem(database)) {
      throw Refusals.trackingOfSystemDatabase(database.name());
    }
    String name = database.name();
    boolean enabled = work.tracking().isEnabled(name);
    Optional<Duration> retention = retention(statement.arguments());
    Optional<Boolean> cleanup = autoCleanup(statement.arguments());
    switch (statement.value().toUpperCase(Locale.ROOT)) {
      case "ON" -> {
        if (enabled) {
          throw Refusals.trackingAlreadyOn(name);
        }
        work.tracking().enableDatabase(name, retention.orElse(RETENTION), cleanup.orElse(true));
      }
      case "OFF" -> {
        if (!enabled) {
          throw Refusals.trackingOff(name, 1);
        }
        if (work.catalog().tables(name).stream().anyMatch(t -> work.tracking().isTracked(t))) {
          throw Refusals.tablesStillTracked(name);
        }
        work.tracking().disableDatabase(name);
      }
      default -> {
        if (!enabled) {
          throw Refusals.trackingOff(name, 2);
        }
        work.tracking().alterDatabase(name, retention, cleanup);
      }
    }
  }

  private static Optional<Duration> retention(Map<String, String> arguments) throws SqlError {
    @Nullable String text = arguments.get("CHANGE_RETENTION");
    if (text == null) {
      return Optional.empty();
    }
    String[] parts = text.trim().split("\\s+", 2);
    String unit = parts.length < 2 ? "DAYS" : parts[1].toUpperCase(Locale.ROOT);
    long minutesPerUnit =
        switch (unit) {
          case "DAYS" -> 24 * 60;
          case "HOURS" -> 60;
          case "MINUTES" -> 1;
          default -> throw Refusals.badRetentionUnit(parts[1]);
        };
    long minutes;
    try {
      minutes = Math.multiplyExact(Long.parseLong(parts[0]), minutesPerUnit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw Refusals.badRetention();
    }
    if (minutes < 1 || minutes > Integer.MAX_VALUE) {
      throw Refusals.badRetention();
    }
    return Optional.of(Duration.ofMinutes(minutes));
  }

  private static Optional<Boolean> autoCleanup(Map<String, String> arguments) throws SqlError {
    @Nullable String text = arguments.get("AUTO_CLEANUP");
    if (text == null) {
      return Optional.empty();
    }
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "ON" -> Optional.of(true);
      case "OFF" -> Optional.of(false);
      default -> throw SqlError.refused("AUTO_CLEANUP = " + text);
    };
  }
}
