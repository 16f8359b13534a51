package dev.renkei.standin.catalog;

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
    long schemaVersion) {

  public Table {
    columns = List.copyOf(columns);
    otherKeys = List.copyOf(otherKeys);
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
      @Nullable String defaultText) {

    public dev.renkei.standin.sql.SqlType sqlType() {
      return type.type();
    }
  }

  /** A column's type with the alias type that it was declared by. */
  public record SqlColumnType(dev.renkei.standin.sql.SqlType type, @Nullable String alias) {}

  /** Seed and increment. */
  public record Identity(long seed, long increment) {}

  /**
   * A primary key, unique constraint or index.
   *
   * @param columns names in key order
   * @param descending one per column
   */
  public record Key(
      String name,
      int indexId,
      boolean primary,
      boolean unique,
      boolean constraint,
      List<String> columns,
      List<Boolean> descending) {
    public Key {
      columns = List.copyOf(columns);
      descending = List.copyOf(descending);
    }
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
