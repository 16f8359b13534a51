package dev.renkei.warehouse.bigquery;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;

/**
 * How changes of one schema become rows of their table, as of one moment.
 *
 * @param log the text of the log's shape
 * @param upserts the text of the shape of the table of current rows
 * @param floor what is below was swept (SEMANTICS 18)
 * @param purged deletes up to there are forgotten (SEMANTICS 11)
 */
record RowForm(
    String id, Binding binding, String log, String upserts, Sequence floor, Sequence purged) {
  static RowForm of(LiveTable table, String schemaId) {
    return new RowForm(
        table.stored().id(),
        table.binding(schemaId),
        TableShape.ofLog(table.stored()).text(),
        TableShape.ofUpserts(table.stored()).text(),
        table.floor(),
        table.purged());
  }

  boolean isSwept(Change change) {
    return change.sequence().compareTo(floor) < 0;
  }

  /** Its row lacks columns that keep their values, or it may be older than what is remembered. */
  boolean needsLookUp(Change change) {
    return (change.type() != ChangeType.DELETE && binding.isPartial()) || mayBeForgotten(change);
  }

  /** Whether a key that is not known may have been forgotten after this change. */
  boolean mayBeForgotten(Change change) {
    return change.sequence().compareTo(purged) <= 0;
  }
}
