package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.config.SqlServerConfig.Authentication;
import dev.renkei.core.config.SqlServerConfig.Encryption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code source}, and what they make. */
final class SourceKeys {
  private static final ValueKey<String> HOST =
      ValueKey.required(
          "host", CommonTypes.TEXT, "The server; for an availability group, its listener.");
  private static final ValueKey<Integer> PORT =
      ValueKey.of("port", ValueType.number(1, 65535), "1433", "The port of the server.");
  private static final ValueKey<String> DATABASE =
      ValueKey.required("database", CommonTypes.TEXT, "The database.");
  private static final ValueKey<Encryption> ENCRYPT =
      ValueKey.of(
          "encrypt",
          ValueType.choice(Encryption.class),
          "true",
          "TLS; `strict` is TDS 8. What to trust is said by `properties` (`trustServerCertificate`, `trustStore`).");
  private static final ValueKey<Authentication> AUTHENTICATION =
      ValueKey.of(
          "authentication",
          ValueType.choice(Authentication.class),
          "sql",
          "How to log in. `kerberos` without `username` uses the ticket of the process.");
  private static final ValueKey<String> DOMAIN =
      ValueKey.optional("domain", CommonTypes.TEXT, "The Windows domain, for `ntlm` only.");
  private static final ValueKey<String> USERNAME =
      ValueKey.optional("username", CommonTypes.TEXT, "The login.");
  private static final ValueKey<Secret> PASSWORD =
      ValueKey.optional(
          "password", ValueType.secret("a text, best as ${NAME} or ${file:PATH}"), "Its password.");
  private static final TextsKey DRIVER_PROPERTIES =
      new TextsKey("properties", "Handed on to mssql-jdbc as they are.");
  private static final Group SQLSERVER =
      Group.of(
          "sqlserver",
          "The database whose changes are tracked.",
          HOST,
          PORT,
          DATABASE,
          ENCRYPT,
          AUTHENTICATION,
          DOMAIN,
          USERNAME,
          PASSWORD,
          DRIVER_PROPERTIES);

  private static final ValueKey<String> SOURCE_NAME =
      ValueKey.optional(
          "name",
          CommonTypes.NAME,
          "Part of every message's id, never the server's own name: two routes to one database are one source. By default the installation's `name`.");
  private static final ValueKey<Isolation> ISOLATION =
      ValueKey.of(
          "isolation",
          ValueType.choice(Isolation.class),
          "snapshot_or_fallback",
          "`snapshot` refuses a database that does not allow SNAPSHOT isolation; the fallback is READ COMMITTED with checks before and after each read.");
  private static final ValueKey<Duration> MAX_TRANSACTION =
      ValueKey.of(
          "max_transaction",
          ValueType.duration("100ms", "1h"),
          "30s",
          "Back-pressure never keeps a snapshot open longer (tempdb); reading resumes after it.");
  private static final ValueKey<Integer> MAX_ROWS_PER_SECOND =
      ValueKey.of(
          "max_rows_per_second",
          ValueType.number(1, 10_000_000),
          "20000",
          "Limit of snapshots; changes are not throttled.");
  private static final ValueKey<Integer> LATE_COMMIT_OVERLAP =
      ValueKey.of(
          "late_commit_overlap",
          ValueType.number(0, 1_000_000),
          "1000",
          "So many versions are read again now and then; 0 for none.");
  private static final ValueKey<Duration> LATE_COMMIT_GRACE =
      ValueKey.of(
          "late_commit_grace",
          ValueType.duration("0s", "10m"),
          "2s",
          "How old a version must be before a snapshot relies on it; only without SNAPSHOT isolation.");
  static final Group SOURCE =
      Group.of(
          "source",
          "Where changes come from.",
          SQLSERVER,
          SOURCE_NAME,
          ISOLATION,
          MAX_TRANSACTION,
          MAX_ROWS_PER_SECOND,
          LATE_COMMIT_OVERLAP,
          LATE_COMMIT_GRACE);

  private SourceKeys() {}

  /**
   * The section; null where it has faults.
   *
   * @param name of the installation, by default the source's too
   */
  static @Nullable SourceConfig read(Values root, String name, Reading reading) {
    SqlServerConfig sqlserver =
        reading.make(root.get(SOURCE).get(SQLSERVER), SourceKeys::sqlServer);
    return sqlserver == null
        ? null
        : reading.make(root.get(SOURCE), v -> source(v, sqlserver, name));
  }

  private static SqlServerConfig sqlServer(Values v) {
    return new SqlServerConfig(
        v.get(HOST),
        v.get(PORT),
        v.get(DATABASE),
        v.get(ENCRYPT),
        v.get(AUTHENTICATION),
        v.find(DOMAIN),
        v.find(USERNAME),
        v.find(PASSWORD),
        v.get(DRIVER_PROPERTIES));
  }

  private static SourceConfig source(Values v, SqlServerConfig sqlserver, String name) {
    Isolation isolation = v.get(ISOLATION);
    return new SourceConfig(
        sqlserver,
        v.get(SOURCE_NAME, name),
        isolation,
        v.get(MAX_TRANSACTION),
        v.get(MAX_ROWS_PER_SECOND),
        v.get(LATE_COMMIT_OVERLAP),
        v.get(LATE_COMMIT_GRACE));
  }
}
