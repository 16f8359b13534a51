package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.nio.file.Path;

/** What the writer committed, as read from its file; immutable. */
public final class Ledger {
  /** Of a version that this ledger does not have. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  private Ledger() {}

  /**
   * Reads a ledger; a line cut off at the end of the file, of a transaction whose commit nobody
   * knows to have returned, is left out.
   */
  public static Ledger read(Path file) throws IOException {
    throw new UnsupportedOperationException("not built yet");
  }

  /** How many changes were committed: keys, each once for every transaction that changed it. */
  public long changes() {
    return 0;
  }

  public long transactions() {
    return 0;
  }

  /** The version of the last transaction; 0 of an empty ledger. */
  public long lastVersion() {
    return 0;
  }

  /** When the commit of a version returned, in microseconds since 1970, or {@link #UNKNOWN}. */
  public long committedAt(long version) {
    return UNKNOWN;
  }

  /** Hands over each change in the order of versions. */
  public void forEach(Visitor visitor) {}

  /** Takes the changes of a ledger one by one. */
  public interface Visitor {
    /**
     * A net change of one row.
     *
     * @param key as {@link Difference#key}
     * @param deleted whether the row was gone after it
     */
    void change(long version, TableName table, String key, boolean deleted);
  }
}
