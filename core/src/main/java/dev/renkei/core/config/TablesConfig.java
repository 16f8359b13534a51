package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tables are tracked, and how.
 *
 * @param override settings of single tables, complete; names match in either case
 */
public record TablesConfig(
    TableSettings defaults,
    List<TablePattern> include,
    List<TablePattern> exclude,
    Map<TableName, TableSettings> override) {
  public TablesConfig {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    override = Collections.unmodifiableMap(new LinkedHashMap<>(override));
  }

  /** Whether the table is to be tracked. */
  public boolean matches(TableName table) {
    return include.stream().anyMatch(p -> p.matches(table))
        && exclude.stream().noneMatch(p -> p.matches(table));
  }

  /** The table's own settings, or the defaults. */
  public TableSettings settings(TableName table) {
    TableSettings exact = override.get(table);
    if (exact != null) {
      return exact;
    }
    return override.entrySet().stream()
        .filter(entry -> entry.getKey().toString().equalsIgnoreCase(table.toString()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(defaults);
  }
}
