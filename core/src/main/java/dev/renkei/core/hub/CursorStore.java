package dev.renkei.core.hub;

import dev.renkei.core.schema.TableName;
import java.util.Collection;

/**
 * Reads cursors that publishers have made durable; of all trackers, read to the end and committed
 * only.
 */
public interface CursorStore {
  Collection<Cursor> cursors(String source, TableName table)
      throws HubException, InterruptedException;

  Collection<Cursor> cursors(String source) throws HubException, InterruptedException;
}
