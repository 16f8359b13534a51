package dev.renkei.standin.engine.define;

import dev.renkei.standin.sql.SqlError;

/**
 * SQL Server's errors about definitions, with its numbers, states and texts.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors">
 *     Database engine events and errors</a>
 */
final class Refusals {
  private Refusals() {}

  private static SqlError of(int number, int state, String text, Object... facts) {
    return new SqlError(number, state, 16, facts.length == 0 ? text : text.formatted(facts));
  }

  // ---- databases ----

  static SqlError databaseExists(String name) {
    return of(1801, 3, "Database '%s' already exists. Choose a different database name.", name);
  }

  static SqlError noDatabase(String name) {
    return of(
        911,
        1,
        "Database '%s' does not exist. Make sure that the name is entered correctly.",
        name);
  }

  static SqlError cannotAlterDatabase(String name) {
    return new SqlError(
        5011,
        5,
        14,
        ("User does not have permission to alter database '%s', the database does not exist, or the"
                + " database is not in a state that allows access checks.")
            .formatted(name));
  }

  static SqlError cannotDrop(String kind, String name) {
    return new SqlError(
        3701,
        5,
        11,
        "Cannot drop the %s '%s', because it does not exist or you do not have permission."
            .formatted(kind, name));
  }

  static SqlError systemDatabase(String verb, String name) {
    return of(3708, 1, "Cannot %s the database '%s' because it is a system database.", verb, name);
  }

  static SqlError readOnly(String database) {
    return of(
        3906, 2, "Failed to update database \"%s\" because the database is read-only.", database);
  }

  static SqlError denied(String permission, String database) {
    return new SqlError(
        262, 1, 14, "%s permission denied in database '%s'.".formatted(permission, database));
  }

  static SqlError notAllowed() {
    return new SqlError(15247, 1, 16, "User does not have permission to perform this action.");
  }

  // ---- Change Tracking ----

  static SqlError trackingOfSystemDatabase(String name) {
    return of(
        5090,
        1,
        "Database '%s' is a system database. Change tracking settings cannot be modified for system"
            + " databases.",
        name);
  }

  static SqlError trackingAlreadyOn(String database) {
    return of(5088, 1, "Change tracking is already enabled for database '%s'.", database);
  }

  static SqlError trackingOff(String database, int state) {
    return of(
        5089,
        state,
        "Change tracking is disabled for database '%s'. Change tracking must be enabled on a"
            + " database to modify change tracking settings.",
        database);
  }

  static SqlError badRetention() {
    return new SqlError(
        5092,
        1,
        15,
        "The value for change tracking option 'CHANGE_RETENTION' is not valid. The value must be"
            + " between 1 and 2147483647 minutes.");
  }

  static SqlError badRetentionUnit(String unit) {
    return new SqlError(
        155, 2, 15, "'%s' is not a recognized CHANGE RETENTION UNIT option.".formatted(unit));
  }

  static SqlError tablesStillTracked(String database) {
    return of(
        22115,
        1,
        "Change tracking is enabled for one or more tables in database '%s'. Disable change tracking"
            + " on each table before disabling it for the database. Use the"
            + " sys.change_tracking_tables catalog view to obtain a list of tables for which change"
            + " tracking is enabled.",
        database);
  }

  /** Number and text as probed by others on SQL Server 2025. */
  static SqlError trackDatabaseFirst(String database, String table) {
    return of(
        1718,
        1,
        "Change tracking must be enabled on database '%s' before it can be enabled on table '%s'.",
        database,
        table);
  }

  static SqlError alreadyTracked(String table) {
    return of(4996, 1, "Change tracking is already enabled for table '%s'.", table);
  }

  static SqlError trackingNeedsKey(String table) {
    return of(
        4997,
        1,
        "Cannot enable change tracking on table '%s'. Change tracking requires a primary key on the"
            + " table. Create a primary key on the table before enabling change tracking.",
        table);
  }

  static SqlError notTracked(String table) {
    return of(4998, 1, "Change tracking is not enabled on table '%s'.", table);
  }

  static SqlError timestampKey(String table) {
    return of(
        4999,
        1,
        "Cannot enable change tracking on table '%s'. Change tracking does not support a primary key"
            + " of type timestamp on a table.",
        table);
  }

  /** Number and text as probed by others on SQL Server 2025. */
  static SqlError keyOfTrackedTable(String constraint, String table) {
    return of(
        3735,
        1,
        "The primary key constraint '%s' on table '%s' cannot be dropped because change tracking is"
            + " enabled on the table. Change tracking requires a primary key constraint on the"
            + " table. Disable change tracking before dropping the constraint.",
        constraint,
        table);
  }

