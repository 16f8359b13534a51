package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import java.util.Set;

/**
 * A right that running a statement needs.
 *
 * @param columns names in lower case, where the right on these is enough; empty where it must be on
 *     the whole table, or where SELECT needs no column's value ({@code COUNT(*)}): then any
 *     column's will do
 * @param whole whether the right must be on the whole table
 */
public record Access(Table table, Permission permission, Set<String> columns, boolean whole) {
  public Access {
    columns = Set.copyOf(columns);
  }
}
