package dev.renkei.sqlserver;

import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog shows it.
 *
 * @param schema the columns that are read; those left out by configuration are not in it
 * @param columnIds {@code column_id} of each column of {@code schema}, as Change Tracking's masks
 *     name columns
 * @param defaulted of {@code columnIds}, those that have a default
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
    Set<Integer> defaulted,
    @Nullable Tracking tracking,
    boolean columnsTracked) {

  /**
   * What changes whenever the columns do.
   *
   * @param modified the bits of {@code modify_date}
   */
  record Shape(int objectId, long modified, int maxColumnId) {
    /** What {@link #read} wants of {@code sys.tables AS t}. */
    static final String COLUMNS =
        "t.object_id, CAST(CAST(t.modify_date AS binary(8)) AS bigint), t.max_column_id_used";

    /**
     * Reads the shape of the current row.
     *
     * @param from the position of the first of {@link #COLUMNS}
     */
    static Shape read(ResultSet row, int from) throws SQLException {
      return new Shape(row.getInt(from), row.getLong(from + 1), row.getInt(from + 2));
    }
  }

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
      Set<Integer> defaulted,
      @Nullable Tracking tracking,
      boolean columnsTracked) {
    this(
        schema.table(),
        shape,
        schema,
        SchemaCodec.id(schema),
        KeyFolding.of(schema),
        List.copyOf(columnIds),
        Set.copyOf(defaulted),
        tracking,
        columnsTracked);
  }

  /** The same table, as Change Tracking shows it now. */
  SourceTable with(@Nullable Tracking trackingNow, boolean columnsTrackedNow) {
    return new SourceTable(
        name,
        shape,
        schema,
        schemaId,
        folding,
        columnIds,
        defaulted,
        trackingNow,
        columnsTrackedNow);
  }

  boolean hasKey() {
    for (Column column : schema.columns()) {
      if (column.isKey()) {
        return true;
      }
    }
    return false;
  }
}
