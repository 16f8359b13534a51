package dev.renkei.standin.engine.functions;

import dev.renkei.standin.catalog.Catalog;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Makes the functions of this room known to H2, in the H2 schema {@value #SCHEMA}. */
public final class Functions {
  /** The H2 schema of all aliases; no schema of a SQL Server database has such a name. */
  public static final String SCHEMA = "fn";

  /** Same arguments, same result: H2 may compute it once. */
  private static final List<Class<?>> PURE =
      List.of(Conversions.class, TextFunctions.class, DateFunctions.class, MathFunctions.class);

  private Functions() {}

  /**
   * Registers all functions; to be called once after the instance is opened, before anything else
   * runs.
   *
   * @param catalog what {@code OBJECT_ID()} and its like ask
   */
  public static void install(Connection connection, Catalog catalog) throws SQLException {
    Instances.remember(connection, catalog);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS \"" + SCHEMA + "\"");
      for (Class<?> room : PURE) {
        register(statement, room, " DETERMINISTIC");
      }
      register(statement, MetadataFunctions.class, "");
      register(statement, RowVersions.class, "");
    }
    connection.commit();
  }

  private static void register(Statement statement, Class<?> room, String kind)
      throws SQLException {
    for (Method method : room.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())) {
        statement.execute(
            "CREATE ALIAS IF NOT EXISTS \"%s\".\"%s\"%s FOR '%s.%s'"
                .formatted(SCHEMA, method.getName(), kind, room.getName(), method.getName()));
      }
    }
  }
}
