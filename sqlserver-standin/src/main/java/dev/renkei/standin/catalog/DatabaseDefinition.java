package dev.renkei.standin.catalog;

import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Everything defined in one database. Immutable; names are found ignoring case. */
public final class DatabaseDefinition implements Serializable {
  private static final long serialVersionUID = 1;

  private final Database database;
  private final Map<String, Schema> schemas;
  private final Map<Integer, Table> tables;
  private final Map<String, AliasType> types;
  private final Map<String, User> users;
  private final List<Grant> grants;
  private final transient Map<String, Table> tablesByName;

  /**
   * A schema.
   *
   * @param id as in {@code sys.schemas.schema_id}: dbo 1, then 5 and up
   */
  public record Schema(String name, int id) implements Serializable {}

  /** A definition from its parts. */
  public DatabaseDefinition(
      Database database,
      Collection<Schema> schemas,
      Collection<Table> tables,
      Collection<AliasType> types,
      Collection<User> users,
      Collection<Grant> grants) {
    this.database = database;
    this.schemas = index(schemas, s -> fold(s.name()));
    this.tables = index(tables, Table::objectId);
    this.types = index(types, t -> key(t.schema(), t.name()));
    this.users = index(users, u -> fold(u.name()));
    this.grants = List.copyOf(grants);
    this.tablesByName = index(tables, t -> key(t.schema(), t.name()));
  }

  static DatabaseDefinition empty(Database database) {
    return new DatabaseDefinition(
        database, List.of(new Schema("dbo", 1)), List.of(), List.of(), List.of(), List.of());
  }

  private Object readResolve() {
    return new DatabaseDefinition(
        database, schemas.values(), tables.values(), types.values(), users.values(), grants);
  }

  private static <K, V> Map<K, V> index(Collection<V> values, Function<V, K> key) {
    Map<K, V> map = new LinkedHashMap<>();
    values.forEach(v -> map.put(key.apply(v), v));
    return Collections.unmodifiableMap(map);
  }

  static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  static String key(String schema, String name) {
    return fold(schema) + '\0' + fold(name);
  }

  public Database database() {
    return database;
  }

  public Collection<Schema> schemas() {
    return schemas.values();
  }

  public Collection<Table> tables() {
    return tables.values();
  }

  public Collection<AliasType> types() {
    return types.values();
  }

  public Collection<User> users() {
    return users.values();
  }

  public List<Grant> grants() {
    return grants;
  }

  public Optional<Schema> schema(String name) {
    return Optional.ofNullable(schemas.get(fold(name)));
  }

  public Optional<Table> table(String schema, String name) {
    return Optional.ofNullable(tablesByName.get(key(schema, name)));
  }

  public Optional<Table> table(int objectId) {
    return Optional.ofNullable(tables.get(objectId));
  }

  public Optional<AliasType> type(String schema, String name) {
    return Optional.ofNullable(types.get(key(schema, name)));
  }

  public Optional<User> user(String name) {
    return Optional.ofNullable(users.get(fold(name)));
  }

  DatabaseDefinition with(Database changed) {
    return new DatabaseDefinition(changed, schemas(), tables(), types(), users(), grants);
  }

  DatabaseDefinition renamed(String name) {
    return new DatabaseDefinition(
        database.withName(name),
        schemas(),
        tables().stream().map(t -> t.withName(name, t.name())).toList(),
        types().stream()
            .map(
                t ->
                    new AliasType(
                        name, t.schema(), t.name(), t.userTypeId(), t.type(), t.nullable()))
            .toList(),
        users(),
        grants);
  }

  /** The same definitions as those of another database, or of this one as a restore leaves it. */
  public DatabaseDefinition restoredAs(Database restored) {
    return renamed(restored.name()).with(restored);
  }

  DatabaseDefinition withSchemas(Collection<Schema> changed) {
    return new DatabaseDefinition(database, changed, tables(), types(), users(), grants);
  }

  DatabaseDefinition withTables(Collection<Table> changed) {
    return new DatabaseDefinition(database, schemas(), changed, types(), users(), grants);
  }

  DatabaseDefinition withTypes(Collection<AliasType> changed) {
    return new DatabaseDefinition(database, schemas(), tables(), changed, users(), grants);
  }

  DatabaseDefinition withUsers(Collection<User> changed) {
    return new DatabaseDefinition(database, schemas(), tables(), types(), changed, grants);
  }

  DatabaseDefinition withGrants(Collection<Grant> changed) {
    return new DatabaseDefinition(database, schemas(), tables(), types(), users(), changed);
  }
}
