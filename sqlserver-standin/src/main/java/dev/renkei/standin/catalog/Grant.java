package dev.renkei.standin.catalog;

import java.io.Serializable;

/**
 * A permission given or denied, as a row of {@code sys.database_permissions}.
 *
 * @param user who has it: a user or {@code public}
 * @param scope what it is given on
 * @param target object id for OBJECT and COLUMN, else 0
 * @param schema for SCHEMA, else empty
 * @param column for COLUMN, else empty
 * @param deny whether it is DENY rather than GRANT
 */
public record Grant(
    String user,
    Permission permission,
    Scope scope,
    int target,
    String schema,
    String column,
    boolean deny)
    implements Serializable {

  /** What a permission is given on. */
  public enum Scope {
    DATABASE,
    SCHEMA,
    OBJECT,
    COLUMN
  }

  /** Whether both speak of the same permission of the same user on the same thing. */
  boolean sameAs(Grant other) {
    return user.equalsIgnoreCase(other.user)
        && permission == other.permission
        && scope == other.scope
        && target == other.target
        && schema.equalsIgnoreCase(other.schema)
        && column.equalsIgnoreCase(other.column);
  }
}
