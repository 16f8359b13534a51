package dev.renkei.standin.catalog;

import org.h2.api.TableEngine;
import org.h2.command.ddl.CreateTableData;
import org.h2.engine.Database;
import org.h2.table.Table;

/**
 * The table engine of all tables of an instance: H2's own tables, under {@link Collation}.
 *
 * <p>H2 makes it by name (setting {@code DEFAULT_TABLE_ENGINE}), also for its table of definitions,
 * the first it opens; so every table and index of a reopened database compares as it was built.
 */
public final class CollatingTables implements TableEngine {
  @Override
  public Table createTable(CreateTableData data) {
    Database database = data.session.getDatabase();
    if (!(database.getCompareMode() instanceof Collation)) {
      database.setCompareMode(new Collation());
    }
    return new StoredTable(data, database.getStore());
  }
}
