package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Change Tracking of a whole stand-in: what is tracked, CHANGETABLE as H2 SQL, validity, cleanup.
 *
 * <p>Every SQL fragment answers from the snapshot of the H2 statement or transaction that runs it.
 * A fragment contains each piece of SQL given to it exactly once and in the order given, so that
 * bindings of placeholders keep their order. Thread-safe. Definitions change by one thread at a
 * time, outside of any user's transaction.
 */
public final class ChangeTracking implements AutoCloseable {
  /** Opens Change Tracking over the instance, with what is already tracked there. */
  public ChangeTracking(Instance instance, InstantSource clock) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * {@code ALTER DATABASE db SET CHANGE_TRACKING = ON}.
   *
   * @param retention at least one minute
   */
  public void enableDatabase(String db, Duration retention, boolean autoCleanup) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** {@code ALTER DATABASE db SET CHANGE_TRACKING (..)}: what is empty stays as it is. */
  public void alterDatabase(String db, Optional<Duration> retention, Optional<Boolean> autoCleanup)
      throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** {@code SET CHANGE_TRACKING = OFF}; 22115 while a table is tracked. */
  public void disableDatabase(String db) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Whether Change Tracking is on for the database. */
  public boolean isEnabled(String db) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** {@code ALTER TABLE t ENABLE CHANGE_TRACKING}. */
  public void enableTable(Table table, boolean trackColumns) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  public void disableTable(Table table) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** To be called after TRUNCATE TABLE; does nothing for a table that is not tracked. */
  public void truncated(Table table) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** To be called after DROP TABLE; does nothing for a table that was not tracked. */
  public void dropped(Table table) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** To be called after ALTER TABLE or a rename, with the old definition and the new. */
  public void altered(Table before, Table after) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** To be called before the schemas of a database are dropped. */
  public void databaseDropped(String db) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** To be called after the schemas of a database were renamed in H2. */
  public void databaseRenamed(String from, String to) {
    throw new UnsupportedOperationException("not built yet");
  }

  public boolean isTracked(Table table) {
    return trackedTable(table).isPresent();
  }

  public Optional<TrackedTable> trackedTable(Table table) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * {@code CHANGETABLE(CHANGES t, since)} as a derived table in parentheses, without an alias.
   *
   * <p>Columns: SYS_CHANGE_VERSION, SYS_CHANGE_CREATION_VERSION (BIGINT), SYS_CHANGE_OPERATION
   * (CHAR(1)), SYS_CHANGE_COLUMNS (VARBINARY(4100)), SYS_CHANGE_CONTEXT (VARBINARY(128)), then the
   * key columns by their names, in key order. All SYS_CHANGE_* columns that are not used may be
   * left out.
   *
   * @param sinceSql a value of BIGINT; NULL asks for everything
   * @param usedColumns names in lower case
   * @throws SqlError 22105 where the table is not tracked
   */
  public String changesSql(Table table, String sinceSql, Set<String> usedColumns) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * A condition in H2 SQL: whether {@code CHANGETABLE(CHANGES t, since)} has any row; microseconds.
   *
   * @throws SqlError 22105 where the table is not tracked
   */
  public String existsSql(Table table, String sinceSql) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * {@code CHANGETABLE(VERSION t, (keys), (values))} as a derived table of exactly one row in
   * parentheses, without an alias: SYS_CHANGE_VERSION, SYS_CHANGE_CONTEXT, then the key columns as
   * named in {@code keys}.
   *
   * @throws SqlError 22105 where the table is not tracked, or an error where the keys are not its
   *     key
   */
  public String rowVersionSql(Table table, List<String> keys, List<String> valuesSql)
      throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  /** A scalar of BIGINT in H2 SQL: the version of the last commit, NULL where tracking is off. */
  public String currentVersionSql(String db) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** A scalar of BIGINT in H2 SQL: NULL where the table is not tracked or the id is not known. */
  public String minValidVersionSql(String db, String objectIdSql) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * What SYS_CHANGE_COLUMNS says about a column: the bytes are a word of zeros, then a
   * little-endian word of four bytes per column id.
   */
  public static boolean isColumnInMask(int columnId, byte[] mask) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** The tracked transactions of a session, whose writes all go through this H2 connection. */
  public TrackedTransaction transaction(Connection h2) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Removes what is older than the retention, by the instance's clock. */
  public void cleanup(String db) throws SqlError {
    throw new UnsupportedOperationException("not built yet");
  }

  public LateCommits lateCommits() {
    throw new UnsupportedOperationException("not built yet");
  }

  @Override
  public void close() {}
}
