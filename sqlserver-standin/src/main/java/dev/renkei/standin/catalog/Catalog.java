package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.DatabaseDefinition.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * What is defined in the instance. Thread-safe: reads answer from an immutable picture; each change
 * is first written to H2 and then published, one at a time.
 *
 * <p>Names compare ignoring case everywhere. Apart from databases and schemas, whose H2 schemas the
 * catalog makes itself, it only keeps definitions; the H2 objects behind them are made by the
 * engine.
 */
public final class Catalog {
  /** System databases with their ids. */
  private static final List<String> SYSTEM = List.of("master", "tempdb", "model", "msdb");

  private static final long FIRST_OBJECT_ID = 245_575_913;

  /** SQL Server's stride between object ids; coprime to 2^31-1, so ids repeat only after all. */
  private static final long OBJECT_ID_STRIDE = 16_000_057;

  private final Connection connection;
  private final DefinitionStore store;
  private final Rights rights = new Rights(this);
  private volatile Picture picture;
  private long objects;

  Catalog(Connection connection) throws SQLException {
    this.connection = connection;
    this.store = new DefinitionStore(connection);
    this.picture = store.load();
    this.objects = picture.objects();
    new Leftovers(connection, this).clear();
    for (Database database : databases()) {
      SystemViews.make(connection, this, database.name());
    }
    for (String name : SYSTEM) {
      if (database(name).isEmpty()) {
        createDatabase(name);
      }
    }
  }

  Picture picture() {
    return picture;
  }

  /** Rises with every change of definitions, also over restarts. */
  public long version() {
    return picture.version();
  }

  public Rights rights() {
    return rights;
  }

  /** All databases, in order of their ids. */
  public List<Database> databases() {
    return picture.databases().values().stream()
        .map(DatabaseDefinition::database)
        .sorted(java.util.Comparator.comparing(Database::id))
        .toList();
  }

  public Optional<Database> database(String name) {
    return definition(name).map(DatabaseDefinition::database);
  }

  /** Everything defined in a database. */
  public Optional<DatabaseDefinition> definition(String database) {
    return Optional.ofNullable(picture.databases().get(DatabaseDefinition.fold(database)));
  }

  /** The names of a database's own schemas; empty where there is no such database. */
  public List<String> schemas(String database) {
    return definition(database).stream()
        .flatMap(d -> d.schemas().stream())
        .map(Schema::name)
        .toList();
  }

  /** User tables and views; empty where there is no such database. */
  public List<Table> tables(String database) {
    return definition(database).map(d -> List.copyOf(d.tables())).orElse(List.of());
  }

  /** A table, view or system view (schemas sys and INFORMATION_SCHEMA). */
  public Optional<Table> table(String database, String schema, String name) {
    Optional<DatabaseDefinition> definition = definition(database);
    Optional<Table> own = definition.flatMap(d -> d.table(schema, name));
    return own.isPresent()
        ? own
        : definition.flatMap(d -> SystemViews.table(d.database().name(), schema, name));
  }

  /** The system views of a database. */
  public List<Table> systemViews(String database) {
    return definition(database).map(d -> SystemViews.tables(d.database().name())).orElse(List.of());
  }

  /** A user table or view of any database. */
  public Optional<Table> table(int objectId) {
    return picture.databases().values().stream()
        .flatMap(d -> d.table(objectId).stream())
        .findFirst();
  }

  public Optional<AliasType> aliasType(String database, String schema, String name) {
    return definition(database).flatMap(d -> d.type(schema, name));
  }

  /** The users' views that read a table, also by way of other views, as H2 has them now. */
  public List<Table> viewsOver(Connection h2, Table table) throws SQLException {
    List<Table> views = new ArrayList<>();
    org.h2.table.Table inH2 =
        Instance.session(h2)
            .getDatabase()
            .getSchema(table.database() + "." + table.schema())
            .findTableOrView(null, table.name());
    if (inH2 != null) {
      for (org.h2.table.TableView view : inH2.getDependentViews()) {
        String schema = view.getSchema().getName();
        int point = schema.lastIndexOf('.');
        Optional<Table> found =
            table(schema.substring(0, point), schema.substring(point + 1), view.getName());
        if (found.isPresent()) {
          views.add(found.get());
          views.addAll(viewsOver(h2, found.get()));
        }
      }
    }
    return views;
  }

