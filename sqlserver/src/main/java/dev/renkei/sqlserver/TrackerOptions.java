package dev.renkei.sqlserver;

import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.TablesConfig;
import java.time.Duration;

/**
 * What a tracker works by.
 *
 * @param name the tracker's stable configured name
 * @param parallelTables how many tables are read at a time
 * @param catalogEvery how often the catalog is read, so that new tables join
 * @param idleCursorEvery how often the cursor of an idle table is made durable; in memory it moves
 *     at every poll
 * @param overlapEvery how often the last {@code late_commit_overlap} versions are read again
 * @param takeOverAfter how long another tracker that has claimed a snapshot may be silent
 * @param chunkRows how many rows of a snapshot are read before its progress becomes durable
 */
public record TrackerOptions(
    String name,
    SourceConfig source,
    TablesConfig tables,
    int parallelTables,
    Duration catalogEvery,
    Duration idleCursorEvery,
    Duration overlapEvery,
    Duration takeOverAfter,
    int chunkRows) {
  public TrackerOptions {
    if (name.isEmpty() || parallelTables < 1 || chunkRows < 1) {
      throw new IllegalArgumentException(
          "tracker '%s' with %d tables at a time and chunks of %d rows"
              .formatted(name, parallelTables, chunkRows));
    }
  }

  public TrackerOptions(String name, SourceConfig source, TablesConfig tables, int parallelTables) {
    this(
        name,
        source,
        tables,
        parallelTables,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        50_000);
  }
}
