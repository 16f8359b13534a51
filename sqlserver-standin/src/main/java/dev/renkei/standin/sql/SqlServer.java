package dev.renkei.standin.sql;

/** The databases behind the wire: what the TDS listener talks to. Thread-safe. */
public interface SqlServer {
  /**
   * Opens a session.
   *
   * @throws SqlError 18456 for an unknown user or wrong password, 4060 for a database that cannot
   *     be opened
   */
  SqlSession login(Login login) throws SqlError;

  /**
   * Who wants in.
   *
   * @param database empty for the user's default
   */
  record Login(String user, String password, String database, String application, String host) {
    @Override
    public String toString() {
      return "Login[user=%s, database=%s, application=%s, host=%s]"
          .formatted(user, database, application, host);
    }
  }
}
