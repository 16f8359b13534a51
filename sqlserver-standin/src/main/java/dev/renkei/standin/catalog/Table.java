package dev.renkei.standin.catalog;

import java.io.Serializable;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table or view as defined now. Immutable: DDL makes a new one.
 *
 * @param objectId as in {@code OBJECT_ID()}; a re-created table has a new one
 * @param kind user table, user view, or one of the stand-in's system views
 * @param schemaVersion the catalog's version at which this definition was made; a SNAPSHOT
 *     transaction older than that gets 3961
 * @param primaryKey null where the table has none
 * @param otherKeys unique constraints and indexes
 * @param viewText the T-SQL text of a view's query; null for tables
 * @param lastColumnId the highest column id that was ever used in the table
 * @param created in UTC, as {@code sys.objects.create_date}
 */
public record Table(
    int objectId,
    String database,
    String schema,
    String name,
    TableKind kind,
    List<Column> columns,
    @Nullable Key primaryKey,
    List<Key> otherKeys,
    List<Check> checks,
    List<ForeignKey> foreignKeys,
    @Nullable String viewText,
    int lastColumnId,
    LocalDateTime created,
    LocalDateTime modified,
    long schemaVersion)
    implements Serializable {

  public Table {
    columns = List.copyOf(columns);
    otherKeys = List.copyOf(otherKeys);
    checks = List.copyOf(checks);
    foreignKeys = List.copyOf(foreignKeys);
  }

  /** A table without checks and foreign keys. */
  public Table(
      int objectId,
      String database,
      String schema,
      String name,
      TableKind kind,
      List<Column> columns,
      @Nullable Key primaryKey,
      List<Key> otherKeys,
      long schemaVersion) {
    this(
        objectId,
        database,
        schema,
        name,
        kind,
        columns,
        primaryKey,
        otherKeys,
        List.of(),
        List.of(),
        null,
        columns.stream().mapToInt(Column::columnId).max().orElse(0),
        LocalDateTime.MIN,
        LocalDateTime.MIN,
        schemaVersion);
  }

  public enum TableKind {
    USER_TABLE,
    VIEW,
    SYSTEM_VIEW
  }

  /**
   * A column.
   *
   * @param columnId as in {@code sys.columns.column_id}: never reused in a table, so it may have
   *     gaps after DROP COLUMN
   * @param aliasType the alias type it was declared with, such as {@code dbo.Name}; null for a base
   *     type
   * @param computed the T-SQL text of a computed column's expression; null for others
   * @param persisted for computed columns
   * @param defaultName the name of the default constraint; null where the column has no default
   * @param defaultText the T-SQL text of the default; null where the column has no default
   * @param defaultObjectId the object id of the default constraint; 0 where there is none
   */
  public record Column(
      int columnId,
      String name,
      SqlColumnType type,
      boolean nullable,
      @Nullable Identity identity,
      @Nullable String computed,
      boolean persisted,
      @Nullable String defaultName,
      @Nullable String defaultText,
      int defaultObjectId)
      implements Serializable {

    /** A column whose default, if any, has no object id of its own. */
    public Column(
        int columnId,
        String name,
        SqlColumnType type,
        boolean nullable,
        @Nullable Identity identity,
        @Nullable String computed,
        boolean persisted,
        @Nullable String defaultName,
        @Nullable String defaultText) {
      this(
          columnId,
          name,
          type,
          nullable,
          identity,
          computed,
          persisted,
          defaultName,
          defaultText,
          0);
    }

    public dev.renkei.standin.sql.SqlType sqlType() {
      return type.type();
    }

    public Column withName(String changed) {
      return new Column(
          columnId,
          changed,
          type,
          nullable,
          identity,
          computed,
          persisted,
          defaultName,
          defaultText,
          defaultObjectId);
    }

    public Column withNullable(boolean allowed) {
      return new Column(
          columnId,
          name,
          type,
          allowed,
          identity,
          computed,
          persisted,
          defaultName,
          defaultText,
          defaultObjectId);
    }

    public Column withAlias(String alias) {
      return new Column(
          columnId,
          name,
          new SqlColumnType(type.type(), alias),
          nullable,
          identity,
          computed,
          persisted,
          defaultName,
          defaultText,
          defaultObjectId);
    }

    /** The same column with another default, or none where all are null and 0. */
    public Column withDefault(
        @Nullable String constraint, @Nullable String text, int constraintId) {
      return new Column(
          columnId,
          name,
          type,
          nullable,
          identity,
          computed,
          persisted,
          constraint,
          text,
          constraintId);
    }
  }

  /** A column's type with the alias type that it was declared by. */
  public record SqlColumnType(dev.renkei.standin.sql.SqlType type, @Nullable String alias)
      implements Serializable {}

  /** Seed and increment. */
  public record Identity(long seed, long increment) implements Serializable {}

  /**
   * A primary key, unique constraint or index.
   *
   * @param columns names in key order
   * @param descending one per column
   * @param included columns of INCLUDE
   * @param objectId of the constraint; 0 for a plain index
   */
  public record Key(
      String name,
      int indexId,
      boolean primary,
      boolean unique,
      boolean constraint,
      List<String> columns,
      List<Boolean> descending,
      boolean clustered,
      List<String> included,
      int objectId)
      implements Serializable {
    public Key {
      columns = List.copyOf(columns);
      descending = List.copyOf(descending);
      included = List.copyOf(included);
      if (columns.isEmpty() || columns.size() != descending.size()) {
        throw new IllegalArgumentException(
            "%s: %d columns, %d directions".formatted(name, columns.size(), descending.size()));
      }
    }

    public Key withName(String changed) {
      return new Key(
          changed,
          indexId,
          primary,
          unique,
          constraint,
          columns,
          descending,
          clustered,
          included,
          objectId);
    }

    public Key withColumns(List<String> changed, List<String> changedIncluded) {
      return new Key(
          name,
          indexId,
          primary,
          unique,
          constraint,
          changed,
          descending,
          clustered,
          changedIncluded,
          objectId);
    }

    /** A key as its columns say; a primary key is clustered. */
    public Key(
        String name,
        int indexId,
        boolean primary,
        boolean unique,
        boolean constraint,
        List<String> columns,
        List<Boolean> descending) {
      this(name, indexId, primary, unique, constraint, columns, descending, primary, List.of(), 0);
    }
  }

  /**
   * A CHECK constraint.
   *
   * @param text the condition in T-SQL
   * @param columnId the column in whose definition it stood; 0 for one of the table
   */
  public record Check(String name, String text, int columnId, int objectId)
      implements Serializable {}

  /**
   * A FOREIGN KEY.
   *
   * @param targetId object id of the table referred to
   */
  public record ForeignKey(
      String name,
      List<String> columns,
      int targetId,
      List<String> targetColumns,
      boolean cascadeDelete,
      int objectId)
      implements Serializable {
    public ForeignKey {
      columns = List.copyOf(columns);
      targetColumns = List.copyOf(targetColumns);
    }

    public ForeignKey withName(String changed) {
      return new ForeignKey(changed, columns, targetId, targetColumns, cascadeDelete, objectId);
    }

    public ForeignKey withColumns(List<String> changed, List<String> changedTargets) {
      return new ForeignKey(name, changed, targetId, changedTargets, cascadeDelete, objectId);
    }
  }

  /** The same definition, made at another version of the catalog. */
  public Table withSchemaVersion(long version) {
    return copy(
        database, schema, name, columns, primaryKey, otherKeys, checks, foreignKeys, version);
  }

  /** The same table under another name, or in a database renamed. */
  public Table withName(String newDatabase, String newName) {
    return copy(
        newDatabase,
        schema,
        newName,
        columns,
        primaryKey,
        otherKeys,
        checks,
        foreignKeys,
        schemaVersion);
  }

  public Table withColumns(List<Column> changed) {
    return copy(
        database, schema, name, changed, primaryKey, otherKeys, checks, foreignKeys, schemaVersion);
  }

  public Table withKeys(@Nullable Key primary, List<Key> others) {
    return copy(
        database, schema, name, columns, primary, others, checks, foreignKeys, schemaVersion);
  }

  public Table withConstraints(List<Check> newChecks, List<ForeignKey> newForeignKeys) {
    return copy(
        database,
        schema,
        name,
        columns,
        primaryKey,
        otherKeys,
        newChecks,
        newForeignKeys,
        schemaVersion);
  }

  private Table copy(
      String newDatabase,
      String newSchema,
      String newName,
      List<Column> newColumns,
      @Nullable Key newPrimaryKey,
      List<Key> newOtherKeys,
      List<Check> newChecks,
      List<ForeignKey> newForeignKeys,
      long newVersion) {
    return new Table(
        objectId,
        newDatabase,
        newSchema,
        newName,
        kind,
        newColumns,
        newPrimaryKey,
        newOtherKeys,
        newChecks,
        newForeignKeys,
        viewText,
        lastColumnId,
        created,
        modified,
        newVersion);
  }

  /** The primary key, if any, then all other keys and indexes. */
  public List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    if (primaryKey != null) {
      keys.add(primaryKey);
    }
    keys.addAll(otherKeys);
    return keys;
  }

  /** Finds a column, ignoring case. */
  public Optional<Column> column(String columnName) {
    return columns.stream().filter(c -> c.name().equalsIgnoreCase(columnName)).findFirst();
  }

  /** The quoted name in H2, for example {@code "Shop.dbo"."Orders"}. */
  public String h2Name() {
    return H2Names.table(database, schema, name);
  }
}
