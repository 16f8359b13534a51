package dev.renkei.core.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the source is reached and logged in to.
 *
 * @param domain the Windows domain of an NTLM login; null for others
 * @param username null only for a Kerberos login with the ticket of this process
 * @param password given exactly where {@code username} is
 * @param properties handed on to mssql-jdbc; may hold secrets
 */
public record SqlServerConfig(
    String host,
    int port,
    String database,
    Encryption encrypt,
    Authentication authentication,
    @Nullable String domain,
    @Nullable String username,
    @Nullable Secret password,
    Map<String, String> properties) {

  /** mssql-jdbc's {@code encrypt}. */
  public enum Encryption {
    TRUE,
    FALSE,
    /** TDS 8: TLS before anything else. */
    STRICT
  }

  public enum Authentication {
    SQL,
    NTLM,
    KERBEROS
  }

  /** Driver properties that have a key of their own here, in lower case, with that key. */
  private static final Map<String, String> OWN_KEYS =
      Map.ofEntries(
          Map.entry("servername", "host"),
          Map.entry("server", "host"),
          Map.entry("portnumber", "port"),
          Map.entry("port", "port"),
          Map.entry("databasename", "database"),
          Map.entry("database", "database"),
          Map.entry("encrypt", "encrypt"),
          Map.entry("authenticationscheme", "authentication"),
          Map.entry("integratedsecurity", "authentication"),
          Map.entry("domain", "domain"),
          Map.entry("domainname", "domain"),
          Map.entry("user", "username"),
          Map.entry("username", "username"),
          Map.entry("password", "password"));

  public SqlServerConfig {
    properties = Map.copyOf(properties);
    if (host.isEmpty() || database.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("no address of a database: " + host + " port " + port);
    }
    for (String property : new TreeMap<>(properties).keySet()) {
      String own = OWN_KEYS.get(property.toLowerCase(Locale.ROOT));
      if (own != null) {
        throw new IllegalArgumentException(
            "property %s has a key of its own: say it as `%s`".formatted(property, own));
      }
    }
    boolean login = username != null && password != null;
    boolean half = (username == null) != (password == null);
    switch (authentication) {
      case SQL -> require(login, "`authentication: sql` needs `username` and `password`");
      case NTLM ->
          require(
              login && domain != null,
              "`authentication: ntlm` needs `domain`, `username` and `password`");
      case KERBEROS ->
          require(
              !half, "`authentication: kerberos` takes both `username` and `password`, or none");
    }
    require(
        domain == null || authentication == Authentication.NTLM,
        "`domain` belongs to `authentication: ntlm`");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Without user, password and the values of {@code properties}. */
  @Override
  public String toString() {
    return "SqlServer[%s:%d, database %s, encrypt %s, %s, properties %s]"
        .formatted(host, port, database, encrypt, authentication, properties.keySet());
  }
}
