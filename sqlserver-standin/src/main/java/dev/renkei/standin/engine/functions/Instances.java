package dev.renkei.standin.engine.functions;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.sql.SqlError;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;

/** Which catalog belongs to the H2 database that calls: H2 can only call static methods. */
final class Instances {
  private static final Map<Database, WeakReference<Catalog>> CATALOGS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Instances() {}

  static void remember(Connection connection, Catalog catalog) throws SQLException {
    CATALOGS.put(session(connection).getDatabase(), new WeakReference<>(catalog));
  }

  static SessionLocal session(Connection connection) throws SQLException {
    return (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
  }

  static Catalog catalog(Connection connection) throws SQLException {
    WeakReference<Catalog> known = CATALOGS.get(session(connection).getDatabase());
    Catalog catalog = known == null ? null : known.get();
    if (catalog == null) {
      throw new Raised(SqlError.refused("metadata functions before the instance is open"));
    }
    return catalog;
  }
}
