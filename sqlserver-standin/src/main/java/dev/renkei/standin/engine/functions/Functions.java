package dev.renkei.standin.engine.functions;

import dev.renkei.standin.catalog.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes the functions of this room known to H2, in the H2 schema {@value #SCHEMA}. */
public final class Functions {
  /** The H2 schema of all aliases; no schema of a SQL Server database has such a name. */
  public static final String SCHEMA = "fn";

  private Functions() {}

  /**
   * Registers all functions; to be called once after the instance is opened, before anything else
   * runs.
   *
   * @param catalog what {@code OBJECT_ID()} and its like ask
   */
  public static void install(Connection connection, Catalog catalog) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS \"" + SCHEMA + "\"");
    }
  }
}