  // ---- objects ----

  static SqlError exists(String name) {
    return of(2714, 6, "There is already an object named '%s' in the database.", name);
  }

  static SqlError noObject(int number, String name) {
    return of(
        number,
        1,
        "Cannot find the object \"%s\" because it does not exist or you do not have permissions.",
        name);
  }

  static SqlError noSchema(String name) {
    return of(
        2760,
        1,
        "The specified schema name \"%s\" either does not exist or you do not have permission to use"
            + " it.",
        name);
  }

  static SqlError noPrincipal(String verb, String kind, String name) {
    return of(
        15151,
        1,
        "Cannot %s the %s '%s', because it does not exist or you do not have permission.",
        verb,
        kind,
        name);
  }

  static SqlError referenced(String thing, String name, String by) {
    return of(
        3729,
        1,
        "Cannot drop %s '%s' because it is being referenced by object '%s'.",
        thing,
        name,
        by);
  }

  static SqlError wrongKind(String statement, String name, String kind, String right) {
    return of(
        3705,
        1,
        "Cannot use DROP %s with '%s' because '%s' is a %s. Use %s.",
        statement,
        name,
        name,
        kind,
        right);
  }

  // ---- columns ----

  static SqlError columnTwice(String column, String table) {
    return of(
        2705,
        3,
        "Column names in each table must be unique. Column name '%s' in table '%s' is specified more"
            + " than once.",
        column,
        table);
  }

  static SqlError noColumn(String statement, String column, String table) {
    return of(
        4924,
        1,
        "%s failed because column '%s' does not exist in table '%s'.",
        statement,
        column,
        table);
  }

  static SqlError dependent(String kind, String name, String column) {
    return of(5074, 1, "The %s '%s' is dependent on column '%s'.", kind, name, column);
  }

  static SqlError lastColumn(String column, String table) {
    return of(
        4923,
        1,
        "ALTER TABLE DROP COLUMN failed because '%s' is the only data column in table '%s'. A table"
            + " must have at least one data column.",
        column,
        table);
  }

  static SqlError needsValue(String column, String table) {
    return of(
        4901,
        1,
        "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT"
            + " definition specified, or the column being added is an identity or timestamp column,"
            + " or alternatively if none of the previous conditions are satisfied the table must be"
            + " empty to allow addition of this column. Column '%s' cannot be added to non-empty"
            + " table '%s' because it does not satisfy these conditions.",
        column,
        table);
  }

  static SqlError cannotAlterColumn(String column, String what) {
    return of(4928, 1, "Cannot alter column '%s' because it is '%s'.", column, what);
  }

  static SqlError twoIdentities(String table) {
    return of(
        2744,
        2,
        "Multiple identity columns specified for table '%s'. Only one identity column per table is"
            + " allowed.",
        table);
  }

  static SqlError badIdentity(String column) {
    return of(
        2749,
        2,
        "Identity column '%s' must be of data type int, bigint, smallint, tinyint, or decimal or"
            + " numeric with a scale of 0, unencrypted, and constrained to be nonnullable.",
        column);
  }

  static SqlError twoTimestamps(String table, String column) {
    return of(
        2738,
        2,
        "A table can only have one timestamp column. Because table '%s' already has one, the column"
            + " '%s' cannot be added.",
        table,
        column);
  }

  static SqlError defaultOnIdentity(String table, String column) {
    return of(
        1754,
        0,
        "Defaults cannot be created on columns with an IDENTITY attribute. Table '%s', column '%s'.",
        table,
        column);
  }

  static SqlError defaultExists() {
    return of(1781, 1, "Column already has a DEFAULT bound to it.");
  }

  static SqlError nullInto(String column, String fullTable) {
    return of(
        515,
        2,
        "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls."
            + " UPDATE fails.",
        column,
        fullTable);
  }

  // ---- keys and constraints ----

  static SqlError twoKeys(String table) {
    return of(8110, 0, "Cannot add multiple PRIMARY KEY constraints to table '%s'.", table);
  }

  static SqlError hasKey(String table) {
    return of(1779, 0, "Table '%s' already has a primary key defined on it.", table);
  }

  static SqlError nullableKey(String table) {
    return of(
        8111, 1, "Cannot define PRIMARY KEY constraint on nullable column in table '%s'.", table);
  }

  static SqlError noKeyColumn(String column) {
    return of(1911, 1, "Column name '%s' does not exist in the target table or view.", column);
  }

  static SqlError keyColumnTwice(String column) {
    return of(
        1909,
        1,
        "Cannot use duplicate column names in index. Column name '%s' listed more than once.",
        column);
  }