  /** Whether a view is in H2 and can be read there. */
  public boolean isMade(Connection h2, Table view) throws SQLException {
    org.h2.schema.Schema schema =
        Instance.session(h2).getDatabase().findSchema(view.database() + "." + view.schema());
    return schema != null
        && schema.findTableOrView(null, view.name()) instanceof org.h2.table.TableView inH2
        && !inH2.isInvalid();
  }

  // ---- changes ----

  /** An object id that no object has or had; it is lost when it is not used. */
  public synchronized int nextObjectId() {
    objects++;
    return (int) ((FIRST_OBJECT_ID + objects * OBJECT_ID_STRIDE) % Integer.MAX_VALUE);
  }

  /**
   * Makes an empty database, with its H2 schemas.
   *
   * @throws IllegalArgumentException where it exists
   */
  public synchronized Database createDatabase(String name) throws SQLException {
    if (database(name).isPresent()) {
      throw new IllegalArgumentException("database " + name + " exists");
    }
    int id = freeDatabaseId(name);
    UUID family = UUID.randomUUID();
    Database database =
        new Database(id, name, id == 1 || id == 4, false, false, family, UUID.randomUUID());
    createSchemas(name);
    SystemViews.make(connection, this, name);
    change(p -> p.with(DatabaseDefinition.empty(database)));
    return database;
  }

  private int freeDatabaseId(String name) {
    int system = SYSTEM.indexOf(name);
    if (system >= 0) {
      return system + 1;
    }
    List<Integer> taken = databases().stream().map(Database::id).toList();
    int id = SYSTEM.size() + 1;
    while (taken.contains(id)) {
      id++;
    }
    return id;
  }

