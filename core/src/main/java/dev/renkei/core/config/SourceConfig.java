package dev.renkei.core.config;

import java.time.Duration;

/**
 * The source.
 *
 * @param name part of every id; never what the server calls itself (SEMANTICS 3)
 * @param maxTransaction how long a snapshot transaction may stay open (SEMANTICS 13)
 * @param maxRowsPerSecond for snapshots; changes are not throttled
 * @param lateCommitOverlap versions that are read again now and then (SEMANTICS 14)
 * @param lateCommitGrace age of a chunk's stamp without SNAPSHOT isolation (SEMANTICS 17)
 */
public record SourceConfig(
    SqlServerConfig sqlserver,
    String name,
    Isolation isolation,
    Duration maxTransaction,
    int maxRowsPerSecond,
    int lateCommitOverlap,
    Duration lateCommitGrace) {

  public enum Isolation {
    SNAPSHOT,
    SNAPSHOT_OR_FALLBACK,
    READ_COMMITTED
  }

  public SourceConfig {
    if (name.isEmpty()
        || maxTransaction.isNegative()
        || maxTransaction.isZero()
        || maxRowsPerSecond < 1
        || lateCommitOverlap < 0
        || lateCommitGrace.isNegative()) {
      throw new IllegalArgumentException("a limit of source '" + name + "' is out of range");
    }
  }
}