  static SqlError badKeyColumn(String column, String table) {
    return of(
        1919,
        1,
        "Column '%s' in table '%s' is of a type that is invalid for use as a key column in an"
            + " index.",
        column,
        table);
  }

  static SqlError indexExists(String index, String table) {
    return of(
        1913,
        1,
        "The operation failed because an index or statistics with name '%s' already exists on table"
            + " '%s'.",
        index,
        table);
  }

  static SqlError duplicateKeys(String table, String index) {
    return of(
        1505,
        1,
        "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the"
            + " object name '%s' and the index name '%s'.",
        table,
        index);
  }

  static SqlError notAConstraint(String name) {
    return of(3728, 1, "'%s' is not a constraint.", name);
  }

  static SqlError keyReferenced(String key, String table, String foreignKey) {
    return of(
        3725,
        0,
        "The constraint '%s' is being referenced by table '%s', foreign key constraint '%s'.",
        key,
        table,
        foreignKey);
  }

  static SqlError tableReferenced(String table) {
    return of(
        3726,
        1,
        "Could not drop object '%s' because it is referenced by a FOREIGN KEY constraint.",
        table);
  }

  static SqlError truncateReferenced(String table) {
    return of(
        4712,
        1,
        "Cannot truncate table '%s' because it is being referenced by a FOREIGN KEY constraint.",
        table);
  }

  static SqlError indexOfConstraint(String index, boolean primary) {
    return of(
        3723,
        4,
        "An explicit DROP INDEX is not allowed on index '%s'. It is being used for %s KEY constraint"
            + " enforcement.",
        index,
        primary ? "PRIMARY" : "UNIQUE");
  }

  static SqlError badTarget(String foreignKey, String table) {
    return of(1767, 0, "Foreign key '%s' references invalid table '%s'.", foreignKey, table);
  }

  static SqlError badReferencing(String foreignKey, String column, String table) {
    return of(
        1769,
        1,
        "Foreign key '%s' references invalid column '%s' in referencing table '%s'.",
        foreignKey,
        column,
        table);
  }

  static SqlError badReferenced(String foreignKey, String column, String table) {
    return of(
        1770,
        0,
        "Foreign key '%s' references invalid column '%s' in referenced table '%s'.",
        foreignKey,
        column,
        table);
  }

  static SqlError noCandidateKey(String foreignKey, String table) {
    return of(
        1776,
        0,
        "There are no primary or candidate keys in the referenced table '%s' that match the"
            + " referencing column list in the foreign key '%s'.",
        table,
        foreignKey);
  }

  static SqlError crossDatabase(String foreignKey) {
    return of(
        1763,
        0,
        "Cross-database foreign key references are not supported. Foreign key '%s'.",
        foreignKey);
  }

  static SqlError conflict(
      String statement, String kind, String name, String database, String table) {
    return of(
        547,
        0,
        "The %s statement conflicted with the %s constraint \"%s\". The conflict occurred in database"
            + " \"%s\", table \"%s\".",
        statement,
        kind,
        name,
        database,
        table);
  }

  // ---- types, principals ----

  static SqlError typeExists(String name) {
    return of(
        219, 1, "The type '%s' already exists, or you do not have permission to create it.", name);
  }

  static SqlError typeUsed(String type, String by) {
    return of(
        3732,
        1,
        "Cannot drop type '%s' because it is being referenced by object '%s'. There may be other"
            + " objects that reference this type.",
        type,
        by);
  }

  static SqlError badCollation(String name) {
    return of(448, 3, "Invalid collation '%s'.", name);
  }

  static SqlError loginExists(String name) {
    return of(15025, 1, "The server principal '%s' already exists.", name);
  }

  static SqlError userExists(String name) {
    return of(15023, 1, "User, group, or role '%s' already exists in the current database.", name);
  }

  static SqlError noLogin(String name) {
    return of(15007, 1, "'%s' is not a valid login or you do not have permission.", name);
  }

  static SqlError loginHasUser() {
    return of(15063, 1, "The login already has an account under a different user name.");
  }

  static SqlError noItem(String name, String database, String type) {
    return new SqlError(
        15225,
        1,
        11,
        ("No item by the name of '%s' could be found in the current database '%s', given that"
                + " @itemtype was input as '%s'.")
            .formatted(name, database, type));
  }

  static SqlError nameTaken(String name, String kind) {
    return new SqlError(
        15335,
        1,
        11,
        ("Error: The new name '%s' is already in use as a %s name and would cause a duplicate that"
                + " is not permitted.")
            .formatted(name, kind));
  }
}
