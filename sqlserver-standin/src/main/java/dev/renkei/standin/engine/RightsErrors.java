package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;

/** What missing rights look like. */
final class RightsErrors {
  private RightsErrors() {}

  static SqlError denied(Permission permission, Table table) {
    return switch (permission) {
      case VIEW_DATABASE_STATE ->
          new SqlError(
              262,
              1,
              14,
              "VIEW DATABASE STATE permission denied in database '%s'."
                  .formatted(table.database()));
      case VIEW_SERVER_STATE ->
          new SqlError(
              300,
              1,
              14,
              "VIEW SERVER STATE permission was denied on object 'server', database 'master'.");
      default ->
          new SqlError(
              229,
              5,
              14,
              "The %s permission was denied on the object '%s', database '%s', schema '%s'."
                  .formatted(permission.text(), table.name(), table.database(), table.schema()));
    };
  }

  /** Some columns may be read, but not this one. */
  static SqlError denied(Permission permission, Table table, String column) {
    return new SqlError(
        230,
        1,
        14,
        "The %s permission was denied on the column '%s' of the object '%s', database '%s', schema '%s'."
            .formatted(permission.text(), column, table.name(), table.database(), table.schema()));
  }

  /** The login has no user in the database. */
  static SqlError noUser(String login, String database) {
    return new SqlError(
        916,
        2,
        14,
        "The server principal \"%s\" is not able to access the database \"%s\" under the current security context."
            .formatted(login, database));
  }
}
