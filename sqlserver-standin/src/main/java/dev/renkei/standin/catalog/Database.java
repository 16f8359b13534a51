package dev.renkei.standin.catalog;

import java.io.Serializable;
import java.util.UUID;

/**
 * One database of the instance.
 *
 * @param id as in {@code DB_ID()}: master 1, tempdb 2, model 3, msdb 4, then 5 and up
 * @param snapshotIsolation {@code ALLOW_SNAPSHOT_ISOLATION}
 * @param readCommittedSnapshot {@code READ_COMMITTED_SNAPSHOT}; it only shows in sys.databases,
 *     since H2's readers never block
 * @param readableSecondary whether the database plays a read-only secondary replica: writes are
 *     refused (3906) and Change Tracking functions too (22117)
 * @param familyGuid {@code sys.database_recovery_status.family_guid}: born with the database
 * @param recoveryFork {@code recovery_fork_guid}: replaced by each restore
 */
public record Database(
    int id,
    String name,
    boolean snapshotIsolation,
    boolean readCommittedSnapshot,
    boolean readableSecondary,
    UUID familyGuid,
    UUID recoveryFork)
    implements Serializable {

  public Database withName(String changed) {
    return new Database(
        id,
        changed,
        snapshotIsolation,
        readCommittedSnapshot,
        readableSecondary,
        familyGuid,
        recoveryFork);
  }

  public Database withSnapshotIsolation(boolean allowed) {
    return new Database(
        id, name, allowed, readCommittedSnapshot, readableSecondary, familyGuid, recoveryFork);
  }

  public Database withReadCommittedSnapshot(boolean on) {
    return new Database(
        id, name, snapshotIsolation, on, readableSecondary, familyGuid, recoveryFork);
  }

  public Database withReadableSecondary(boolean secondary) {
    return new Database(
        id, name, snapshotIsolation, readCommittedSnapshot, secondary, familyGuid, recoveryFork);
  }

  /** As a restore leaves it. */
  public Database withRecoveryFork(UUID fork) {
    return new Database(
        id, name, snapshotIsolation, readCommittedSnapshot, readableSecondary, familyGuid, fork);
  }
}
