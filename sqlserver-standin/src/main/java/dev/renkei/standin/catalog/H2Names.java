package dev.renkei.standin.catalog;

/**
 * Where things of SQL Server live in H2: one H2 schema {@code "database.schema"} per schema, every
 * name quoted.
 */
public final class H2Names {
  private H2Names() {}

  /** Quotes an identifier. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  public static String schema(String database, String schema) {
    return quote(database + "." + schema);
  }

  public static String table(String database, String schema, String table) {
    return schema(database, schema) + "." + quote(table);
  }

  /**
   * The H2 schema in which a database keeps what SQL Server hides: commit table and side tables of
   * Change Tracking.
   */
  public static String internalSchema(String database) {
    return schema(database, "$internal");
  }

  /** The sequence from which a database's rowversions come. */
  public static String rowVersions(String database) {
    return internalSchema(database) + "." + quote("rowversions");
  }

  /**
   * An index in H2: its name, a dollar sign and the object id of its table, since SQL Server wants
   * the names of indexes to differ in one table only.
   */
  public static String index(Table table, Table.Key key) {
    return schema(table.database(), table.schema())
        + "."
        + quote(key.name() + "$" + table.objectId());
  }
}
