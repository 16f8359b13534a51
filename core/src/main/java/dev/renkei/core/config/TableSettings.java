package dev.renkei.core.config;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How one table is tracked.
 *
 * @param interval from the begin of one poll to that of the next
 * @param batchSize rows that are read and published together
 * @param lockTimeout how long a read waits for a lock
 * @param retryMaxTimes failures in a row before the alert
 * @param excludeColumns columns that are not read, in whatever case
 * @param reloadEvery how often the whole table is loaded, for a table without a key; null for one
 *     that is tracked
 * @param where the condition, in CEL, of the rows that are published; null for all
 */
public record TableSettings(
    Duration interval,
    Start start,
    int batchSize,
    Duration lockTimeout,
    int retryMaxTimes,
    OnHistoryLost onHistoryLost,
    Set<String> excludeColumns,
    @Nullable Duration reloadEvery,
    @Nullable String where) {

  /** What a table that no tracker knows begins with. */
  public enum Start {
    SNAPSHOT,
    LATEST
  }

  /** What follows when the source no longer holds the changes since the cursor. */
  public enum OnHistoryLost {
    RELOAD,
    STOP
  }

  public TableSettings {
    Set<String> columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    columns.addAll(excludeColumns);
    excludeColumns = Collections.unmodifiableSet(columns);
    if (!isPositive(interval)
        || !isPositive(lockTimeout)
        || batchSize < 1
        || retryMaxTimes < 1
        || (reloadEvery != null && !isPositive(reloadEvery))) {
      throw new IllegalArgumentException("a number of a table's settings is not above zero");
    }
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
