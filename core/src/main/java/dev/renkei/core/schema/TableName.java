package dev.renkei.core.schema;

import java.io.Serializable;

/**
 * A table of the source: {@code schema.table}, as SQL Server spells it.
 *
 * @param schema without brackets; must not contain a point, since the written form is split at the
 *     first one
 */
public record TableName(String schema, String table)
    implements Comparable<TableName>, Serializable {
  public TableName {
    if (schema.isEmpty() || table.isEmpty() || schema.indexOf('.') >= 0) {
      throw new IllegalArgumentException("not a table name: '%s.%s'".formatted(schema, table));
    }
  }

  /** Reads {@code schema.table}; the table's own name may contain points. */
  public static TableName parse(String text) {
    int point = text.indexOf('.');
    if (point < 0) {
      throw new IllegalArgumentException("'%s' is not of the form schema.table".formatted(text));
    }
    return new TableName(text.substring(0, point), text.substring(point + 1));
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : table.compareTo(other.table);
  }

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
