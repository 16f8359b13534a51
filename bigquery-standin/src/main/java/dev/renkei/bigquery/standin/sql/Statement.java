package dev.renkei.bigquery.standin.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a text asks for; names as written, bodies in GoogleSQL. */
public sealed interface Statement {
  /** A query. */
  record Select(String sql) implements Statement {}

  record CreateView(String path, String query, boolean replace, boolean ifMissing)
      implements Statement {}

  /**
   * @param parameters names and types in GoogleSQL
   */
  record CreateTableFunction(
      String path, List<Parameter> parameters, String body, boolean replace, boolean ifMissing)
      implements Statement {}

  record Parameter(String name, String type) {}

  record CreateTable(
      String path,
      List<ColumnDefinition> columns,
      List<String> key,
      List<String> clustering,
      @Nullable String partitionColumn,
      boolean replace,
      boolean ifMissing)
      implements Statement {}

  record ColumnDefinition(String name, String type, boolean required) {}

  record CreateSchema(String path, boolean ifMissing) implements Statement {}

  /**
   * @param kind TABLE, VIEW, TABLE FUNCTION or SCHEMA
   */
  record Drop(String kind, String path, boolean ifThere) implements Statement {}

  /**
   * INSERT, UPDATE, DELETE or TRUNCATE.
   *
   * @param rest what follows the table's name
   */
  record Change(String verb, String path, String rest) implements Statement {}
}
