package dev.renkei.sqlserver;

import dev.renkei.core.schema.TableName;

/** Names as T-SQL takes them: in brackets, whatever is in them. */
final class Names {
  private Names() {}

  static String quoted(String name) {
    return "[" + name.replace("]", "]]") + "]";
  }

  static String quoted(TableName table) {
    return quoted(table.schema()) + "." + quoted(table.table());
  }

  /** A text constant. */
  static String text(String value) {
    return "N'" + value.replace("'", "''") + "'";
  }
}
