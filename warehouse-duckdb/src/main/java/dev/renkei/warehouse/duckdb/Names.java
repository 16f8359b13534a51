package dev.renkei.warehouse.duckdb;

import dev.renkei.core.schema.TableName;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** How things of the source are called in DuckDB, whose names ignore case. */
final class Names {
  /** The schema of what belongs to the warehouse itself. */
  static final String OWN_SCHEMA = "_renkei";

  /** Columns of the views and logs that are not the source's. */
  static final Set<String> RESERVED =
      Set.of(
          "_key",
          "_sequence",
          "_type",
          "_message_id",
          "_changed_at",
          "_loaded_at",
          "_changed_columns",
          "_schema_id",
          "_exact",
          "_deleted",
          "_at");

  private Names() {}

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** As a text constant. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** The name with as many underscores behind it as make it free. */
  static String free(String column, Collection<String> taken) {
    String name = column;
    while (RESERVED.contains(name.toLowerCase(Locale.ROOT))
        || taken.stream().anyMatch(name::equalsIgnoreCase)) {
      name += "_";
    }
    return name;
  }

  static String view(TableName table) {
    return quoted(table.schema()) + "." + quoted(table.table());
  }

  static String log(TableName table) {
    return quoted(table.schema()) + "." + quoted(table.table() + "_changes");
  }

  static String asOf(TableName table) {
    return quoted(table.schema()) + "." + quoted(table.table() + "_as_of");
  }

  /** Whether two tables of a source cannot both have their names here. */
  static boolean collide(TableName one, TableName other) {
    if (!one.schema().equalsIgnoreCase(other.schema())) {
      return false;
    }
    Set<String> names = namesOf(one);
    return namesOf(other).stream().anyMatch(names::contains);
  }

  private static Set<String> namesOf(TableName table) {
    String name = table.table().toLowerCase(Locale.ROOT);
    return Set.of(name, name + "_changes", name + "_as_of");
  }
}
