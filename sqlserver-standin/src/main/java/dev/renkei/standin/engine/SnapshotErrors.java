package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;

/** What SNAPSHOT isolation refuses, in SQL Server's words. */
final class SnapshotErrors {
  private SnapshotErrors() {}

  static SqlError notAllowed(String database) {
    return new SqlError(
        3952,
        1,
        16,
        "Snapshot isolation transaction failed accessing database '%s' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation."
            .formatted(database));
  }

  static SqlError begunOtherwise(String database) {
    return new SqlError(
        3951,
        1,
        16,
        "Transaction failed in database '%s' because the statement was run under snapshot isolation but the transaction did not start in snapshot isolation. You cannot change the isolation level of the transaction to snapshot after the transaction has started unless the transaction was originally started under snapshot isolation level."
            .formatted(database));
  }

  static SqlError tableAltered(String database) {
    return new SqlError(
        3961,
        1,
        16,
        "Snapshot isolation transaction failed in database '%s' because the object accessed by the statement has been modified by a DDL statement in another concurrent transaction since the start of this transaction. It is disallowed because the metadata is not versioned. A concurrent update to metadata can lead to inconsistency if mixed with snapshot isolation."
            .formatted(database));
  }

  static SqlError updateConflict(String table, String database) {
    return new SqlError(
        3960,
        2,
        16,
        "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access table '%s' directly or indirectly in database '%s' to update, delete, or insert the row that has been modified or deleted by another transaction. Retry the transaction or change the isolation level for the update/delete statement."
            .formatted(table, database));
  }
}
