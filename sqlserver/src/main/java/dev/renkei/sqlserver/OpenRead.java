package dev.renkei.sqlserver;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A statement whose rows are being read. Closing it reads the rest; abandoning it closes the
 * connection instead, which costs a login and leaves nothing open at the source.
 */
final class OpenRead implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement statement;
  private boolean abandoned;

  OpenRead(Connection connection, String sql) throws SQLException {
    this.connection = connection;
    this.statement = connection.prepareStatement(sql);
  }

  PreparedStatement statement() {
    return statement;
  }

  void abandon() throws SQLException {
    abandoned = true;
    connection.abort(Runnable::run);
  }

  @Override
  public void close() throws SQLException {
    if (!abandoned) {
      statement.close();
    }
  }
}
