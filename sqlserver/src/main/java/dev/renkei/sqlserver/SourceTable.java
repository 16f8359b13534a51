package dev.renkei.sqlserver;

import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog shows it.
 *
 * @param schema the columns that are read; those left out by configuration are not in it
 * @param columnIds {@code column_id} of each column of {@code schema}, as Change Tracking's masks
 *     name columns
 * @param tracking null where Change Tracking is off for it
 * @param columnsTracked whether Change Tracking keeps which columns an update touched
 */
record SourceTable(
    TableName name,
    Shape shape,
    TableSchema schema,
    String schemaId,
    KeyFolding folding,
    List<Integer> columnIds,
    @Nullable Tracking tracking,
    boolean columnsTracked) {

  /**
   * What changes whenever the columns do.
   *
   * @param modified {@code modify_date}, as text
   */
  record Shape(int objectId, String modified, int maxColumnId) {}

  /**
   * Change Tracking of one table.
   *
   * @param minValid null where the permission to see it is missing
   */
  record Tracking(long begin, @Nullable Long minValid) {}

  SourceTable(
      Shape shape,
      TableSchema schema,
      List<Integer> columnIds,
      @Nullable Tracking tracking,
      boolean columnsTracked) {
    this(
        schema.table(),
        shape,
        schema,
        SchemaCodec.id(schema),
        KeyFolding.of(schema),
        List.copyOf(columnIds),
        tracking,
        columnsTracked);
  }

  boolean hasKey() {
    return !schema.key().isEmpty();
  }
}
