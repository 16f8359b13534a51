package dev.renkei.standin.engine.functions;

import dev.renkei.standin.catalog.H2Names;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;

/** What a database's counter of rowversion values says ({@link H2Names#rowVersions}). */
public final class RowVersions {
  private RowVersions() {}

  /** {@code @@DBTS}: the last value given, in a database spelled as in the catalog. */
  public static byte[] lastRowVersion(Connection connection, String database) throws SQLException {
    String schema = H2Names.internalSchema(database);
    String bare = schema.substring(1, schema.length() - 1).replace("\"\"", "\"");
    long last =
        Instances.session(connection)
            .getDatabase()
            .getSchema(bare)
            .getSequence("rowversions")
            .getCurrentValue();
    return ByteBuffer.allocate(8).putLong(last).array();
  }
}
