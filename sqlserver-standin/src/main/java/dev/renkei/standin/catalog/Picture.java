package dev.renkei.standin.catalog;

import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All definitions of the instance at one moment. Immutable.
 *
 * @param version counts the changes of definitions
 * @param objects how many object ids were ever given
 * @param databases by name in lower case, in order of their ids
 * @param logins by name in lower case
 */
record Picture(
    long version,
    long objects,
    Map<String, DatabaseDefinition> databases,
    Map<String, Login> logins) {

  static final Picture EMPTY = new Picture(0, 0, Map.of(), Map.of());

  Picture {
    databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
    logins = Collections.unmodifiableMap(new LinkedHashMap<>(logins));
  }

  Picture with(DatabaseDefinition changed) {
    Map<String, DatabaseDefinition> next = new LinkedHashMap<>(databases);
    next.put(DatabaseDefinition.fold(changed.database().name()), changed);
    return new Picture(version, objects, next, logins);
  }

  Picture withoutDatabase(String name) {
    Map<String, DatabaseDefinition> next = new LinkedHashMap<>(databases);
    next.remove(DatabaseDefinition.fold(name));
    return new Picture(version, objects, next, logins);
  }

  Picture withLogins(Map<String, Login> changed) {
    return new Picture(version, objects, databases, changed);
  }

  Picture withVersion(long changed, long changedObjects) {
    return new Picture(changed, changedObjects, databases, logins);
  }

  /** Where a definition is kept: the instance's own have database 0. */
  record Place(int databaseId, String kind, String id) {}

  /** How many changes and object ids there were. */
  record Counters(long version, long objects) implements Serializable {}

  /** The grants of a database, kept as one value. */
  record Grants(java.util.List<Grant> grants) implements Serializable {}

  /** The parts that are kept one by one, leaving out databases that {@code other} shares. */
  Map<Place, Serializable> parts(@Nullable Picture other) {
    Map<Place, Serializable> parts = new HashMap<>();
    parts.put(new Place(0, "counters", ""), new Counters(version, objects));
    logins.forEach((name, login) -> parts.put(new Place(0, "login", name), login));
    databases.forEach(
        (name, definition) -> {
          if (other == null || other.databases.get(name) != definition) {
            add(parts, definition);
          }
        });
    return parts;
  }

  private static void add(Map<Place, Serializable> parts, DatabaseDefinition definition) {
    int id = definition.database().id();
    parts.put(new Place(id, "database", ""), definition.database());
    definition
        .schemas()
        .forEach(s -> parts.put(new Place(id, "schema", DatabaseDefinition.fold(s.name())), s));
    definition
        .tables()
        .forEach(t -> parts.put(new Place(id, "table", Integer.toString(t.objectId())), t));
    definition
        .types()
        .forEach(t -> parts.put(new Place(id, "type", Integer.toString(t.userTypeId())), t));
    definition
        .users()
        .forEach(u -> parts.put(new Place(id, "user", DatabaseDefinition.fold(u.name())), u));
    parts.put(new Place(id, "grants", ""), new Grants(definition.grants()));
  }

  /** The picture made of these parts. */
  static Picture of(Map<Place, Serializable> parts) {
    Counters counters = new Counters(0, 0);
    Map<String, Login> logins = new LinkedHashMap<>();
    Map<Integer, PartsOfDatabase> databases = new java.util.TreeMap<>();
    for (Map.Entry<Place, Serializable> part : parts.entrySet()) {
      Serializable value = part.getValue();
      if (value instanceof Counters c) {
        counters = c;
      } else if (value instanceof Login login) {
        logins.put(part.getKey().id(), login);
      } else {
        databases
            .computeIfAbsent(part.getKey().databaseId(), id -> new PartsOfDatabase())
            .add(value);
      }
    }
    Picture picture = new Picture(counters.version(), counters.objects(), Map.of(), logins);
    for (PartsOfDatabase database : databases.values()) {
      picture = picture.with(database.definition());
    }
    return picture;
  }

  /** Collects the parts of one database. */
  private static final class PartsOfDatabase {
    private @Nullable Database database;
    private final java.util.List<DatabaseDefinition.Schema> schemas = new java.util.ArrayList<>();
    private final java.util.List<Table> tables = new java.util.ArrayList<>();
    private final java.util.List<AliasType> types = new java.util.ArrayList<>();
    private final java.util.List<User> users = new java.util.ArrayList<>();
    private java.util.List<Grant> grants = java.util.List.of();

    void add(Serializable part) {
      if (part instanceof Database d) {
        database = d;
      } else if (part instanceof DatabaseDefinition.Schema s) {
        schemas.add(s);
      } else if (part instanceof Table t) {
        tables.add(t);
      } else if (part instanceof AliasType t) {
        types.add(t);
      } else if (part instanceof User u) {
        users.add(u);
      } else if (part instanceof Grants g) {
        grants = g.grants();
      } else {
        throw new IllegalStateException("unknown definition " + part.getClass());
      }
    }

    DatabaseDefinition definition() {
      if (database == null) {
        throw new IllegalStateException(
            "definitions of a database that is not defined: " + schemas);
      }
      schemas.sort(java.util.Comparator.comparing(DatabaseDefinition.Schema::id));
      tables.sort(java.util.Comparator.comparing(Table::schemaVersion));
      types.sort(java.util.Comparator.comparing(AliasType::userTypeId));
      users.sort(java.util.Comparator.comparing(User::principalId));
      return new DatabaseDefinition(database, schemas, tables, types, users, grants);
    }
  }
}
