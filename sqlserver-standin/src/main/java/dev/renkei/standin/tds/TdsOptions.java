package dev.renkei.standin.tds;

import java.time.Duration;

/**
 * How the listener behaves on the wire.
 *
 * @param serverName as errors name it
 * @param version the version of SQL Server that clients are told
 * @param encryption whether TLS is offered, required or refused
 * @param maxMessageBytes the longest request; a longer one ends its connection
 * @param maxConnections further ones are closed at once
 * @param loginTimeout a client that has not logged in by then is dropped
 */
public record TdsOptions(
    String serverName,
    Version version,
    Encryption encryption,
    int maxMessageBytes,
    int maxConnections,
    Duration loginTimeout) {

  public TdsOptions {
    if (serverName.length() > 128) {
      throw new IllegalArgumentException(
          "server name of %d characters".formatted(serverName.length()));
    }
    if (maxMessageBytes < 4096) {
      throw new IllegalArgumentException("messages of at most %d bytes".formatted(maxMessageBytes));
    }
    if (maxConnections < 1) {
      throw new IllegalArgumentException("at most %d connections".formatted(maxConnections));
    }
    if (loginTimeout.isNegative() || loginTimeout.isZero()) {
      throw new IllegalArgumentException("login timeout " + loginTimeout);
    }
  }

  /** What the server says of TLS before the login. */
  public enum Encryption {
    /** As the client asks: nothing, the login alone, or everything. */
    OFFERED,
    /** Everything, and a client that cannot is turned away. */
    REQUIRED,
    /** Nothing; a client that insists goes away by itself. */
    REFUSED
  }

  /** A version of SQL Server, such as 16.0.4135 (SQL Server 2022). */
  public record Version(int major, int minor, int build) {
    public Version {
      if (major < 9 || major > 255 || minor < 0 || minor > 255 || build < 0 || build > 0xFFFF) {
        throw new IllegalArgumentException("version %d.%d.%d".formatted(major, minor, build));
      }
    }

    @Override
    public String toString() {
      return "%d.%d.%d".formatted(major, minor, build);
    }
  }

  /** SQL Server 2022, TLS offered, requests up to 128 MiB, 1000 connections, 30 s for the login. */
  public static TdsOptions defaults() {
    return new TdsOptions(
        "standin",
        new Version(16, 0, 4135),
        Encryption.OFFERED,
        128 << 20,
        1000,
        Duration.ofSeconds(30));
  }

  public TdsOptions withEncryption(Encryption wanted) {
    return new TdsOptions(
        serverName, version, wanted, maxMessageBytes, maxConnections, loginTimeout);
  }

  public TdsOptions withMaxMessageBytes(int bytes) {
    return new TdsOptions(serverName, version, encryption, bytes, maxConnections, loginTimeout);
  }

  public TdsOptions withMaxConnections(int connections) {
    return new TdsOptions(
        serverName, version, encryption, maxMessageBytes, connections, loginTimeout);
  }

  public TdsOptions withLoginTimeout(Duration timeout) {
    return new TdsOptions(
        serverName, version, encryption, maxMessageBytes, maxConnections, timeout);
  }
}
