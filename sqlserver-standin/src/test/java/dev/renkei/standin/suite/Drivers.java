package dev.renkei.standin.suite;

import dev.renkei.standin.StandIn;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** How tests reach a stand-in, through each driver. */
public final class Drivers {
  private Drivers() {}

  /** The URL of mssql-jdbc, unencrypted, without user and database; time is sent as time. */
  public static String mssqlUrl(StandIn standIn) {
    return "jdbc:sqlserver://127.0.0.1:"
        + standIn.port()
        + ";encrypt=false;loginTimeout=10;sendTimeAsDatetime=false";
  }

  public static Client mssql(StandIn standIn, String database) throws SQLException {
    return mssql(standIn, database, standIn.user(), standIn.password());
  }

  public static Client mssql(StandIn standIn, String database, String user, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("databaseName", database);
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return new Client(DriverManager.getConnection(mssqlUrl(standIn), properties));
  }

  /**
   * mssql-jdbc with more properties, written as in its URL: {@code "packetSize=512;encrypt=true"}.
   */
  public static Client mssqlWith(StandIn standIn, String database, String properties)
      throws SQLException {
    Properties who = new Properties();
    who.setProperty("databaseName", database);
    who.setProperty("user", standIn.user());
    who.setProperty("password", standIn.password());
    String url = "jdbc:sqlserver://127.0.0.1:" + standIn.port() + ";" + properties;
    return new Client(DriverManager.getConnection(url, who));
  }

  /**
   * jTDS.
   *
   * @param properties written as in its URL, such as {@code ";tds=7.0"}; may be empty
   */
  public static Client jtds(StandIn standIn, String database, String properties)
      throws SQLException {
    Properties who = new Properties();
    who.setProperty("user", standIn.user());
    who.setProperty("password", standIn.password());
    return new Client(
        new net.sourceforge.jtds.jdbc.Driver()
            .connect(
                "jdbc:jtds:sqlserver://127.0.0.1:" + standIn.port() + "/" + database + properties,
                who));
  }
}
