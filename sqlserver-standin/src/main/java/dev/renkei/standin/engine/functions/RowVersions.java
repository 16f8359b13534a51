package dev.renkei.standin.engine.functions;

import dev.renkei.standin.catalog.H2Names;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.h2.engine.SessionLocal;
import org.h2.mvstore.tx.Transaction;
import org.h2.schema.Sequence;

/**
 * The rowversion values of each database, from its counter ({@link H2Names#rowVersions}): never
 * given twice, not even after a rollback. Databases are spelled as in the catalog.
 */
public final class RowVersions {
  /** The first value that each open transaction was given in each counter. */
  private static final List<Given> GIVEN = new ArrayList<>();

  private RowVersions() {}

  private record Given(Sequence counter, Transaction transaction, long first) {
    boolean isOver() {
      return transaction.getStatus() == Transaction.STATUS_CLOSED;
    }

    boolean concerns(Sequence other, Transaction by) {
      return counter == other && transaction == by;
    }
  }

  private static Sequence counter(SessionLocal session, String database) {
    String schema = H2Names.internalSchema(database);
    String bare = schema.substring(1, schema.length() - 1).replace("\"\"", "\"");
    return session.getDatabase().getSchema(bare).getSequence("rowversions");
  }

  /** The next value, for a row that the calling transaction writes. */
  public static byte[] nextRowVersion(Connection connection, String database) throws SQLException {
    SessionLocal session = Instances.session(connection);
    Sequence counter = counter(session, database);
    Transaction transaction = session.getTransaction();
    synchronized (GIVEN) {
      long value = counter.getNext(session).getLong();
      GIVEN.removeIf(Given::isOver);
      if (GIVEN.stream().noneMatch(g -> g.concerns(counter, transaction))) {
        GIVEN.add(new Given(counter, transaction, value));
      }
      return bytes(value);
    }
  }

  /** {@code @@DBTS}: the last value given. */
  public static byte[] lastRowVersion(Connection connection, String database) throws SQLException {
    return bytes(counter(Instances.session(connection), database).getCurrentValue());
  }

  /** MIN_ACTIVE_ROWVERSION: the least value of a transaction still open, else the next one. */
  public static byte[] minActiveRowVersion(Connection connection, String database)
      throws SQLException {
    Sequence counter = counter(Instances.session(connection), database);
    synchronized (GIVEN) {
      GIVEN.removeIf(Given::isOver);
      return bytes(
          GIVEN.stream()
              .filter(g -> g.counter == counter)
              .mapToLong(Given::first)
              .min()
              .orElse(counter.getBaseValue()));
    }
  }

  private static byte[] bytes(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }
}
