package dev.renkei.standin.contract;

import dev.renkei.standin.suite.Client;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * A real SQL Server.
 *
 * @param url of mssql-jdbc, with user and password of a system administrator
 */
record SqlServerTarget(String url) implements Target {

  @Override
  public Client connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("databaseName", database);
    return new Client(DriverManager.getConnection(url, properties));
  }

  @Override
  public Client connect(String database, String login, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("databaseName", database);
    properties.setProperty("user", login);
    properties.setProperty("password", password);
    return new Client(DriverManager.getConnection(withoutCredentials(url), properties));
  }

  @Override
  public void drop(String database) throws SQLException {
    try (Client master = connect("master")) {
      master.run(
          "ALTER DATABASE [" + database + "] SET SINGLE_USER WITH ROLLBACK IMMEDIATE",
          "DROP DATABASE [" + database + "]");
    }
  }

  @Override
  public Optional<Controls> controls() {
    return Optional.empty();
  }

  /** What the URL says of a user would win over the properties. */
  private static String withoutCredentials(String url) {
    return url.replaceAll("(?i);(user|userName|password)=(\\{[^}]*\\}|[^;]*)", "");
  }
}
