package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Table;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.engine.SessionLocal;
import org.h2.index.Cursor;
import org.h2.result.Row;
import org.h2.result.SearchRow;
import org.h2.value.Value;
import org.h2.value.ValueBigint;

/**
 * Where the changes of one tracked table are kept: its side table, with one row per change, and its
 * commits, which say which versions those rows have.
 *
 * <p>A row's id is its place in the order of changes, with its operation in the lowest two bits. A
 * transaction takes ids in blocks; when it ends it writes for each run of ids it used one commit
 * row, whose id is the version and a running number. So a reader finds what is newer than its
 * cursor by a range of commits and ranges of changes, without an index and without touching what is
 * older. For one key the order of ids is the order of changes: a transaction takes a new block as
 * soon as another one has committed changes of this table ({@link #epoch}), and changes of one key
 * by two transactions always have a commit between them, for the row is locked.
 *
 * <p>Thread-safe.
 */
final class SideTable {
  static final int INSERT = 1;
  static final int UPDATE = 2;
  static final int DELETE = 3;

  /** Bits of a commit row's id below the version. */
  static final int RUN_BITS = 20;

  private final String database;
  private final int objectId;
  private final boolean trackColumns;
  private final org.h2.table.Table changes;
  private final org.h2.table.Table commits;
  private final AtomicLong next;
  private final AtomicLong epoch = new AtomicLong();
  private volatile Table definition;
  private volatile boolean open = true;

  /**
   * Opens existing tables.
   *
   * @param nextPlace above every place that a row has
   */
  SideTable(
      Table definition,
      boolean trackColumns,
      org.h2.table.Table changes,
      org.h2.table.Table commits,
      long nextPlace) {
    this.database = definition.database();
    this.objectId = definition.objectId();
    this.definition = definition;
    this.trackColumns = trackColumns;
    this.changes = changes;
    this.commits = commits;
    this.next = new AtomicLong(nextPlace);
  }

  /** The H2 name of the table of changes. */
  static String changesName(String database, int objectId) {
    return H2Names.internalSchema(database) + ".\"change_tracking_" + objectId + "\"";
  }

  /** The H2 name of the table of commits. */
  static String commitsName(String database, int objectId) {
    return H2Names.internalSchema(database) + ".\"change_tracking_" + objectId + "_commits\"";
  }

  /** The name of the column that keeps a key column; a renamed column keeps its id. */
  static String keyName(int columnId) {
    return "\"k_" + columnId + "\"";
  }

  String database() {
    return database;
  }

  int objectId() {
    return objectId;
  }

  boolean trackColumns() {
    return trackColumns;
  }

  Table definition() {
    return definition;
  }

  void redefine(Table after) {
    definition = after;
  }

  boolean isOpen() {
    return open;
  }

  void close() {
    open = false;
  }

  /** The same tables after one of them was altered, to go on in place of this. */
  SideTable reopened(org.h2.table.Table newChanges, org.h2.table.Table newCommits) {
    return new SideTable(definition, trackColumns, newChanges, newCommits, next.get());
  }

  /** Takes that many places; the first is returned. */
  long take(long places) {
    return next.getAndAdd(places);
  }

  /** Rises before each commit of changes of this table. */
  long epoch() {
    return epoch.get();
  }

  void nextEpoch() {
    epoch.incrementAndGet();
  }

  /** Writes a change in the session's transaction. */
  void add(SessionLocal session, long id, long xdes, Value mask, Value context, Value[] key) {
    Value[] row = new Value[4 + key.length];
    row[0] = ValueBigint.get(id);
    row[1] = ValueBigint.get(xdes);
    row[2] = mask;
    row[3] = context;
    System.arraycopy(key, 0, row, 4, key.length);
    add(session, changes, row);
  }

  /** Whether any change with an id in the range is left, seen from the session's transaction. */
  boolean hasChange(SessionLocal session, long first, long last) {
    // By the key's index: the scan of a table that H2 has rebuilt goes by other numbers.
    Cursor cursor =
        Objects.requireNonNull(changes.findPrimaryKey())
            .find(session, bound(first), bound(last), false);
    return cursor.next();
  }

  private SearchRow bound(long id) {
    Row row = changes.getTemplateRow();
    row.setValue(0, ValueBigint.get(id));
    row.setKey(id);
    return row;
  }

  /** Writes which version a run of changes has. */
  void addCommit(SessionLocal session, long version, int run, long first, long last) {
    if (run >> RUN_BITS != 0) {
      throw new IllegalStateException(
          "a transaction changed %s between a million commits of others".formatted(changes));
    }
    add(
        session,
        commits,
        ValueBigint.get(version << RUN_BITS | run),
        ValueBigint.get(first),
        ValueBigint.get(last));
  }

  static void add(SessionLocal session, org.h2.table.Table table, Value... values) {
    table.lock(session, org.h2.table.Table.WRITE_LOCK);
    table.addRow(session, table.createRow(values, SearchRow.MEMORY_CALCULATE));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Objects.hash(database, objectId);
  }
}
