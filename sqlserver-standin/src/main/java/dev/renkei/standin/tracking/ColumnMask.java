package dev.renkei.standin.tracking;

import dev.renkei.standin.sql.SqlError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns an update named. A side table keeps it as bits, so that H2 can unite the masks of
 * several updates; clients see SQL Server's form: a word of zeros, then the id of each column as a
 * little-endian word of four bytes (<a href="https://stackoverflow.com/a/63205580">observed</a>).
 *
 * <p>Bit 0, which is no column's, says "all of them": set by inserts, deletes, and updates of all
 * columns outside the key in one operation.
 */
public final class ColumnMask {
  /** The SQL name of {@link #changeColumns} in H2. */
  static final String FUNCTION = "\"$instance\".\"SYS_CHANGE_COLUMNS\"";

  /** The bits of "all of them". */
  static final byte[] ALL = {1};

  private static final int MAX_COLUMNS = 1024;

  private ColumnMask() {}

  /** The bits of some columns. */
  static byte[] bits(Set<Integer> columnIds) {
    BitSet bits = new BitSet();
    columnIds.forEach(bits::set);
    return bits.toByteArray();
  }

  /** SQL Server's form of united bits; null for "all of them". H2 calls this from SQL. */
  public static byte @Nullable [] changeColumns(byte @Nullable [] bits) {
    if (bits == null || (bits.length > 0 && (bits[0] & 1) != 0)) {
      return null;
    }
    BitSet columns = BitSet.valueOf(bits);
    ByteBuffer words =
        ByteBuffer.allocate(4 + 4 * Math.min(MAX_COLUMNS, columns.cardinality()))
            .order(ByteOrder.LITTLE_ENDIAN);
    words.putInt(0);
    columns.stream().limit(MAX_COLUMNS).forEach(words::putInt);
    return words.array();
  }

  /**
   * {@code CHANGE_TRACKING_IS_COLUMN_IN_MASK}: no mask names every column.
   *
   * @throws SqlError 22101 for bytes that are no mask
   */
  public static boolean contains(int columnId, byte @Nullable [] mask) throws SqlError {
    if (mask == null) {
      return true;
    }
    if (mask.length < 8) {
      throw TrackingErrors.notAMask();
    }
    ByteBuffer words = ByteBuffer.wrap(mask).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 4; at + 4 <= mask.length; at += 4) {
      if (words.getInt(at) == columnId) {
        return true;
      }
    }
    return false;
  }
}
