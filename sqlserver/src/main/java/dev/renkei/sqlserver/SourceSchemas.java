package dev.renkei.sqlserver;

import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a source's tables look like now.
 *
 * @param tables those that the configuration names, by name, as they would be read
 * @param withoutKey of these, the ones that have no primary key
 * @param unreadable sentences about tables that cannot be read as they are
 */
public record SourceSchemas(
    List<TableSchema> tables, List<TableName> withoutKey, List<String> unreadable) {
  public SourceSchemas {
    tables = List.copyOf(tables);
    withoutKey = List.copyOf(withoutKey);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Asks the source.
   *
   * @throws SQLException where it cannot be asked
   */
  public static SourceSchemas read(SourceConfig source, TablesConfig tables) throws SQLException {
    List<TableSchema> schemas = new ArrayList<>();
    List<TableName> withoutKey = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try (Connection connection = SourceConnections.connect(source.sqlserver(), "renkei check")) {
      for (SourceTable table :
          SqlServerCatalog.tables(
                  connection,
                  tables::matches,
                  name -> tables.settings(name).excludeColumns(),
                  (name, why) -> unreadable.add(name + ": " + why))
              .values()) {
        schemas.add(table.schema());
        if (!table.hasKey()) {
          withoutKey.add(table.name());
        }
      }
    }
    return new SourceSchemas(schemas, withoutKey, unreadable);
  }
}
