package dev.renkei.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.SqlServerConfig;
import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/** The commented configuration that {@code renkei init} writes for a database. */
public final class ConfigDraft {
  private ConfigDraft() {}

  /**
   * Writes the draft. User and password are not in it: it refers to SQLSERVER_USER and
   * SQLSERVER_PASSWORD.
   *
   * @param url of mssql-jdbc, with user and password
   * @throws SQLException where the database cannot be asked
   * @throws IllegalArgumentException where the URL is none, or names no database
   */
  public static String of(String url) throws SQLException {
    SqlServerConfig config = address(url);
    try (Connection connection = new SQLServerDriver().connect(url, new Properties())) {
      Collection<SourceTable> tables =
          SqlServerCatalog.tables(
                  connection, name -> true, name -> java.util.Set.of(), (name, why) -> {})
              .values();
      return write(
          config,
          SqlServerCatalog.database(connection),
          tables,
          PersonalColumns.in(connection, tables));
    }
  }

  /** Reads a URL by the driver's own parser, which keeps the password to itself. */
  private static SqlServerConfig address(String url) throws SQLException {
    SQLServerDriver driver = new SQLServerDriver();
    if (!driver.acceptsURL(url)) {
      throw new IllegalArgumentException(
          "not a URL of mssql-jdbc: it begins with jdbc:sqlserver://HOST:PORT;databaseName=NAME");
    }
    Map<String, String> given = new HashMap<>();
    for (DriverPropertyInfo property : driver.getPropertyInfo(url, new Properties())) {
      if (property.value != null) {
        given.put(property.name.toLowerCase(Locale.ROOT), property.value);
      }
    }
    String database = given.getOrDefault("databasename", "");
    if (database.isEmpty()) {
      throw new IllegalArgumentException("the URL names no database: add ;databaseName=NAME");
    }
    String encrypt = given.getOrDefault("encrypt", "true").toLowerCase(Locale.ROOT);
    Map<String, String> properties = new HashMap<>();
    if (given.getOrDefault("trustservercertificate", "false").equals("true")) {
      properties.put("trustServerCertificate", "true");
    }
    return new SqlServerConfig(
        given.getOrDefault("servername", "localhost"),
        Integer.parseInt(given.getOrDefault("portnumber", "1433")),
        database,
        switch (encrypt) {
          case "false", "no", "optional" -> SqlServerConfig.Encryption.FALSE;
          case "strict" -> SqlServerConfig.Encryption.STRICT;
          default -> SqlServerConfig.Encryption.TRUE;
        },
        SqlServerConfig.Authentication.SQL,
        null,
        "${SQLSERVER_USER}",
        new Secret("${SQLSERVER_PASSWORD}"),
        properties);
  }

  static String write(
      SqlServerConfig config,
      SqlServerCatalog.Database database,
      Collection<SourceTable> tables,
      List<PersonalColumns.Found> personal) {
    StringBuilder yaml = new StringBuilder();
    String name =
        config
            .database()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    yaml.append(
        "# Written by `renkei init`. `renkei check` tells what is still missing at the source.\n");
    yaml.append("version: 1\n");
    yaml.append("name: ").append(text(name.isEmpty() ? "source" : name)).append('\n');
    yaml.append("data_dir: ./data\n");
    yaml.append("source:\n  sqlserver:\n");
    yaml.append("    host: ").append(text(config.host())).append('\n');
    yaml.append("    port: ").append(config.port()).append('\n');
    yaml.append("    database: ").append(text(config.database())).append('\n');
    yaml.append("    encrypt: ")
        .append(config.encrypt().name().toLowerCase(Locale.ROOT))
        .append('\n');
    yaml.append("    username: \"${SQLSERVER_USER}\"\n    password: \"${SQLSERVER_PASSWORD}\"\n");
    if (!config.properties().isEmpty()) {
      yaml.append("    properties: {trustServerCertificate: \"true\"}\n");
    }
    if (!database.snapshotIsolation()) {
      yaml.append("  # Better: ALTER DATABASE ")
          .append(oneLine(Names.quoted(database.name())))
          .append(" SET ALLOW_SNAPSHOT_ISOLATION ON\n");
    }
    yaml.append("  isolation: snapshot_or_fallback\n");
    yaml.append("tables:\n  include:\n");
    TreeSet<String> schemas = new TreeSet<>();
    tables.forEach(table -> schemas.add(table.name().schema()));
    if (schemas.isEmpty()) {
      schemas.add("dbo");
    }
    schemas.forEach(schema -> yaml.append("    - ").append(text(schema + ".*")).append('\n'));
    for (SourceTable table : tables) {
      if (table.hasKey() && table.tracking() == null) {
        yaml.append("  # ")
            .append(oneLine(table.name().toString()))
            .append(" is not tracked yet: ALTER TABLE ")
            .append(oneLine(Names.quoted(table.name())))
            .append(" ENABLE CHANGE_TRACKING\n");
      }
    }
    appendKeyless(yaml, tables);
    yaml.append("hub: {type: kafka, bootstrap_servers: embedded}\n");
    appendPrivacy(yaml, tables, personal);
    yaml.append("warehouses:\n  local: {type: duckdb, path: ./data/warehouse.duckdb}\n");
    return yaml.toString();
  }

  /** As comments: who uses them decides, and makes the keys first. */
  private static void appendPrivacy(
      StringBuilder yaml, Collection<SourceTable> tables, List<PersonalColumns.Found> personal) {
    if (personal.isEmpty()) {
      return;
    }
    yaml.append(
        "# These columns look personal. A masked side beside the hub (docs/privacy.md) hides them: run `renkei keys create keyset.json`,\n"
            + "# take the comments away, and add `masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}` to the warehouses.\n"
            + "# privacy:\n#   keyset: \"${file:keyset.json}\"\n#   columns:\n");
    for (PersonalColumns.Found found : personal) {
      yaml.append("#     ").append(oneLine(found.suggestion())).append('\n');
    }
    for (SourceTable table : tables) {
      yaml.append("#     ").append(text(table.name() + ".*")).append(": {method: pass}\n");
    }
  }

  private static void appendKeyless(StringBuilder yaml, Collection<SourceTable> tables) {
    boolean first = true;
    for (SourceTable table : tables) {
      if (table.hasKey()) {
        continue;
      }
      if (first) {
        yaml.append("  override:   # no primary key: loaded whole, every so often\n");
        first = false;
      }
      TableName name = table.name();
      yaml.append("    ").append(text(name.toString())).append(": {reload_every: 1d}\n");
    }
  }

  private static String text(String value) {
    return "\"" + oneLine(value).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String oneLine(String value) {
    return value.replaceAll("[\\r\\n]", " ");
  }
}
