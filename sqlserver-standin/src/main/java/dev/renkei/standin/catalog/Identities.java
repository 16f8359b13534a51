package dev.renkei.standin.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.schema.Sequence;

/** The numbers that identity columns give. */
public final class Identities {
  private Identities() {}

  /**
   * Lets a table's identity go on after a value that was inserted under IDENTITY_INSERT, as SQL
   * Server does where the value lies beyond the last one given. Does nothing for tables without an
   * identity. Not undone by a rollback, as in SQL Server.
   */
  public static void reached(Connection h2, Table table, long value) throws SQLException {
    SessionLocal session = Instance.session(h2);
    for (Table.Column column : table.columns()) {
      Table.Identity identity = column.identity();
      if (identity != null) {
        Sequence sequence =
            session
                .getDatabase()
                .getSchema(table.database() + "." + table.schema())
                .getTableOrView(session, table.name())
                .getColumn(column.name())
                .getSequence();
        raise(session, sequence, identity.increment(), value);
      }
    }
  }

  private static void raise(SessionLocal session, Sequence sequence, long step, long value) {
    synchronized (sequence) {
      long next = sequence.getBaseValue();
      if (step > 0 ? value >= next : value <= next) {
        sequence.modify(value + step, null, null, null, null, null, null);
        sequence.flush(session);
      }
    }
  }
}
