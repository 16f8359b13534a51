package dev.renkei.standin.tracking;

import dev.renkei.standin.sql.SqlError;
import java.sql.SQLException;

/**
 * What SQL Server answers where Change Tracking cannot do as told; texts as in sys.messages
 * (learn.microsoft.com, "Database Engine events and errors").
 */
final class TrackingErrors {
  private TrackingErrors() {}

  static SqlError databaseNotTracked(String database, String table) {
    return error(
        1718,
        "Change tracking must be enabled on database '%s' before it can be enabled on table '%s'."
            .formatted(database, table));
  }

  static SqlError tableAlreadyTracked(String table) {
    return error(4996, "Change tracking is already enabled for table '%s'.".formatted(table));
  }

  static SqlError noPrimaryKey(String table) {
    return error(
        4997,
        ("Cannot enable change tracking on table '%s'. Change tracking requires a primary key on the"
                + " table. Create a primary key on the table before enabling change tracking.")
            .formatted(table));
  }

  static SqlError cannotDisableTable(String table) {
    return error(4998, "Change tracking is not enabled on table '%s'.".formatted(table));
  }

  static SqlError databaseAlreadyTracked(String database) {
    return error(5088, "Change tracking is already enabled for database '%s'.".formatted(database));
  }

  /** {@code state} 1 where it was to be switched off, 2 where its options were to change. */
  static SqlError databaseDisabled(String database, int state) {
    return new SqlError(
        5089,
        state,
        16,
        ("Change tracking is disabled for database '%s'. Change tracking must be enabled on a database"
                + " to modify change tracking settings.")
            .formatted(database));
  }

  static SqlError systemDatabase(String database) {
    return error(
        5090,
        ("Database '%s' is a system database. Change tracking settings cannot be modified for system"
                + " databases.")
            .formatted(database));
  }

  static SqlError retentionOutOfRange() {
    return new SqlError(
        5092,
        1,
        15,
        "The value for change tracking option 'CHANGE_RETENTION' is not valid. The value must be"
            + " between 1 and 2147483647 minutes.");
  }

  static SqlError notAMask() {
    return error(
        22101,
        "The value supplied for the change_columns argument of CHANGE_TRACKING_IS_COLUMN_IN_MASK"
            + " function is not valid. The value must be a bitmask returned by the"
            + " CHANGETABLE(CHANGES ...) function.");
  }

  static SqlError versionArguments() {
    return error(
        22103,
        "The arguments supplied are not valid for the VERSION option of the CHANGETABLE function.");
  }

  static SqlError tableNotTracked(String table) {
    return error(22105, "Change tracking is not enabled on table '%s'.".formatted(table));
  }

  static SqlError keyColumnCount(String table) {
    return error(
        22110,
        ("The number of columns specified in the CHANGETABLE(VERSION ...) function does not match the"
                + " number of primary key columns for table '%s'.")
            .formatted(table));
  }

  static SqlError notAKeyColumn(String column, String table) {
    return error(
        22111,
        ("The column '%s' specified in the CHANGETABLE(VERSION ...) function is not part of the primary"
                + " key for table '%s'.")
            .formatted(column, table));
  }

  static SqlError keyColumnTwice(String column) {
    return error(
        22112,
        ("Each primary key column must be specified once in the CHANGETABLE(VERSION ...) function. The"
                + " column '%s' is specified more than once.")
            .formatted(column));
  }

  static SqlError tablesStillTracked(String database) {
    return error(
        22115,
        ("Change tracking is enabled for one or more tables in database '%s'. Disable change tracking"
                + " on each table before disabling it for the database. Use the"
                + " sys.change_tracking_tables catalog view to obtain a list of tables for which change"
                + " tracking is enabled.")
            .formatted(database));
  }

  /** A fault of H2 under a definition of ours. */
  static SqlError h2(SQLException e) {
    if (e.getErrorCode() == org.h2.api.ErrorCode.LOCK_TIMEOUT_1) {
      return new SqlError(1222, 51, 16, "Lock request time out period exceeded.", e);
    }
    return new SqlError(
        SqlError.NOT_SUPPORTED, 2, 16, "Change Tracking of the stand-in failed: " + e, e);
  }

  private static SqlError error(int number, String message) {
    return new SqlError(number, 1, 16, message);
  }
}