  private void createSchemas(String name) throws SQLException {
    String internal = H2Names.internalSchema(name);
    run(
        "CREATE SCHEMA IF NOT EXISTS " + H2Names.schema(name, "dbo"),
        "CREATE SCHEMA IF NOT EXISTS " + internal,
        "CREATE TABLE IF NOT EXISTS "
            + internal
            + ".\"change_tracking_databases\"(is_auto_cleanup_on BOOLEAN NOT NULL,"
            + " retention_period INTEGER NOT NULL, retention_period_units SMALLINT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS "
            + internal
            + ".\"change_tracking_tables\"(object_id INTEGER PRIMARY KEY,"
            + " is_track_columns_updated_on BOOLEAN NOT NULL, begin_version BIGINT NOT NULL,"
            + " cleanup_version BIGINT NOT NULL, min_valid_version BIGINT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS "
            + internal
            + ".\"commit_table\"(commit_ts BIGINT PRIMARY KEY, xdes_id BIGINT UNIQUE,"
            + " commit_time TIMESTAMP)",
        "CREATE SEQUENCE IF NOT EXISTS " + H2Names.rowVersions(name) + " START WITH 2001");
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  /** Replaces a database's properties (not its name). */
  public void putDatabase(Database database) throws SQLException {
    changeDatabase(database.name(), d -> d.with(database));
  }

  /**
   * Removes all H2 schemas of a database, as a restore does before it makes them anew; what is
   * defined stays until {@link #putDefinition}.
   */
  public synchronized void clearDatabase(String name) throws SQLException {
    String exact = existing(name).database().name();
    SystemViews.remove(connection, exact);
    List<String> schemas = new ArrayList<>(schemas(exact));
    schemas.add("$internal");
    for (String schema : schemas) {
      run("DROP SCHEMA IF EXISTS " + H2Names.schema(exact, schema) + " CASCADE");
    }
  }

  /**
   * Replaces everything defined in a database, as a restore does when it has made its H2 objects.
   */
  public synchronized void putDefinition(DatabaseDefinition definition) throws SQLException {
    String name = definition.database().name();
    SystemViews.remove(connection, name);
    SystemViews.make(connection, this, name);
    change(p -> p.with(definition));
  }

  /** Removes a database with all its H2 schemas; nothing where there is none. */
  public synchronized void removeDatabase(String name) throws SQLException {
    Optional<DatabaseDefinition> definition = definition(name);
    if (definition.isEmpty()) {
      return;
    }
    String exact = definition.get().database().name();
    List<String> schemas = new ArrayList<>(schemas(name));
    schemas.add("$internal");
    change(p -> p.withoutDatabase(name));
    SystemViews.remove(connection, exact);
    for (String schema : schemas) {
      run("DROP SCHEMA IF EXISTS " + H2Names.schema(exact, schema) + " CASCADE");
    }
  }

  /** Renames a database, with its H2 schemas; its views must be made anew. */
  public synchronized void renameDatabase(String from, String to) throws SQLException {
    DatabaseDefinition definition = existing(from);
    String old = definition.database().name();
    List<String> schemas = new ArrayList<>(schemas(old));
    schemas.add("$internal");
    for (String schema : schemas) {
      run(
          "ALTER SCHEMA "
              + H2Names.schema(old, schema)
              + " RENAME TO "
              + H2Names.schema(to, schema));
    }
    SystemViews.remove(connection, old);
    SystemViews.make(connection, this, to);
    change(p -> p.withoutDatabase(old).with(definition.renamed(to)));
  }

  /** Makes a schema, with its H2 schema. */
  public synchronized void createSchema(String database, String name) throws SQLException {
    DatabaseDefinition definition = existing(database);
    int id = definition.schemas().stream().mapToInt(Schema::id).max().orElse(1);
    Schema schema = new Schema(name, Math.max(5, id + 1));
    run("CREATE SCHEMA IF NOT EXISTS " + H2Names.schema(definition.database().name(), name));
    changeDatabase(database, d -> d.withSchemas(plus(d.schemas(), schema)));
  }

  /** Removes a schema and its H2 schema, which must be empty. */
  public synchronized void dropSchema(String database, String name) throws SQLException {
    DatabaseDefinition definition = existing(database);
    Optional<Schema> schema = definition.schema(name);
    if (schema.isEmpty()) {
      return;
    }
    changeDatabase(
        database,
        d -> d.withSchemas(d.schemas().stream().filter(s -> !s.equals(schema.get())).toList()));
    run(
        "DROP SCHEMA IF EXISTS "
            + H2Names.schema(definition.database().name(), schema.get().name())
            + " RESTRICT");
  }

  /**
   * Publishes a new table or view, or a changed one of the same object id, stamped with the version
   * that this change makes.
   */
  public Table putTable(Table table) throws SQLException {
    Table[] stamped = new Table[1];
    change(
        p -> {
          Table fresh = table.withSchemaVersion(p.version() + 1);
          stamped[0] = fresh;
          DatabaseDefinition d = existing(p, table.database());
          List<Table> tables = new ArrayList<>();
          boolean found = false;
          for (Table t : d.tables()) {
            boolean same = t.objectId() == table.objectId();
            found |= same;
            tables.add(same ? fresh : t);
          }
          if (!found) {
            tables.add(fresh);
          }
          return p.with(d.withTables(tables));
        });
    return stamped[0];
  }

  /** Forgets a table or view, and the rights given on it. */
  public void removeTable(Table table) throws SQLException {
    changeDatabase(
        table.database(),
        d ->
            d.withTables(d.tables().stream().filter(t -> t.objectId() != table.objectId()).toList())
                .withGrants(
                    d.grants().stream().filter(g -> g.target() != table.objectId()).toList()));
  }

  public void putAliasType(AliasType type) throws SQLException {
    changeDatabase(type.database(), d -> d.withTypes(plus(d.types(), type)));
  }

  public void removeAliasType(AliasType type) throws SQLException {
    changeDatabase(
        type.database(),
        d -> d.withTypes(d.types().stream().filter(t -> !t.equals(type)).toList()));
  }

  void changeDatabase(String name, UnaryOperator<DatabaseDefinition> change) throws SQLException {
    change(p -> p.with(change.apply(existing(p, name))));
  }

  void changeLogins(UnaryOperator<Map<String, Login>> change) throws SQLException {
    change(p -> p.withLogins(change.apply(p.logins())));
  }

  private synchronized void change(UnaryOperator<Picture> change) throws SQLException {
    Picture before = picture;
    Picture after = change.apply(before).withVersion(before.version() + 1, objects);
    store.save(before, after);
    picture = after;
  }

  static <T> List<T> plus(Collection<T> values, T value) {
    List<T> all = new ArrayList<>(values);
    all.add(value);
    return all;
  }

  private DatabaseDefinition existing(String name) {
    return existing(picture, name);
  }

  private static DatabaseDefinition existing(Picture picture, String name) {
    DatabaseDefinition definition = picture.databases().get(DatabaseDefinition.fold(name));
    if (definition == null) {
      throw new IllegalArgumentException("no database " + name);
    }
    return definition;
  }
}
