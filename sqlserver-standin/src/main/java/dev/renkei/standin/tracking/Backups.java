package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.sql.SqlError;

/**
 * Copies of databases kept inside the instance under the name of a device: rows, definitions,
 * Change Tracking with its versions.
 */
public final class Backups {
  public Backups(Instance instance, ChangeTracking tracking) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Copies a database as it is committed now; writers go on. An older copy is replaced. */
  public void backup(String db, String device) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Restores a database: its rows, object ids and versions go back, its family stays and its
   * recovery fork is new. No session may use the database meanwhile; the caller sees to that.
   *
   * @param replace whether a database of that name may be replaced though the copy is of another
   */
  public void restore(String db, String device, boolean replace) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }
}
